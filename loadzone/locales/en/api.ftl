# The API as it is told in /docs and /openapi.json: api-call-<name of the route>, api-parameter-<name>.
# What stands between backticks is code. The same keys stand in every language.

api-title = LoadZone API
api-summary = Share virtual machines: see what is free, book, renew, release.
api-version = Version { $version }. JSON in, JSON out. The same as a document for tools:
api-login = Log in with `POST /auth` and keep the cookie, or send an API token: `Authorization: Bearer lz_…`. Times are ISO 8601 in UTC. A request that changes something may carry `Idempotency-Key`: a repeat within a day gets the first answer.
api-calls = Calls
api-answers = Answers { $status }
api-errors-of = Errors:
api-required = required
api-or = or
api-list-of = list of { $what }
api-errors = Errors
api-errors-told = Every refusal is `application/problem+json` (RFC 9457) with a stable `code`, in English or Russian, as `Accept-Language` asks. The messages here are examples.
api-column-status = Status
api-column-code = Code
api-column-message = Message
api-of-field = (in `errors`)

api-done = Done.
api-refused = Refused:
api-refused-otherwise = Any other refusal.
api-token = An API token, `lz_…`.
api-idempotency-key = A repeat with the same key within a day gets the first answer.

api-call-book = Book a free VM for some hours from now.
api-call-renew = Move the end of your booking by some hours.
api-call-cancel = End a booking now: your own, or as administrator anybody's.
api-call-vms = All VMs and groups, with the number of the newest change.
api-call-groups = All groups.
api-call-me = Who you are, and the VMs that you hold; a stranger gets an answer too.
api-call-history = The booking history, oldest first over all users, streamed as JSON or CSV.
api-call-auth = Log in and get the session cookie; in open mode the e-mail alone is enough.
api-call-logout = End your session; works without one too.
api-call-addVM = Add a VM to the fleet.
api-call-importVMs = Add many VMs, all or none.
api-call-editVM = Change the fields of a VM that are given.
api-call-deleteVM = Take a VM out of the fleet; one that is booked needs `force`.
api-call-addGroup = Make a group; VMs named move out of their old group.
api-call-addExistingVMs = Move VMs into a group.
api-call-removeVMFromGroup = Take a VM out of a group; without `group_id`, out of its current one.
api-call-renameGroup = Give a group another name.
api-call-deleteGroup = Delete a group; its VMs stay, ungrouped.
api-call-setup = Make the first administrator with the one-time key that the server printed, and log in.
api-call-register = Make an account for yourself, as far as the server allows it, and log in.
api-call-users = Everybody who may log in.
api-call-addUser = Let a person in.
api-call-editUser = Change a person's role or password, or lock them out.
api-call-invite = Invite somebody to register; the key is shown once.
api-call-tokens = Your API tokens, without their secrets; for administrators, everybody's.
api-call-addToken = Make an API token for yourself, or as administrator for `email`; its secret is shown once.
api-call-revokeToken = End an API token at once.
api-call-healthz = Liveness: the process answers.
api-call-readyz = Readiness: the store can be written, and bookings end in time.
api-call-metrics = Metrics for Prometheus; from another machine, for those who may see the fleet.
api-call-openapi = This API as an OpenAPI 3.1 document.
api-call-docs = This API as a page that works offline.

api-parameter-since = Only records with `start` at or after it; no offset means UTC.
api-parameter-until = Only records with `start` before it.
api-parameter-vm = Only of this VM, which may have been deleted since.
api-parameter-user = Only of this person's bookings.
api-parameter-group = Only of the VMs that are in this group now.
api-parameter-limit = At most so many records; without it the whole history is streamed.
api-parameter-cursor = Continue behind an earlier answer to the same question.
api-parameter-format = `json` (default) or `csv`.
