# The pages beside the dashboard: one's own account, people, tokens, history, import, settings, health. Scripts use the
# texts too: there a name like $days is replaced by the script, and a number $n chooses between -one, -few, -many, -other.

admin-account = My account
admin-people = People
admin-tokens = API tokens
admin-history = Booking history
admin-import = Import VMs
admin-settings = Settings
admin-health = Health
admin-forbidden = Administrators only
admin-forbidden-note = Only administrators may open this page. Ask one of them if you need it.
admin-settings-note = These are in force now. They change at the next start: by flag, environment variable or loadzone.toml.
admin-back = To the VMs
admin-navigation = Pages
admin-default = default
admin-good = good
admin-login-over = Your session has ended. Log in again; what you typed stays here.

# Columns

admin-column-setting = Setting
admin-column-value = Value
admin-column-origin = Set by
admin-column-meaning = Meaning
admin-column-what = What
admin-column-email = E-mail
admin-column-role = Role
admin-column-state = State
admin-column-since = Since
admin-column-actions = Actions
admin-column-owner = Owner
admin-column-name = Name
admin-column-scope = Access
admin-column-expires = Expires
admin-column-used = Last used
admin-column-at = When
admin-column-vm = VM
admin-column-who = Who
admin-column-end = Until
admin-did-by = $what: $by
admin-column-line = Line
admin-column-problem = Check

# Health

admin-health-store = Store
admin-health-store-bad = ✗ cannot be written
admin-health-scheduler = Scheduler
admin-health-scheduler-bad = ✗ late
admin-health-lateness = Bookings ended late by, on average
admin-health-sync = One sync of the journal, on average
admin-health-lag = Delay of the event loop
admin-kibibytes = { $n } KiB
admin-mebibytes = { $n } MiB
admin-milliseconds = { $n } ms
admin-health-pages = Open pages
admin-health-clients = Clients of the live feed
admin-health-seq = Number of the newest change
admin-health-started = Started
admin-health-now = Now
admin-health-clock = Clock of the machine
admin-health-clock-doubted = ✗ was set by more than a day; it is not followed before it has run undisturbed for ten minutes
admin-figure-journal-bytes = Journal
admin-figure-data-bytes = Data file
admin-figure-history-records = Records in the history

# People

admin-people-open = In open mode there are no accounts: the e-mail alone lets everybody in, as administrator. Start with --auth password to keep people here.
admin-add-person = Add a person
admin-add = Add
admin-invite = Invite
admin-make-link = Make the link
admin-invite-hint = Optional: then only this person can use the link
admin-invite-link = Invitation
admin-invite-about = Send this link. It works once, for a week, and is not shown again.
admin-password = Password
admin-password-hint = Optional: without one the person can use API tokens only
admin-new-password = New password
admin-person-active = active
admin-person-disabled = disabled
admin-person-waits = waits for approval
admin-approve = Approve
admin-approve-about = Ask the person first: LoadZone cannot tell who typed this address. Then they may log in with the password that they chose.
admin-refuse = Refuse
admin-refuse-about = The account is deleted. The address may be registered again.
admin-person-no-password = active, without a password
admin-person-added = $email may log in now.
admin-person-added-no-password = $email is added, but has no password yet: choose “New password” in their row and hand it over. Until then only API tokens work.
admin-person-added-next = $email is added and cannot log in yet. Give them this password, made at random: it is not shown again. Without one they can use API tokens only; you can also do this later, by “New password” in their row.
admin-person-changed = $email changed.
admin-make-admin = Make administrator
admin-make-user = Make user
admin-make-admin-about = An administrator may change VMs, groups and people, and end anybody's booking.
admin-make-user-about = A user sees the VMs, and books, renews and releases for themselves.
admin-reset = New password
admin-reset-title = New password for $email
admin-reset-about = This one was made at random; another is possible. Give it to the person: it is not shown again, and all their logins end.
admin-reset-done = The password of $email is new.
admin-disable = Disable
admin-disable-about = All logins end at once, and tokens stop working. Bookings stay.
admin-enable = Enable
admin-enable-about = The person may log in again, and tokens work again.
admin-last = The only administrator who can log in. Make somebody else one first.

# Password

admin-own-password-about = All your other logins end, so nobody who knew the old password stays logged in. API tokens keep working; revoke those that you do not need.
admin-change-password = Change password
admin-current-password = Current password
admin-password-again = The new password again
admin-passwords-differ = The two passwords differ.
admin-own-password-done = Your password is changed, and your other logins have ended.

# Tokens

admin-own-tokens = My API tokens
admin-tokens-about = A token lets a program or a notebook in, in your name: Authorization: Bearer lz_…
admin-add-token = New token
admin-make-token = Make the token
admin-token-name-hint = What it is for: notebook, nightly tests
admin-days = Days until it expires
admin-days-hint = From 1 to 3660
admin-scope-read = read
admin-scope-write = read and change
admin-token-made = The new token
admin-token-once = Copy it now: it is not shown again.
admin-no-tokens = There are no tokens yet. Make one to let a program or a notebook in.
admin-never = never
admin-not-yet = not yet
admin-revoke = Revoke
admin-revoke-title = Revoke “$name”?
admin-revoke-about = Programs that use it are refused from now on.
admin-revoked = Token “$name” revoked.
admin-secret = Copy this
admin-copy = Copy
admin-copied = Copied.
admin-copy-by-hand = Selected: press Ctrl+C.

# History

admin-own-history = My history
admin-own-history-about-one = Your bookings of the last $n day, newest first.
admin-own-history-about-few = Your bookings of the last $n days, newest first.
admin-own-history-about-many = Your bookings of the last $n days, newest first.
admin-own-history-about-other = Your bookings of the last $n days, newest first.
admin-history-about = Who booked, renewed and released what, newest first. Times are in your time zone.
admin-no-history = No records. Choose other days, or remove a filter.
admin-csv = Download as CSV
admin-filter = Show
admin-filter-user = E-mail
admin-filter-vm = VM
admin-filter-since = From the day
admin-filter-until = To the day
admin-next = Next
admin-previous = Back
admin-did-book = booked
admin-did-renew = renewed
admin-did-cancelled = released
admin-did-expired = time was over
admin-did-forced = released by an administrator
admin-did-vm_deleted = VM deleted

# Import

admin-import-about = A CSV file with a line of column names: $columns. Tags are separated by semicolons or commas; a group is named or numbered. All VMs are added, or none.
admin-import-file = File
admin-import-text = Or the text itself
admin-import-hint = At most 8 MiB
admin-import-empty = There is a line of column names, but no VM.
admin-import-add = Add all
admin-import-preview = Preview
admin-import-id-column = Name
admin-import-group-column = Group
admin-import-internal-ip-column = Internal address
admin-import-external-ip-column = External address
admin-import-tags-column = Tags
admin-import-note-column = Note
admin-import-wrong-one = $n line is wrong. Nothing can be added yet.
admin-import-wrong-few = $n lines are wrong. Nothing can be added yet.
admin-import-wrong-many = $n lines are wrong. Nothing can be added yet.
admin-import-wrong-other = $n lines are wrong. Nothing can be added yet.
admin-import-ready-one = $n VM is ready to be added.
admin-import-ready-few = $n VMs are ready to be added.
admin-import-ready-many = $n VMs are ready to be added.
admin-import-ready-other = $n VMs are ready to be added.
admin-import-more-one = And $n more line.
admin-import-more-few = And $n more lines.
admin-import-more-many = And $n more lines.
admin-import-more-other = And $n more lines.
admin-imported-one = $n VM added.
admin-imported-few = $n VMs added.
admin-imported-many = $n VMs added.
admin-imported-other = $n VMs added.
admin-import-see = See them
admin-import-create-one = Create the group that does not exist: $groups
admin-import-create-few = Create the $n groups that do not exist: $groups
admin-import-create-many = Create the $n groups that do not exist: $groups
admin-import-create-other = Create the $n groups that do not exist: $groups
admin-import-example =
    id,group,internal_ip,tags,note
    server-41,GPU,10.20.0.41,linux;a100,
    server-42,GPU,10.20.0.42,linux;a100,"Spare, ask first"
