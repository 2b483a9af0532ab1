# The dashboard. Scripts in the page use the texts too: there a name like $free is replaced by the script, and a
# number $n chooses between the endings -one, -few, -many and -other of a key. The same keys stand in every language.

dashboard-loading = Loading…

# Top bar

dashboard-side-panel = Show or hide the side panel
dashboard-theme-system = Theme: system
dashboard-theme-light = Theme: light
dashboard-theme-dark = Theme: dark
dashboard-language = Language
dashboard-user-menu = Menu of $email
dashboard-role-user = User
dashboard-role-admin = Administrator
dashboard-log-in = Log in
dashboard-log-out = Log out
dashboard-open-mode = Open mode
dashboard-open-mode-long = Everybody here is an administrator, by e-mail alone, without a password
dashboard-offline = Connection lost, trying again…
dashboard-online = Connected again
dashboard-offline-short = No connection
dashboard-more = More
dashboard-notifications = Notifications
dashboard-toasts = Messages
dashboard-no-notifications = Nothing new yet. What others book, renew and release will appear here.
dashboard-bell-one = Notifications: $n unread
dashboard-bell-few = Notifications: $n unread
dashboard-bell-many = Notifications: $n unread
dashboard-bell-other = Notifications: $n unread

# Side panel

dashboard-views = Views
dashboard-view-all = All VMs
dashboard-view-free = Free
dashboard-view-mine = My bookings
dashboard-groups = Groups
dashboard-no-groups = No groups yet
dashboard-no-such-group = No such group
dashboard-count-ratio = $free / $total
dashboard-count-spoken = $free free of $total
dashboard-view-expiring = Expiring soon
dashboard-ungrouped = No group

# Table

dashboard-table = Virtual machines
dashboard-search = Search VMs
dashboard-search-hint = Name, group, holder, address, tag
dashboard-shown = Shown: $shown. Free: $free
dashboard-column-state = State
dashboard-column-vm = VM
dashboard-column-group = Group
dashboard-column-holder = Booked by
dashboard-column-until = Until
dashboard-column-address = Address
dashboard-column-actions = Actions
dashboard-state-free = Free
dashboard-state-taken = Booked
dashboard-state-mine = Yours
dashboard-empty-fleet = There are no VMs yet. An administrator has to add them.
dashboard-empty-fleet-admin = There are no VMs yet. Add the first one, or bring in a whole list from a CSV file.
dashboard-empty-all = There are no VMs here.
dashboard-empty-free = No VM is free right now. The table of all VMs shows which is next.
dashboard-empty-mine = You hold no VM. Book a free one.
dashboard-empty-group = This group has no VMs.
dashboard-empty-ungrouped = Every VM is in a group.
dashboard-empty-no-such-group = There is no such group: it was deleted, or the address is wrong.
dashboard-empty-search = Nothing matches the search.
dashboard-empty-search-in = Nothing matches “$search” in $place.
dashboard-layouts = Layout
dashboard-layout-table = Table
dashboard-layout-cards = Cards
dashboard-layout-timeline = Timeline
dashboard-layout-groups = Groups
dashboard-columns = Columns
dashboard-columns-usual = Reset columns
dashboard-by-group = By group
dashboard-column-since = Since
dashboard-column-tags = Tags
dashboard-column-note = Note
dashboard-column-purpose = Purpose
dashboard-column-from = From
dashboard-column-outcome = Outcome
dashboard-choose-vm = Choose $vm
dashboard-choose-all = Choose all that are shown
dashboard-copy = Copy
dashboard-copy-address = Copy the address $address
dashboard-copied = Copied: $address
dashboard-not-copied = The browser did not let the address be copied: $address
dashboard-empty-expiring = No booking ends within the hour.
dashboard-clear-search = Clear the search
dashboard-search-all = Search all VMs
dashboard-add-first-vm = Add the first VM

# Times

dashboard-today-at = $time
dashboard-tomorrow-at = tomorrow, $time
dashboard-day-at = $day, $time
dashboard-left-over = ending
dashboard-left-seconds = $m min $s s
dashboard-left-minutes = $m min
dashboard-left-hours = $h h $m min
dashboard-left-days = $d d $h h
dashboard-when-soon = in $left ($time)
dashboard-when-today = at $time
dashboard-when-tomorrow = tomorrow at $time
dashboard-when-day = on $day at $time
dashboard-until-soon = $time ($left left)
dashboard-your-time = (your time: $time)

# Notifications about one's own bookings. $time is a moment; of one that expires, when it ends: "in 9 min (00:06)".

dashboard-own-booked = You booked $vm until $time
dashboard-own-renewed = You renewed $vm until $time
dashboard-own-released = You released $vm
dashboard-own-expired = Your booking of $vm is over, the VM is free
dashboard-own-expiring = Your booking of $vm ends $time

# Timeline. $start and $end are moments.

dashboard-timeline-label = Who has which VM when. The arrow keys move the time shown, plus and minus zoom.
dashboard-timeline-table = Bookings
dashboard-as-table = As a table
dashboard-today = Today
dashboard-day-short = $weekday $day
dashboard-legend-mine = Yours
dashboard-legend-taken = Others’
dashboard-legend-over = Past
dashboard-week = Week
dashboard-time-back = Earlier
dashboard-time-on = Later
dashboard-time-in = Zoom in
dashboard-time-out = Zoom out
dashboard-bar-told = $user: $start – $end
dashboard-how-active = running
dashboard-how-expired = ended as planned
dashboard-how-cancelled = released early
dashboard-how-forced = ended by an administrator
dashboard-how-vm-deleted = the VM was deleted
dashboard-history-reading = Reading the history…
dashboard-history-failed = The history could not be read. It will be tried again soon.
dashboard-history-full = The history further back is too long to be drawn here.
dashboard-no-bookings = No bookings in this time. Zoom out, or look at another time.
dashboard-earlier-than-shown = earlier
dashboard-show-more = Show more

# Groups

dashboard-groups-name = Group
dashboard-groups-total = VMs
dashboard-groups-free = Free now
dashboard-groups-busy = Busy today
dashboard-groups-next = Next free
dashboard-groups-free-now = free now
dashboard-groups-all-free = All are free
dashboard-new-group = New group
dashboard-members = Add VMs
dashboard-members-of = Add VMs to $name
dashboard-rename = Rename
dashboard-rename-of = Rename $name
dashboard-delete-group = Delete
dashboard-delete-group-of = Delete $name
dashboard-no-groups-admin = There are no groups yet. Make the first one: a group gathers VMs that serve one purpose.
dashboard-groups-shown-one = $n group
dashboard-groups-shown-few = $n groups
dashboard-groups-shown-many = $n groups
dashboard-groups-shown-other = $n groups

# Details of a VM

dashboard-until-moment = Until
dashboard-this-week = Week
dashboard-history = Who had it
dashboard-show-earlier = Show earlier
dashboard-no-bookings-lately = Nobody had it in the last two weeks.
dashboard-no-bookings-ever = Nobody has had it yet.
dashboard-no-such-vm = There is no VM with this name: it was deleted, or the address is wrong.
dashboard-edit = Edit
dashboard-delete-vm = Delete
dashboard-remove-from-group = Take out of the group

# Dialogs

dashboard-book = Book
dashboard-renew = Renew
dashboard-release = Release
dashboard-book-title = Book $vm
dashboard-renew-title = Renew $vm
dashboard-release-title = Release $vm
dashboard-book-confirm = Book
dashboard-renew-confirm = Renew
dashboard-release-confirm = Release
dashboard-cancel = Cancel
dashboard-close = Close
dashboard-book-length = For how long
dashboard-renew-length = By how much longer
dashboard-hours-preset-one = $n hour
dashboard-hours-preset-few = $n hours
dashboard-hours-preset-many = $n hours
dashboard-hours-preset-other = $n hours
dashboard-hours-own = Hours
dashboard-hours-hint = Fractions are fine: 0.5 is half an hour. At most $max.
dashboard-purpose = Purpose
dashboard-purpose-hint = Optional, seen by everybody
dashboard-dialog-free = Free now.
dashboard-dialog-held = Booked by $user until $until.
dashboard-dialog-yours = Yours until $until.
dashboard-dialog-gone = This VM is no longer in the fleet.
dashboard-meanwhile-free = The booking of $vm ended meanwhile.
dashboard-meanwhile-mine = $vm is yours already, until $until.
dashboard-meanwhile-taken = $user took $vm meanwhile, until $until.
dashboard-meanwhile-gone = $vm was deleted meanwhile.
dashboard-instead-free-one = $n other VM of its group is free:
dashboard-instead-free-few = $n other VMs of its group are free:
dashboard-instead-free-many = $n other VMs of its group are free:
dashboard-instead-free-other = $n other VMs of its group are free:
dashboard-instead-next = No other VM of its group is free. The next is $vm: its booking ends $when.
dashboard-instead-none = No other VM of its group is free or becomes free sooner.
dashboard-book-result = Yours until: $end
dashboard-renew-result = Ends: $end (was: $old)
dashboard-release-other = $user will be told that the booking is over.
dashboard-no-answer = No answer from the server. It is safe to try again.
dashboard-person-changed = You are now logged in as $email.
dashboard-reload = Reload the page
dashboard-asking-again = No connection, trying again…
dashboard-and-more-one = And $n more message.
dashboard-and-more-few = And $n more messages.
dashboard-and-more-many = And $n more messages.
dashboard-and-more-other = And $n more messages.

# Errors of the page itself

dashboard-required = { error-required }
dashboard-not-hours = { error-hours-not-a-number }
error-hours-not-a-number = This is not a number of hours.
dashboard-status-400 = The request cannot be understood.
dashboard-status-403 = This is not allowed, or the login is over.
dashboard-status-404 = There is nothing at this address.
dashboard-status-405 = This address does not know this method.
dashboard-status-410 = This page is out of date: load it again.
dashboard-status-500 = Something went wrong in LoadZone.
