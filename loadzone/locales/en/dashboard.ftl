# The dashboard. Scripts in the page use the texts too: there a name like $free is replaced by the script, and a
# number $n chooses between the endings -one, -few, -many and -other of a key. The same keys stand in every language.

dashboard-loading = Loading…

# Top bar

dashboard-side-panel = Show or hide the side panel
dashboard-theme = Light or dark
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

# Table

dashboard-table = Virtual machines
dashboard-search = Search VMs
dashboard-search-hint = Id, group, holder, address, tag
dashboard-shown = Shown: $shown. Free: $free of $total
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
dashboard-empty-fleet-admin = There are no VMs yet. Add the first one with POST /add-vm or import a list: loadzone import vms.csv
dashboard-empty-all = There are no VMs here.
dashboard-empty-free = No VM is free right now. The table of all VMs shows which is next.
dashboard-empty-mine = You hold no VM. Book a free one.
dashboard-empty-group = This group has no VMs.
dashboard-empty-search = Nothing matches the search.

# Times

dashboard-today-at = $time
dashboard-tomorrow-at = tomorrow, $time
dashboard-day-at = $day, $time
dashboard-left-over = ending
dashboard-left-seconds = $m min $s s
dashboard-left-minutes = $m min
dashboard-left-hours = $h h $m min
dashboard-left-days = $d d $h h
dashboard-your-time = (your time: $time)

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
dashboard-purpose = What for
dashboard-purpose-hint = Optional, seen by everybody
dashboard-dialog-free = Free now.
dashboard-dialog-held = Booked by $user until $until.
dashboard-dialog-yours = Yours until $until.
dashboard-dialog-gone = This VM is no longer in the fleet.
dashboard-book-result = Yours until: $end
dashboard-renew-result = Ends: $end (was: $old)
dashboard-release-other = $user will be told that the booking is over.
dashboard-no-answer = No answer from the server. Look at the table before you try again: it may have happened.
dashboard-and-more-one = And $n more message.
dashboard-and-more-few = And $n more messages.
dashboard-and-more-many = And $n more messages.
dashboard-and-more-other = And $n more messages.

# Errors of the page itself

error-hours-not-a-number = This is not a number of hours.
dashboard-status-400 = The request cannot be understood.
dashboard-status-403 = This is not allowed, or the login is over.
dashboard-status-404 = There is nothing at this address.
dashboard-status-405 = This address does not know this method.
dashboard-status-410 = This page is out of date: load it again.
dashboard-status-500 = Something went wrong in LoadZone.
