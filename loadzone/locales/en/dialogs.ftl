# The dialogs of the dashboard, beyond book, renew and release; the choice of several VMs, undo and warnings. In the page
# a name like $free is replaced by the script; a number $n chooses between the endings -one, -few, -many and -other.

dashboard-save = Save
dashboard-delete = Delete
dashboard-until-night = Until the end of the day
dashboard-group-gone = This group no longer exists.

# A VM

dashboard-add-vm-title = Add a VM
dashboard-add-vm-confirm = Add
dashboard-vm-added = VM $vm added.
dashboard-edit-vm-title = Edit $vm
dashboard-delete-vm-title = Delete $vm?
dashboard-delete-vm-free = The VM leaves the fleet; its history stays.
dashboard-delete-vm-held = The booking ends at once, and $user will be told. The VM leaves the fleet; its history stays.
dashboard-vm-id = Name of the VM
dashboard-vm-id-hint = Latin letters, digits, dots, dashes, underscores
dashboard-no-group = No group
dashboard-internal-ip = Internal address
dashboard-external-ip = External address
dashboard-address-hint = IPv4 or IPv6, like 10.0.0.9
dashboard-tags = Tags
dashboard-tags-hint = Separated by commas: gpu, 32gb
dashboard-note = Note

# Groups

dashboard-add-group-title = New group
dashboard-add-group-confirm = Create
dashboard-group-name = Name of the group
dashboard-group-added = Group “$name” created.
dashboard-add-to-group-title = Add VMs to “$name”
dashboard-add-to-group-confirm = Add
dashboard-rename-group-title = Rename “$name”
dashboard-delete-group-title = Delete the group “$name”?
dashboard-delete-group-empty = There are no VMs in it.
dashboard-delete-group-vms-one = $n VM stays in the fleet, without a group. Bookings go on.
dashboard-delete-group-vms-few = $n VMs stay in the fleet, without a group. Bookings go on.
dashboard-delete-group-vms-many = $n VMs stay in the fleet, without a group. Bookings go on.
dashboard-delete-group-vms-other = $n VMs stay in the fleet, without a group. Bookings go on.
dashboard-remove-from-group-title = Take $vm out of “$name”?
dashboard-remove-from-group-confirm = Take out
dashboard-remove-from-group-about = The VM stays in the fleet, without a group. Its booking goes on.

# Picking VMs

dashboard-pick-vms = VMs
dashboard-pick-hint = Those picked leave their old group
dashboard-pick-search = Search by name, group, address, tag
dashboard-pick-choices = VMs to pick from
dashboard-picked = Picked
dashboard-unpick = Do not pick $vm
dashboard-pick-none = No VM fits.
dashboard-pick-more-one = And $n more: search to see it.
dashboard-pick-more-few = And $n more: search to see them.
dashboard-pick-more-many = And $n more: search to see them.
dashboard-pick-more-other = And $n more: search to see them.

# Several VMs

dashboard-selection = Selected VMs
dashboard-selected-one = Selected: $n VM
dashboard-selected-few = Selected: $n VMs
dashboard-selected-many = Selected: $n VMs
dashboard-selected-other = Selected: $n VMs
dashboard-select-none = Clear selection
dashboard-move = Move to a group
dashboard-book-many-title = Book several VMs
dashboard-book-many-confirm = Book
dashboard-book-many-done-one = $n VM booked.
dashboard-book-many-done-few = $n VMs booked.
dashboard-book-many-done-many = $n VMs booked.
dashboard-book-many-done-other = $n VMs booked.
dashboard-release-many-title = Release several VMs
dashboard-release-many-confirm = Release
dashboard-release-many-done-one = $n VM released.
dashboard-release-many-done-few = $n VMs released.
dashboard-release-many-done-many = $n VMs released.
dashboard-release-many-done-other = $n VMs released.
dashboard-release-others-one = $n of them is held by somebody else, who will be told that the booking is over: $names.
dashboard-release-others-few = $n of them are held by others, who will be told that their bookings are over: $names.
dashboard-release-others-many = $n of them are held by others, who will be told that their bookings are over: $names.
dashboard-release-others-other = $n of them are held by others, who will be told that their bookings are over: $names.
dashboard-move-many-title = Move several VMs
dashboard-move-many-confirm = Move
dashboard-move-many-done-one = $n VM moved.
dashboard-move-many-done-few = $n VMs moved.
dashboard-move-many-done-many = $n VMs moved.
dashboard-move-many-done-other = $n VMs moved.
dashboard-delete-many-title = Delete several VMs?
dashboard-delete-many-confirm = Delete
dashboard-delete-many-done-one = $n VM deleted.
dashboard-delete-many-done-few = $n VMs deleted.
dashboard-delete-many-done-many = $n VMs deleted.
dashboard-delete-many-done-other = $n VMs deleted.
dashboard-delete-many-held-one = $n of them is booked, and that booking ends at once: $names.
dashboard-delete-many-held-few = $n of them are booked, and those bookings end at once: $names.
dashboard-delete-many-held-many = $n of them are booked, and those bookings end at once: $names.
dashboard-delete-many-held-other = $n of them are booked, and those bookings end at once: $names.
dashboard-many-vms-one = $n VM: $names.
dashboard-many-vms-few = $n VMs: $names.
dashboard-many-vms-many = $n VMs: $names.
dashboard-many-vms-other = $n VMs: $names.
dashboard-many-left-one = $n more that was selected does not fit and stays as it is.
dashboard-many-left-few = $n more that were selected do not fit and stay as they are.
dashboard-many-left-many = $n more that were selected do not fit and stay as they are.
dashboard-many-left-other = $n more that were selected do not fit and stay as they are.
dashboard-many-none = None of the selected VMs fits this now.
dashboard-many-results = Done for $good of $all.
dashboard-many-good = done
dashboard-results = Results

# Undo

dashboard-released-one = $vm released.
dashboard-released-many-one = $n VM released.
dashboard-released-many-few = $n VMs released.
dashboard-released-many-many = $n VMs released.
dashboard-released-many-other = $n VMs released.
dashboard-undo = Undo

# Warnings

dashboard-title-ends = $m min left
dashboard-notify = Browser notifications
dashboard-notify-ask = Notify me in the browser
dashboard-notify-on = The browser will notify you before a booking ends.
dashboard-notify-off = The browser will no longer notify you.
dashboard-notify-refused = The browser does not allow notifications for this page. Allow them in its settings.

# The menu of the person

dashboard-account = My account
dashboard-administration = Administration
