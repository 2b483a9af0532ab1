# The pages in front of LoadZone: login, first administrator, registration. The same keys stand in every language.

page-login = Log in
page-log-in = Log in
page-setup = The first administrator
page-make-admin = Become the administrator
page-register = Make an account
page-make-account = Make the account
page-email = E-mail
page-password = Password
page-new-password = Password
page-password-again = The password again
page-passwords-differ = The two passwords differ.
page-language = Language
page-open-mode = Open mode: the e-mail alone lets you in, and everybody here is an administrator. This is for demos and a trusted desk.
page-no-admin-yet = Nobody can log in yet. Open the link that LoadZone printed when it started: it makes the first administrator.
page-setup-note = This account may do everything: add VMs, people and groups. The link works once.
page-setup-done = There is an administrator already. Log in, or ask them for an account.
page-register-closed = Accounts are made by the administrators here. Ask one of them.
page-register-by-invite = An account needs an invitation. Open the link that you were given.
page-register-open = In open mode nobody needs an account: log in with your e-mail.
page-to-login = To the login
page-to-registration = Make an account
page-no-answer = The server does not answer. Please try again.
page-needs-script = This page needs JavaScript.
