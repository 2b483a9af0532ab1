# Errors of logging in, people, API tokens and invites, and of the file that keeps them.

error-wrong-login = The e-mail address or the password is wrong.
error-wrong-password = This is not your current password.
error-too-many-tries = { $seconds ->
    [one] Too many tries. Try again in { $seconds } second.
   *[other] Too many tries. Try again in { $seconds } seconds.
}
error-login-busy = { $seconds ->
    [one] Too many people are logging in just now. Try again in { $seconds } second.
   *[other] Too many people are logging in just now. Try again in { $seconds } seconds.
}
error-token-invalid = This API token is unknown, revoked or expired. Make another: on the page “My account”, or with “loadzone token create”.
error-session-needed = A password is changed by its owner, logged in with it. An API token is not enough.
error-host-not-ours = In open mode this server does not answer to the name { $host }. Open it as localhost, or set public_url.
error-feed-not-yours = This connection to the live feed was opened by another client.
error-cross-origin = This request came from a page of another site and was refused. Where a proxy stands before LoadZone, public_url must be the address that people use.
error-wrong-auth-mode = This is not possible in the way of logging in that the server uses ({ $mode }).

error-password-too-short = { $min ->
    [one] At least { $min } character.
   *[other] At least { $min } characters.
}
error-password-too-long = { $max ->
    [one] At most { $max } character.
   *[other] At most { $max } characters.
}
error-role-unknown = The role must be user or admin.
error-expires-in-past = The expiry must be in the future.

error-person-exists = There is already an account for { $email }.
error-person-not-found = There is no account for { $email }.
error-last-admin = At least one administrator who can log in must remain.
error-token-not-found = There is no API token { $token_id }.

error-registration-closed = Registration is closed. Ask an administrator to add you.
error-invite-needed = Registration needs an invite. Ask an administrator for one.
error-invite-invalid = This invite is unknown, used, expired or meant for another e-mail address.
error-address-reserved = { $email } already holds something here, such as bookings. Ask an administrator to add you or to invite this address.
error-waits-for-approval = Your account waits for approval. Ask an administrator.
error-nobody-waits = Nobody with the address { $email } waits for approval.
error-domain-not-listed = Only e-mail addresses of these domains can register: { $domains }.
error-first-admin-key-invalid = This link no longer works. While there is no administrator, each start of the server prints a new one.

error-auth-file-not-json = this is not JSON
error-auth-file-schema = schema { $schema } is unknown; this version of LoadZone reads schema { $known }
error-auth-file-value = this value is missing or not allowed
