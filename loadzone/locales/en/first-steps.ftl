# The first steps of an administrator, above an empty fleet, and what other empty places offer.

dashboard-steps = First steps
dashboard-steps-about = LoadZone is ready. A few steps, and your team shares its VMs.
dashboard-steps-done = done
dashboard-steps-to-do = to do
dashboard-steps-vms = Add your VMs
dashboard-steps-vms-about = One by one, or all at once from a CSV file.
dashboard-steps-import = Import a CSV file
dashboard-steps-people = Let people in
dashboard-steps-people-about = Make accounts for them; where the settings allow registration, an invitation by a link does too.
dashboard-steps-invite = Add people
dashboard-steps-book = Book the first VM
dashboard-steps-book-about = Everybody sees at once who has it and until when.
dashboard-steps-dismiss = Do not show these steps
dashboard-empty-fleet-led = There are no VMs yet. The steps above help to add them.
dashboard-no-groups-user = There are no groups yet. An administrator can create them; until then all VMs are in one list.
admin-no-own-history = You have booked nothing yet. Choose a free VM in the table and book it.
