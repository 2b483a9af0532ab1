"""The pages in front of LoadZone: login, the first administrator, registration. They work without the dashboard.

Each is one form that a script sends as JSON to the call of the same name, so that there is one way in, with one
set of checks, for browsers and programs alike.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any, Final, Protocol

from msgspec import Struct
from tornado.httputil import HTTPServerRequest
from tornado.routing import Matcher, Rule
from tornado.template import Loader, Template

from loadzone.i18n import LANGUAGES, translate
from loadzone.web.handlers import BaseHandler
from loadzone.web.site import Site

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
AFTER: Final = ("logout", "end", "waiting")
"""What may have led to the login: logging out, a login that is over, or a registration that waits for approval."""
_NAMES: Final = {"en": "English", "ru": "Русский"}
# A path of this server: no scheme, no host (`//…` and `/\…` are hosts to a browser), nothing invisible.
_LOCAL_PATH: Final = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*\Z")


class HasAddresses(Protocol):
    """Knows the address that a file of the pages is served at, with its version."""

    def url(self, path: str = "") -> str:
        """Return the address of one file, or of the folder."""
        ...


class Field(Struct, frozen=True, kw_only=True):
    """One field of a form; `same_as` names the field that it repeats, and it is not sent.

    What has a `value` already stays as it is.
    """

    name: str
    label: str
    kind: str
    autocomplete: str
    same_as: str | None = None
    value: str = ""


class Form(Struct, frozen=True, kw_only=True):
    """What one page shows; without fields it is a notice. Texts are keys of the language files without `page-`."""

    title: str
    action: str = ""
    button: str = ""
    fields: tuple[Field, ...] = ()
    hidden: dict[str, str] = {}
    notes: tuple[str, ...] = ()
    data: dict[str, str] = {}
    links: tuple[tuple[str, str], ...] = ()
    next_path: str = "/"


def local_path(wished: str | None) -> str:
    """Return `wished` when it is a path of this server, else `/`: nobody is sent elsewhere by a login link."""
    return wished if wished is not None and _LOCAL_PATH.match(wished) else "/"


class FormHandler(BaseHandler):
    """Answers with one form in the reader's language."""

    site: Site

    def initialize(self, site: Site, assets: HasAddresses) -> None:
        """Take the site, and where scripts and styles are."""
        self.site = site
        self.assets = assets

    def form(self) -> Form:
        """Return what to show now."""
        raise NotImplementedError

    def get(self) -> None:
        """Answer with the page."""
        form = self.form()
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Security-Policy", POLICY)
        self.finish(_template().generate(**self._shown(form)))

    head = get

    @property
    def lang(self) -> str:
        """The reader's choice, else what the browser asks for, else the configured language."""
        return self.site.language(self.request)

    def text(self, key: str, /, **data: str) -> str:
        """Return the text `page-<key>`."""
        return translate(self.lang, f"page-{key}", **data)

    def email(self, expected: str = "") -> Field:
        """Return the field for the e-mail address, the user's name here; one that is `expected` stands in it."""
        return Field(name="email", label=self.text("email"), kind="email", autocomplete="username", value=expected)

    def password(self, *, new: bool) -> Field:
        """Return the field for the password, one to be remembered or a new one."""
        return Field(
            name="password",
            label=self.text("new-password" if new else "password"),
            kind="password",
            autocomplete="new-password" if new else "current-password",
        )

    def repeated(self) -> Field:
        """Return the field that repeats a new password."""
        return Field(
            name="again",
            label=self.text("password-again"),
            kind="password",
            autocomplete="new-password",
            same_as="password",
        )

    def _shown(self, form: Form) -> dict[str, Any]:
        return {
            "assets": self.assets.url(),
            "lang": self.lang,
            "cookie_suffix": self.site.identity.cookies.suffix,
            "title": self.text(form.title),
            "notes": [self.text(note, **form.data) for note in form.notes],
            "links": [(address, self.text(text)) for address, text in form.links],
            "fields": form.fields,
            "person": self.site.identity.identify(self.request).actor.email or "",
            "changed": translate(self.lang, "dashboard-person-changed"),
            "reload": translate(self.lang, "dashboard-reload"),
            "loop_first": lambda field: field is next(each for each in form.fields if not each.value),
            "hidden": form.hidden,
            "action": form.action,
            "next_path": form.next_path,
            "button": self.text(form.button) if form.button else "",
            "languages": [(code, _NAMES[code]) for code in LANGUAGES],
            "language_label": self.text("language"),
            "no_answer": self.text("no-answer"),
            "required": translate(self.lang, "error-required"),
            "different": self.text("passwords-differ"),
            "needs_script": self.text("needs-script"),
        }


class LoginPage(FormHandler):
    """`GET /login?next=…&after=…`; who is logged in already goes straight on."""

    route_path = "/login"

    def get(self) -> None:
        """Answer with the form, or go on to `next`."""
        if self.site.identity.identify(self.request).actor.email is not None:
            self.redirect(self._next())
            return
        super().get()

    head = get

    def form(self) -> Form:
        """Return the login: in open mode by the e-mail alone, and with a word about that."""
        accounts = self.site.accounts
        is_open = accounts.mode == "open"
        after = self.get_query_argument("after", "")
        notes = [f"after-{after}"] if after in AFTER else []
        notes += ["open-mode"] if is_open else ["no-admin-yet"] if accounts.first_admin_key() is not None else []
        may_register = not is_open and self.site.registration != "closed"
        return Form(
            title="login",
            action="/auth",
            button="log-in",
            fields=(self.email(),) if is_open else (self.email(), self.password(new=False)),
            notes=tuple(notes),
            links=(("/register", "to-registration"),) if may_register else (),
            next_path=self._next(),
        )

    def _next(self) -> str:
        return local_path(self.get_query_argument("next", None))


class SetupPage(FormHandler):
    """`GET /setup?key=…`: the first administrator."""

    route_path = "/setup"

    def form(self) -> Form:
        """Return the form; a notice once there is an administrator. Whether the key is good shows at sending."""
        if self.site.accounts.first_admin_key() is None:
            return Form(title="setup", notes=("setup-done",), links=(("/login", "to-login"),))
        return Form(
            title="setup",
            action="/setup",
            button="make-admin",
            fields=(self.email(), self.password(new=True), self.repeated()),
            hidden={"key": self.get_query_argument("key", "")},
            notes=("setup-note",),
        )


class RegisterPage(FormHandler):
    """`GET /register?invite=…`: an account for oneself."""

    route_path = "/register"

    def form(self) -> Form:
        """Return the form, or a notice where nobody can register."""
        to_login = (("/login", "to-login"),)
        invite = self.get_query_argument("invite", "")
        if self.site.accounts.mode == "open":
            return Form(title="register", notes=("register-open",), links=to_login)
        if self.site.registration == "closed":
            return Form(title="register", notes=("register-closed",), links=to_login)
        if self.site.registration == "invite" and not invite:
            return Form(title="register", notes=("register-by-invite",), links=to_login)
        invitation = self.site.accounts.invitation(invite) if invite else None
        if invite and invitation is None:
            return Form(title="register", notes=("register-invite-over",), links=to_login)
        expected = (invitation.email or "") if invitation is not None else ""
        by = invitation.by if invitation is not None else ""
        return Form(
            title="register",
            action="/register",
            button="make-account",
            fields=(self.email(expected), self.password(new=True), self.repeated()),
            hidden={"invite": invite} if invite else {},
            notes=("register-invited",) if by else () if invite else ("register-approval",),
            data={"by": by},
            links=to_login,
        )


class _Questions(Matcher):
    """Matches what only asks, so that the call under the same path gets the rest."""

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        return {} if request.method in ("GET", "HEAD") else None


def patterns(site: Site, assets: HasAddresses) -> list[tuple[str, Any, dict[str, Any]]]:
    """Return Tornado's rules for the pages; `POST /setup` and `POST /register` pass by them."""
    given = {"site": site, "assets": assets}
    return [
        ("/login", LoginPage, given),
        ("/setup", [Rule(_Questions(), SetupPage, given)], {}),
        ("/register", [Rule(_Questions(), RegisterPage, given)], {}),
    ]


@cache
def _template() -> Template:
    return Loader(str(Path(__file__).parent / "templates"), autoescape="xhtml_escape").load("form.html")
