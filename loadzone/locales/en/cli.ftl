# The command line, the settings, and what the client and its files may refuse.

# Commands

cli-program = LoadZone: share virtual machines.
cli-program-more = loadzone COMMAND --help tells more about a command. Exit codes: 0 well, 1 refused, 2 wrong usage.
cli-serve = Start the server: the dashboard, the API and the live feed on one port.
cli-serve-more = Flags go over the environment, which goes over loadzone.toml in the working directory.
cli-settings = Print all settings, with their variables, defaults and meanings.
cli-check = Check a data file and its journal; nothing is changed.
cli-check-more = With --repair, what can be mended is written to a new file; the old one stays as it is.
cli-user = Keep the people who may log in.
cli-user-add = Let a person in.
cli-user-list = Print everybody who may log in.
cli-user-password = Give a person another password; their sessions end.
cli-user-disable = Lock a person out, at once.
cli-user-enable = Let a disabled person in again.
cli-user-approve = Approve the account of a person who registered.
cli-user-refuse = Refuse the account of a person who registered; the account is deleted.
cli-token = Keep the API tokens of scripts and notebooks.
cli-token-create = Make an API token and print it, once.
cli-token-list = Print the tokens, without their secrets.
cli-token-revoke = End a token at once.
cli-export = Write data for other programs.
cli-export-history = Write the booking history of a data file or a server, oldest first.
cli-export-history-more = It reads the data file, where a server may be running, or with --url (or LOADZONE_URL) a server. Columns: user, vm_id, start, end, action, reason, by.
cli-import = Add VMs from a CSV file, all or none.
cli-import-more = Columns: id, and as you like group (name or id), internal_ip, external_ip, tags (with ; or , between them), note. With --url (or LOADZONE_URL) the VMs go to a running server, with --data into a file that no server uses.
cli-backup = Copy the data file, journal included, while the server runs.
cli-demo = Make up a fleet with a believable history.
cli-demo-more = The same seed within the same hour (or with the same --now) gives the same file.
cli-list = Print the VMs of a running server: who has them, and until when.
cli-book = Book a free VM.
cli-renew = Prolong your booking.
cli-release = Release a VM.

# Options

cli-option-help = Show this help.
cli-option-lang = Language of messages: ru, en, or auto for that of the system.
cli-option-version = Show the version.
cli-option-url = Address of the server [LOADZONE_URL; http://127.0.0.1:5000].
cli-option-token = API token [LOADZONE_TOKEN].
cli-option-email = Log in by this e-mail address, where the server runs in open mode.
cli-check-repair = Write what can be mended to a new file and say what was done.
cli-check-out = Where to; by default FILE.repaired.json beside the data file.
cli-user-role = user (books) or admin (keeps the fleet too) [user].
cli-user-password-stdin = Read the password from the first line of the standard input.
cli-user-no-password = No password: the person can use API tokens only.
cli-user-password-prompt = Password
cli-user-password-again = Once more
cli-token-name = What the token is for, to know it again.
cli-token-scope = read (look only) or write [write].
cli-token-auth = How the server lets people in: password or open. In open mode no account is needed [LOADZONE_AUTH; password].
cli-token-days = For how many days it is good [90].
cli-export-format = csv, json or parquet [csv].
cli-export-out = Where to; by default the standard output.
cli-backup-out = Folder for the copy; by default backups beside the data file.
cli-backup-with-accounts = Copy the accounts as well. They are secret: keep that copy safe.
cli-demo-vms = How many VMs [40].
cli-demo-days = How many days of history [60].
cli-demo-seed = Another number, another fleet [1].
cli-demo-now = The moment at which the history ends, in UTC; by default the current hour.
cli-demo-held-until = Leave a few VMs booked until this day, however far it is.
cli-demo-out = Where to; by default the standard output. A file that exists is never replaced.
cli-list-free = Only free ones.
cli-list-json = As JSON.
cli-book-hours = For how many hours; fractions are allowed.
cli-book-purpose = Purpose.
cli-renew-hours = By how many hours.

# Help and usage

cli-usage = Usage:
cli-options = Options
cli-commands = Commands
cli-see-help = See { $command }.
cli-wrong = { $detail }
cli-wrong-missing = { $name } is missing.
cli-wrong-choice = { $name } must be one of: { $choices }.
cli-wrong-value = { $kind ->
    [int] { $name } must be a whole number within its limits.
    [float] { $name } must be a number.
    [date] { $name } must be a date such as 2026-11-23.
   *[other] The value of { $name } is wrong.
}
cli-wrong-option = There is no option { $name }.
cli-wrong-command = There is no command { $name }.
cli-wrong-extra = Too many arguments: { $detail }.
cli-wrong-no-value = { $name } needs a value, or takes none.
cli-wrong-together = { $first } and { $second } do not go together.
cli-wrong-out-without-repair = --out goes with --repair only.
cli-wrong-out-is-data = { $path } belongs to the data file: what is in it would be lost. Write somewhere else.
cli-wrong-out-is-folder = { $path } is a folder: name a file in it.
cli-wrong-password-encoding = The password on the standard input is not UTF-8.
cli-wrong-password-stdin = Nobody sits at a terminal to be asked for a password: give it on the standard input with --password-stdin.
cli-wrong-passwords-differ = The two passwords differ.

# What commands say

cli-check-well = { $path }: { $vms ->
    [one] { $vms } VM
   *[other] { $vms } VMs
}, { $users ->
    [one] { $users } user
   *[other] { $users } users
}, { $records ->
    [one] { $records } history record
   *[other] { $records } history records
}; all is well.
cli-mended-key-repeated = lists and people that stood twice are joined; of other values the last stays
cli-mended-time-unsupported = the nearest possible time is written
cli-mended-journal-time = what came before is saved, this line and those after it are not
cli-check-more-doubtful = { $count ->
    [one] … and { $count } more record
   *[other] … and { $count } more records
}
cli-check-doubtful = { $path }: { $vms ->
    [one] { $vms } VM
   *[other] { $vms } VMs
}, { $users ->
    [one] { $users } user
   *[other] { $users } users
}, { $records ->
    [one] { $records } history record
   *[other] { $records } history records
}. The server starts and keeps everything; { $count ->
    [one] { $count } entry of the history, named above, is odd
   *[other] { $count } entries of the history, named above, are odd
}, and figures leave out spans that cannot be.
cli-mended-group-missing = the VM is in the group that names it, else in none
cli-mended-group-lacks-vm = the group names the VM now
cli-mended-half-booked = the VM is free now
cli-mended-repeated = the first stays
cli-mended-user-repeated = it is one entry now, with the bookings of all
cli-mended-group-name-repeated = the group has its number behind its name now
cli-mended-vm-missing = the name is off the list
cli-mended-vm-not-of-group = where the VM says that it is counts; where it says nothing true, this group does
cli-mended-journal-damaged = what came before is saved, this line and those after it are not
cli-mended-journal-gap = what came before is saved, this line and those after it are not
cli-mended-journal-mismatch = what came before is saved, this line and those after it are not
cli-check-next = Next, with the server stopped: move { $old } aside and keep what you moved, then rename { $out } to { $path }.
cli-check-repaired = { $count ->
    [one] { $count } problem of { $path } is mended in { $out }.
   *[other] { $count } problems of { $path } are mended in { $out }.
}
cli-user-added = { $email } may log in now; role: { $role }.
cli-user-password-set = { $email } has a new password.
cli-user-now-disabled = { $email } is disabled.
cli-user-now-enabled = { $email } may log in again.
cli-user-approved = { $email } may log in now.
cli-user-refused = The account of { $email } is deleted.
cli-user-waits = waits for approval
cli-user-enabled = may log in
cli-user-disabled = disabled
cli-token-created = This token of { $email } ({ $scope }, until { $until }) is shown only now: keep it safe.
cli-token-revoked = The token { $token_id } is revoked.
cli-imported = { $count ->
    [one] { $count } VM added.
   *[other] { $count } VMs added.
}
cli-import-create-groups = Create the groups that the file names and that do not exist.
cli-import-groups = { $count ->
    [one] Group created: { $groups }.
   *[other] Groups created: { $groups }.
}
cli-import-more-faults = … and { $count ->
    [one] { $count } more fault.
   *[other] { $count } more faults.
}
cli-import-try-create-groups = With --create-groups the missing groups are created.
cli-import-line = { $path }, line { $line }
cli-backed-up = { $path }: { $vms ->
    [one] { $vms } VM
   *[other] { $vms } VMs
}, { $records ->
    [one] { $records } history record
   *[other] { $records } history records
}.
cli-backed-up-accounts = { $path }: the accounts. Keep it safe.
cli-demo-done = { $path }: { $vms ->
    [one] { $vms } VM
   *[other] { $vms } VMs
} with { $days ->
    [one] { $days } day
   *[other] { $days } days
} of history.
cli-booked = { $vm_id } is yours until { $until }.
cli-released = { $vm_id } is free.
cli-free = free
cli-never = never
cli-column-id = id
cli-column-group = group
cli-column-state = state
cli-column-until = until
cli-column-purpose = purpose
cli-column-email = e-mail
cli-column-role = role
cli-column-created = since
cli-column-name = name
cli-column-scope = scope
cli-column-expires = expires
cli-column-used = last used

# Settings

settings-page-title = Settings
settings-page-order = A flag of `loadzone serve` goes over an environment variable, which goes over `loadzone.toml` in the working directory, which goes over the default. An unknown key in the file and a wrong value anywhere end the start with exit code 2 and one line that names the setting and where it was set.
settings-page-file = The file has the names of the first column: `port = 8080`, `warn_before = ["1h", "10m"]`. In flags and variables, lists are written with commas. Lengths of time are a number with `s`, `m`, `h` or `d`.
settings-page-columns = | name | flag | variable | default | meaning |
settings-page-client = `LOADZONE_URL` and `LOADZONE_TOKEN` belong to the client: they say to which server, and as whom, `loadzone.connect()` and the commands `list`, `book`, `renew`, `release` and `import` go. `connect()` without a target also takes `url` under `[client]` in `loadzone.toml`, where no variable says otherwise; `token` there is sent to that `url` only, and `LOADZONE_TOKEN` never: the file may be somebody else's.
setting-data = The data file.
setting-host = The address to listen on.
setting-port = The port to listen on; 0 takes a free one.
setting-auth = How people log in: by password, or, for demos and a trusted desk, open: the e-mail alone, everybody an administrator.
setting-trust-network = Allow open mode on addresses that others can reach.
setting-lang = Language for those who ask for none: that of the system with auto.
setting-assume-tz = The time zone of times without an offset in the data file, such as Europe/Berlin.
setting-max-hours = The longest booking or renewal, in hours.
setting-max-total-hours = The longest that one may hold a VM with all renewals, in hours.
setting-warn-before = How long before the end a holder is warned.
setting-public-read = Let everybody see the fleet and the history without logging in.
setting-registration = Who may make an account: closed (administrators add people), domain (people of listed e-mail domains, each approved by an administrator) or invite.
setting-registration-domains = The e-mail domains for registration = domain.
setting-session-idle = A session ends after so long without use.
setting-session-absolute = A session ends after so long in any case.
setting-allowed-origins = Further origins whose pages may connect, such as https://portal.example.com.
setting-public-url = The address that people use, where a proxy stands before the server: scheme, host and port. Pages from there are our own, whatever Host the proxy sends.
setting-use-xheaders = The older way to say trusted_proxies = 127.0.0.0/8,::1.
setting-trusted-proxies = Networks of proxies whose X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host count, such as 127.0.0.1 or 10.1.0.0/16.
setting-metrics-from = Networks whose clients read /metrics without a login. This machine means direct requests only, never those that came through a proxy.
setting-connections-per-address = How many connections one address may have open at a time. This machine and trusted proxies have no such limit.
setting-log-level = How much to log.

error-setting-unknown = { $place }: there is no such setting.
error-setting-unknown-near = { $place }: there is no such setting; { $near } perhaps?
error-setting-not-number = { $place }: a number is needed, not “{ $value }”.
error-setting-out-of-range = { $place }: { $value } is out of range.
error-setting-not-yes-or-no = { $place }: true or false is needed, not “{ $value }”.
error-setting-not-choice = { $place }: one of { $choices } is needed, not “{ $value }”.
error-setting-not-length = { $place }: a length of time such as 10m, 1h or 7d is needed, not “{ $value }”.
error-setting-not-zone = { $place }: there is no time zone “{ $value }”.
error-setting-not-domain = { $place }: a domain of e-mail addresses such as example.com is needed, not “{ $value }”.
error-setting-not-network = { $place }: an address or a network such as 127.0.0.1, 10.1.0.0/16 or ::1 is needed, not “{ $value }”.
error-setting-not-url = { $place }: an address that begins with http:// or https:// is needed, not “{ $value }”.
error-setting-url-path = { $place }: LoadZone is not served below a path yet, so “{ $value }” cannot work: give only scheme, host and port, such as https://lab.example.com.
error-setting-url-extra = { $place }: only scheme, host and port are possible here, such as https://lab.example.com:8443, not “{ $value }”.
error-setting-url-host = { $place }: “{ $value }” has no host name, address or port that a browser could open.
error-setting-wrong = { $place }: “{ $value }” is wrong.
error-setting-domains-needed = { $place }: registration by domain needs registration_domains.
error-setting-file-unreadable = { $place } cannot be read: { $detail }.
error-setting-file-utf16 = { $place }: this file is UTF-16. Save it as UTF-8.
error-setting-file-not-utf8 = { $place }: this line is not UTF-8. Save the file as UTF-8.
error-setting-file-malformed = { $place } is not TOML: { $detail }.

# Refusals

error-open-needs-trust = Open mode would let everybody who reaches { $host } do everything. Listen on 127.0.0.1, or add --trust-network.
error-check-failed = { $count ->
    [one] { $path } has { $count } problem: { $first } (loadzone check --repair mends what can be mended.)
   *[other] { $path } has { $count } problems, the first: { $first } (loadzone check --repair mends what can be mended.)
}
error-file-not-found = There is no file { $path }.
error-file-not-opened = { $path } cannot be opened: { $detail }.
error-file-unreadable = { $path } cannot be read: { $detail }.
error-file-read-only = { $path } is opened read-only: only a server can change something.
cli-not-saved = The change could not be saved, so nothing was changed ({ $reason }).
cli-login-required = Nobody is logged in: give --token, or set LOADZONE_TOKEN. Where the server is in open mode, --email is enough.
cli-not-written = The output could not be written: { $detail }.
error-os = { $path }: { $detail }.
error-no-target = No server is named: give an address or a file, or set LOADZONE_URL, or url under [client] in loadzone.toml.
error-url-malformed = { $url } is no address of a server: such an address is like http://localhost:5000 or https://loadzone.example.com.
error-server-unreachable = The server { $url } cannot be reached: { $detail }.
error-server-strange = What answered is no LoadZone server (HTTP { $status }).
