# The audit log: the archive beside the data file, its setting, and the administrators' page.

setting-audit-days = For how many days the audit log remembers changes.
cli-backed-up-log = { $path }: the audit log.
cli-check-log-well = { $path }: { $changes ->
    [one] { $changes } change
   *[other] { $changes } changes
  } in the audit log; all is well.
cli-check-log-damaged = { $path }: { $changes ->
    [one] { $changes } change
   *[other] { $changes } changes
  } in the audit log can be read; damaged { $count ->
    [one] is line { $lines }
   *[other] are { $count } lines, the first: { $lines }
  }. The log is memory only: the server starts all the same.
cli-check-log-unreadable = { $path }: the audit log cannot be read: { $reason }. The server starts all the same.

# The page. A name like $by is replaced by the script; a number $n chooses between -one, -few, -many, -other.

admin-audit = Audit log
admin-audit-about = Who changed what, newest first. Times are in your time zone.
admin-no-audit = No changes found. Choose more days or fewer filters.
admin-column-told = What happened
admin-filter-by = Done by
admin-filter-whose = Whose booking or account
admin-filter-kind = About
admin-kind-all = everything
admin-kind-bookings = bookings
admin-kind-vms = VMs
admin-kind-groups = groups
admin-kind-people = people
admin-kind-tokens = API tokens
admin-told-more-one = $n more
admin-told-more-few = $n more
admin-told-more-many = $n more
admin-told-more-other = $n more

admin-told-booking_made = $by booked $vm until $until.
admin-told-booking_renewed = $by renewed $vm until $until.
admin-told-booking_released-cancelled = $by released $vm.
admin-told-booking_released-forced = $by ended the booking of $vm by $user.
admin-told-booking_released-vm_deleted = $by ended the booking of $vm by $user to delete the VM.
admin-told-booking_released-expired = The booking of $vm by $user ended: its time was over.
admin-told-holder_warned = $user was warned that the booking of $vm ends: $until.
admin-told-vm_added = $by added $vm.
admin-told-vm_edited = $by changed the details of $vm.
admin-told-vm_deleted = $by deleted $vm.
admin-told-vms_moved-one = $by moved $vms to the group “$group”.
admin-told-vms_moved-few = $by moved $n VMs to the group “$group”: $vms.
admin-told-vms_moved-many = $by moved $n VMs to the group “$group”: $vms.
admin-told-vms_moved-other = $by moved $n VMs to the group “$group”: $vms.
admin-told-vms_moved-out-one = $by took $vms out of its group.
admin-told-vms_moved-out-few = $by took $n VMs out of their groups: $vms.
admin-told-vms_moved-out-many = $by took $n VMs out of their groups: $vms.
admin-told-vms_moved-out-other = $by took $n VMs out of their groups: $vms.
admin-told-group_added = $by made the group “$group”.
admin-told-group_renamed = $by renamed a group to “$group”.
admin-told-group_deleted = $by deleted the group “$group”.
admin-told-user_added = $user was seen for the first time.
admin-told-person_added = $by let $user in. Role: $role.
admin-told-person_invited = $by invited $user. Role: $role.
admin-told-person_invited-anybody = $by made an invitation for anybody who has its link. Role: $role.
admin-told-person_registered = $user registered. Role: $role.
admin-told-role_changed = $by changed the role of $user. It is now: $role.
admin-told-person_disabled = $by disabled $user.
admin-told-person_enabled = $by let $user in again.
admin-told-person_approved = $by approved the account of $user.
admin-told-person_refused = $by refused the account of $user.
admin-told-password_reset = $by gave $user a new password.
admin-told-password_reset-own = $user changed their password.
admin-told-token_added = $by made the API token “$name” for $user. It may: $scope.
admin-told-token_revoked = $by revoked the API token “$name” of $user.
