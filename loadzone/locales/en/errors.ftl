# Messages of errors: error-<code with dashes>. The same keys stand in every language.
# What is said of one field is a sentence that can follow "field: ".

error-data-error = { $place }: { $problem_text }

# Not found

error-vm-not-found = There is no VM { $vm_id }.
error-group-not-found = There is no group { $group_id }.

# It clashes

error-vm-taken = { $vm_id } is taken: { $holder } holds it until { $until }.
error-vm-booked = { $vm_id } is booked by { $holder } until { $until }. Delete it with force to end the booking.
error-vm-not-booked = { $vm_id } is not booked.
error-vm-exists = There is already a VM { $vm_id }.
error-vm-not-in-group = { $vm_id } is not in this group.
error-group-exists = There is already a group “{ $name }”.
error-person-changed = This page was opened by somebody else. You are now logged in as { $email }: reload it.
error-store-locked = { $path } is in use by another LoadZone: { $holder }.
error-file-exists = { $path } exists already.

# Not allowed

error-login-required = Log in first.
error-read-only-token = This API token may only read.
error-admin-only = Only an administrator may do this.
error-not-holder = { $vm_id } is not yours: { $holder } holds it until { $until }.

# Fields

error-invalid-input = The request is not valid.
error-required = This field is required.
error-unknown-field = There is no such field.
error-wrong-type = { $expected ->
    [str] This must be a text.
    [int] This must be a whole number.
    [float] This must be a number.
    [bool] This must be true or false.
    [array] This must be a list.
    [object] This must be an object.
   *[other] This must be of the type { $expected }.
}
error-wrong-value = This value is not possible here.
error-number-too-large = This number is beyond all that is possible here.
error-too-long = { $max ->
    [one] At most { $max } character.
   *[other] At most { $max } characters.
}
error-too-many = At most { $max }.
error-not-printable = A text cannot hold the character { $character }, which is number { $place } here.
error-out-of-range = This must be from { $min } to { $max }.
error-not-one-of = This must be one of: { $choices }.
error-time-malformed = This must be a time in ISO 8601, like 2026-11-23T18:00:00Z.
error-hours-not-positive = { $max ->
    [one] This must be above 0 and at most { $max } hour.
   *[other] This must be above 0 and at most { $max } hours.
}
error-hours-too-many = { $max ->
    [one] At most { $max } hour.
   *[other] At most { $max } hours.
}
error-hours-total-too-many = { $max ->
    [one] With this, the whole booking would be longer than { $max } hour.
   *[other] With this, the whole booking would be longer than { $max } hours.
} { $left ->
    [0] It cannot be renewed any more.
    [one] { $left } hour more is possible.
   *[other] { $left } hours more are possible.
}
error-vm-id-malformed = 1 to 63 letters of the Latin alphabet, digits, dots, underscores and dashes, beginning with a letter or a digit.
error-email-malformed = This is not an e-mail address.
error-group-unknown = There is no group “{ $group }”.
error-group-given-twice = Name the group by its id or by its name, not by both.
error-address-malformed = This is not an IPv4 or IPv6 address.
error-cursor-malformed = This is not a cursor of an earlier answer.

# Questions to the history

error-unknown-parameter = There is no such parameter.
error-given-twice = This parameter is given more than once.
error-not-utf8 = This is not UTF-8.
error-since-after-until = The range ends before it begins.
error-since-in-future = The range begins in the future: nothing is known of it yet.

# Requests

error-malformed-request = The request is malformed.
error-json-malformed = This is not valid JSON.
error-not-an-object = The body must be a JSON object.
error-path-not-found = There is nothing at this address.
error-method-not-allowed = This method is not possible here.
error-body-too-large = The body is larger than 1 MiB. A long list of VMs is imported in pieces, as the page Import and the command loadzone import do.
error-not-json = The body must be JSON, with the header Content-Type: application/json.
error-idempotency-key-malformed = 1 to { $max } printable ASCII characters.
error-idempotency-key-reused = This Idempotency-Key came before with another body.

# The server

error-internal-error = Something went wrong in LoadZone. It has been logged.
error-store-unavailable = The change could not be saved, so nothing was changed. Try again later.
error-too-many-connections = Too many connections are open. Try again in a few seconds.
error-not-ready = Not ready: { $reasons }.

problem-400 = The request is not valid
problem-401 = Login needed
problem-403 = Not allowed
problem-404 = Not found
problem-405 = Method not allowed
problem-409 = It clashes with what is
problem-410 = Gone
problem-413 = Too large
problem-415 = Not JSON
problem-429 = Too many tries
problem-500 = Internal error
problem-503 = Not available now

# Data files that cannot be trusted: what follows "file: place: "

error-file-missing = the file does not exist
error-file-empty = the file is empty
error-group-missing = group { $group_id } does not exist
error-group-lacks-vm = group { $group_id } does not name { $vm_id } in its vm_ids
error-vm-missing = VM { $vm_id } does not exist
error-vm-not-of-group = VM { $vm_id } does not say that it is in group { $group_id }
error-half-booked = booked_by and expires_at of { $vm_id } must both be set or both be null
error-repeated = { $id } stands here more than once
error-user-repeated = { $email } stands here more than once
error-group-name-repeated = the group “{ $name }” has the same name as group { $group_id }
error-file-not-utf8 = the file is not in UTF-8 (it looks like UTF-16 or UTF-32); save it as UTF-8
error-schema-unknown = this file has form { $schema }, and this version of LoadZone reads form { $known } only; use the version that wrote it
error-key-repeated = the key { $key } stands here twice, and only one of the two can count
error-time-unsupported = the time is not between the years { $first } and { $last }
error-journal-time = line { $line } of the journal has a time in a year that is not supported; run “loadzone check”
error-end-missing = a booking or renewal without an end
error-end-before-start = the end is before the start
error-span-too-long = longer than { $years } years
error-end-needless = a release has no end; it is ignored
error-journal-damaged = line { $line } of the journal is damaged; run “loadzone check” to see what can be saved
error-journal-gap = line { $line } of the journal is change { $found }, but { $expected } should follow; run “loadzone check”
error-journal-mismatch = line { $line } of the journal does not fit the data ({ $problem_detail }); run “loadzone check”
error-journal-replaced = the journal was changed by another program
error-changes-missing = change { $expected } should follow, but { $found } does: this is an older file
error-journal-shrunk = the journal has become shorter than the { $expected } bytes that were written
error-csv-not-utf8 = The file must be UTF-8 from here on. Save it in your spreadsheet as “CSV UTF-8”.
error-csv-unclosed = A quote is opened here and never closed.
error-csv-after-quote = Something stands here behind a closing quote.
error-csv-no-id = The first line must name the columns, id among them.
error-csv-column = The column “{ $column }” is unknown or there twice; there may be { $columns }.
error-csv-too-many-fields = There are more fields than columns.
error-csv-content-or-upload = Give the content or the name of an upload, one of them.
error-upload-not-found = There is no such upload, or it was forgotten after ten minutes. Send all pieces again.
error-upload-too-large = The file is larger than 8 MiB. Import it in several parts.
error-piece-out-of-order = The next piece is number { $expected }.
