# Messages of the live feed: notification-<type with dashes>, and variants. The same keys stand in every language.

# Bookings. $user is the holder, $by who did it, $until a time in UTC.

notification-booked = { $user } booked { $vm_id } until { $until }
notification-renewed = { $user } renewed { $vm_id } until { $until }
notification-released = { $user } released { $vm_id }
notification-released-forced = { $by } released { $vm_id }, which { $user } held
notification-released-deleted = { $by } ended the booking of { $vm_id } by { $user } to delete the VM
notification-expired = The booking of { $vm_id } by { $user } is over, the VM is free

# To the holder only.

notification-expiring = Your booking of { $vm_id } ends at { $until }
notification-released-by-admin-forced = { $by } released { $vm_id }: your booking is over
notification-released-by-admin-deleted = { $by } deleted { $vm_id }: your booking is over

# The fleet.

notification-vm-added = { $by } added the VM { $vm_id }
notification-vms-added = { $by } added { $count ->
        [one] { $count } VM
       *[other] { $count } VMs
    }
notification-vm-edited = { $by } changed the details of { $vm_id }
notification-vm-deleted = { $by } deleted the VM { $vm_id }
notification-vm-moved = { $by } moved { $vm_id } to the group “{ $group }”
notification-vms-moved = { $by } moved { $count ->
        [one] { $count } VM
       *[other] { $count } VMs
    } to the group “{ $group }”
notification-vm-ungrouped = { $by } took { $vm_id } out of its group
notification-vms-ungrouped = { $by } took { $count ->
        [one] { $count } VM out of its group
       *[other] { $count } VMs out of their groups
    }
notification-group-added = { $by } made the group “{ $group }”
notification-group-renamed = { $by } renamed a group to “{ $group }”
notification-group-deleted = { $by } deleted the group “{ $group }”

# The same to the person who did it.

notification-own-released-forced = You released { $vm_id }, which { $user } held
notification-own-released-deleted = You ended the booking of { $vm_id } by { $user } to delete the VM
notification-own-vm-added = You added the VM { $vm_id }
notification-own-vms-added = You added { $count ->
        [one] { $count } VM
       *[other] { $count } VMs
    }
notification-own-vm-edited = You changed the details of { $vm_id }
notification-own-vm-deleted = You deleted the VM { $vm_id }
notification-own-vm-moved = You moved { $vm_id } to the group “{ $group }”
notification-own-vms-moved = You moved { $count ->
        [one] { $count } VM
       *[other] { $count } VMs
    } to the group “{ $group }”
notification-own-vm-ungrouped = You took { $vm_id } out of its group
notification-own-vms-ungrouped = You took { $count ->
        [one] { $count } VM out of its group
       *[other] { $count } VMs out of their groups
    }
notification-own-group-added = You made the group “{ $group }”
notification-own-group-renamed = You renamed a group to “{ $group }”
notification-own-group-deleted = You deleted the group “{ $group }”
