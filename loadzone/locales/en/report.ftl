# Watching

watch-missed = The connection was away for so long that some notifications are lost. zone.vms() shows how things are now.

error-file-watches-nothing = { $path } is a file: only a server tells of what happens. Connect to its URL to watch.

# Figures

figure-utilisation = Utilisation over time
figure-utilisation-note = On average { $mean }% of the fleet was busy. The busiest time, with { $peak }%, began at { $at } ({ $tz }).
figure-heatmap = The week: busy VMs by weekday and hour
figure-heatmap-note = The busiest hour of the week is { $day } { $hour }, with { $busy ->
    [one] { $busy } VM
   *[other] { $busy } VMs
} busy on average.
figure-timeline = The fleet: who had which VM when
figure-timeline-note = { $bookings ->
    [one] { $bookings } booking
   *[other] { $bookings } bookings
} on { $vms ->
    [one] { $vms } VM.
   *[other] { $vms } VMs.
}
figure-timeline-cut = Not shown is the rest of { $bookings ->
    [one] { $bookings } booking
   *[other] { $bookings } bookings
} on { $vms ->
    [one] { $vms } VM: the VMs with the most hours and their newest bookings are.
   *[other] { $vms } VMs: those with the most hours and their newest bookings are.
}
figure-top-user = Who used the most
figure-top-group = Which groups were used the most
figure-top-vm-id = Which VMs were used the most
figure-top-other = What was used the most
figure-top-note = The most hours: { $name }, { $share }% of all. The table has all { $count }.
figure-demand = Demand against capacity
figure-demand-note = At the peak { $peak } of { $vms ->
    [one] { $vms } VM
   *[other] { $vms } VMs
} { $peak ->
    [one] was
   *[other] were
} busy at once. { $enough ->
    [one] { $enough } VM would have been enough
   *[other] { $enough } VMs would have been enough
} in 99% of the time.
figure-capacity = capacity: { $vms }
figure-enough = enough in 99% of the time: { $vms }
figure-busy-vms = VMs busy
figure-hour-of = hour ({ $tz })
figure-nothing = There are no bookings in this range.
figure-as-table = As a table
figure-rows-left-out = { $count ->
    [one] { $count } more row is not shown.
   *[other] { $count } more rows are not shown.
}
figure-day-0 = Mon
figure-day-1 = Tue
figure-day-2 = Wed
figure-day-3 = Thu
figure-day-4 = Fri
figure-day-5 = Sat
figure-day-6 = Sun
figure-outcome-active = active
figure-outcome-expired = ended as planned
figure-outcome-cancelled = released early
figure-outcome-forced = ended by an administrator
figure-outcome-vm-deleted = VM deleted
figure-column-at = from
figure-column-share = busy
figure-column-share-percent = busy, %
figure-column-part = share
figure-column-part-percent = share, %
figure-column-hours = hours
figure-column-enough-percent = so many VMs are enough, % of the time
figure-column-day = day
figure-column-vm = VM
figure-column-user = user
figure-column-group = group
figure-column-start = start
figure-column-end = end
figure-column-outcome = how it ended
figure-column-bookings = bookings
figure-column-mean-hours = hours a booking
figure-column-renewals = renewals
figure-column-early-releases = released early

# The report

cli-report = Write a report on how the fleet was used: one HTML file that stands alone.
cli-report-more = It reads the data file, where a server may be running, or with --url (or LOADZONE_URL) a server.
cli-report-since = From when on; by the clock of --tz [the first booking].
cli-report-until = Until when [now].
cli-report-group = Only this group: its name or id.
cli-report-user = Only this user.
cli-report-tz = The time zone of the clock that is shown [UTC].
cli-report-out = Where to; by default the standard output.
cli-report-done = The report is in { $path }.
cli-wrong-zone = There is no time zone { $zone }; one such as Europe/Berlin is needed.
error-folder-not-found = There is no folder { $path }.

report-loading = Starting…
report-reading = Reading the history…
report-drawing = Drawing the figures…
report-title = How the virtual machines were used
report-range = Range
report-group = Group
report-user = User
report-left-out = Left out
report-made = Made
report-no-group = (no group)
report-as-table = As a table
report-number-vms = { $n ->
    [one] VM
   *[other] VMs
}
report-number-bookings = { $n ->
    [one] booking
   *[other] bookings
}
report-number-users = { $n ->
    [one] user
   *[other] users
}
report-number-hours = { $n ->
    [one] hour booked
   *[other] hours booked
}
report-number-early = { $n ->
    [one] booking released early
   *[other] bookings released early
}
