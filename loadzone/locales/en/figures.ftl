# Figures on idle VMs, on how people book, and on next week. Those on how full the fleet was are in analytics.ftl.

figure-blank = Nothing to draw
figure-idle = VMs that nobody uses
figure-idle-note = { $idle } of { $total ->
    [one] { $total } VM
   *[other] { $total } VMs
} { $idle ->
    [one] was
   *[other] were
} not used for { $days ->
    [one] { $days } day
   *[other] { $days } days
} or longer; never booked: { $never }.
figure-idle-none = { $total ->
    [one] The VM
   *[other] Each of the { $total } VMs
} was used within the last { $days ->
    [one] day
   *[other] { $days } days
}.
figure-idle-never = never
figure-hoarding = Who holds on to VMs
figure-hoarding-note = { $users ->
    [one] { $users } person
   *[other] { $users } people
} held a VM for { $hours ->
    [one] { $hours } hour
   *[other] { $hours } hours
} or more, or renewed { $renewals ->
    [one] once
   *[other] { $renewals } times
} or more: { $share }% of all hours. Still held: { $active }.
figure-hoarding-none = Nobody held a VM for { $hours ->
    [one] { $hours } hour
   *[other] { $hours } hours
} or more, nor renewed { $renewals ->
    [one] once
   *[other] { $renewals } times
} or more.
figure-lengths = How long bookings last
figure-lengths-note = { $bookings ->
    [one] { $bookings } booking
   *[other] { $bookings } bookings
}; half of them lasted { $median } h at most, one in ten { $long } h or longer.
figure-leads = How long VMs were free before they were booked
figure-leads-note = { $soon }% of { $bookings ->
    [one] { $bookings } booking
   *[other] { $bookings } bookings
} came within an hour of the VM becoming free: the more, the more people wait.
figure-leads-none = No VM was booked twice in this range.
figure-bin-hours = { $low }–{ $high } h
figure-bin-hours-under = under { $high } h
figure-bin-hours-over = { $low } h and more
figure-bin-days = { $low }–{ $high } days
figure-bin-days-under = under { $high ->
    [one] { $high } day
   *[other] { $high } days
}
figure-bin-days-over = { $low ->
    [one] { $low } day
   *[other] { $low } days
} and more
figure-forecast = The next seven days
figure-forecast-note = Method: { $method }. Tried on the last { $weeks ->
    [one] week
   *[other] { $weeks } weeks
}, each from the weeks before it only, it was { $error ->
    [one] { $error } VM
   *[other] { $error } VMs
} wrong on average and { $worst } in its worst week; “as a week ago” was { $naive } wrong. The band holds 80% of its errors.
figure-forecast-was = VMs busy
figure-forecast-told = what it would have said
figure-forecast-coming = expected
figure-forecast-band = 80% of its errors
figure-method-seasonal-naive = as it was a week ago
figure-method-mean-4-weeks = the mean of four weeks
figure-method-median-6-weeks = the median of six weeks
figure-method-smoothed = the mean of eight weeks, newer ones counting more
figure-column-last-used = last used
figure-column-idle-days = days idle
figure-column-held-now = still held
figure-column-long = long
figure-column-renewed = often renewed
figure-column-longest-hours = longest, hours
figure-column-length = length
figure-column-free-for = free for
figure-column-lasted = lasted
figure-column-planned = planned
figure-column-expected = expected
figure-column-low = 80%: from
figure-column-high = 80%: to
figure-column-was = was

# Numbers at the head of the report and of the Analytics page, beside those in report.ftl

report-number-busy = busy on average
report-number-peak = { $n ->
    [one] VM busy at the peak
   *[other] VMs busy at the peak
}
report-number-enough = { $n ->
    [one] VM enough for 99% of the time
   *[other] VMs enough for 99% of the time
}
