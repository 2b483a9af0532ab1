"""People at browsers: what they look for, by role and text, and what they do.

The texts come from the language files, so that another wording breaks no test. Everything waits for what shall be
seen; nothing sleeps.
"""

import re
from typing import Any
from urllib.parse import quote, urlsplit

from babel import Locale
from playwright.sync_api import BrowserContext, Locator, Page, WebSocketRoute, expect
from playwright.sync_api import Dialog as NativeDialog

from loadzone.i18n import translate

PATIENCE = 30_000  # milliseconds; a small machine may be busy with much else
LOCAL = re.compile(r"(?:https?|wss?)://(?:127\.0\.0\.1|localhost)[:/]|(?:data|blob|about):")
CHANGE = '["change",'
_ANY = "\N{REPLACEMENT CHARACTER}"


def say(lang: str, key: str, **data: Any) -> str:
    """Return a text as the page shows it: its scripts fill in $names and choose plurals by `n`."""
    if "n" in data:
        key = f"{key}-{Locale.parse(lang).plural_form(data['n'])}"
    return re.sub(r"\$(\w+)", lambda name: str(data.get(name[1], name[0])), translate(lang, key, **data))


def like(lang: str, key: str, **data: Any) -> re.Pattern[str]:
    """Return a pattern for a text of which the moments are not known."""
    moments = dict.fromkeys(("until", "end", "old", "time"), _ANY)
    return re.compile(re.escape(say(lang, key, **{**moments, **data})).replace(re.escape(_ANY), ".+"))


class Person:
    """Somebody at a browser of their own: their own cookies, language and screen."""

    def __init__(self, context: BrowserContext, url: str, lang: str) -> None:
        self.context = context
        self.url = url
        self.lang = lang
        self.asked: list[str] = []
        self.broken: list[str] = []
        context.on("request", lambda request: self.asked.append(request.url))
        context.on("weberror", lambda error: self.broken.append(f"{error.error.message}\n{error.error.stack}"))
        self.page = self.another_page()

    def another_page(self) -> Page:
        """Open one more page in the same browser; actions go on in the first."""
        page = self.context.new_page()
        page.on("websocket", lambda socket: self.asked.append(socket.url))
        page.on("dialog", self._blocked)
        return page

    def _blocked(self, dialog: NativeDialog) -> None:
        self.broken.append(f"a native dialog: {dialog.message}")
        dialog.dismiss()

    # What is on the page

    def say(self, key: str, **data: Any) -> str:
        """Return a text as this person's page shows it."""
        return say(self.lang, key, **data)

    def like(self, key: str, **data: Any) -> re.Pattern[str]:
        """Return a pattern for a text with unknown moments."""
        return like(self.lang, key, **data)

    def button(self, key: str, within: Page | Locator | None = None, **data: Any) -> Locator:
        """Return the button with a text."""
        return (within or self.page).get_by_role("button", name=self.say(key, **data), exact=True)

    def field(self, key: str) -> Locator:
        """Return the field with a label."""
        return self.page.get_by_label(self.say(key), exact=True)

    @property
    def dialog(self) -> Locator:
        """Return the open dialog."""
        return self.page.get_by_role("dialog")

    def row(self, vm: str) -> Locator:
        """Return the row of a VM in the fleet table: the row of its buttons' names."""
        table = self.page.get_by_label(self.say("dashboard-table"), exact=True)
        return table.get_by_role("row").filter(has=self.page.get_by_text(vm, exact=True))

    def act(self, act: str, vm: str) -> Locator:
        """Return the button of a VM that opens the dialog of `book`, `renew` or `release`."""
        return self.button(f"dashboard-{act}-title", vm=vm).first

    def toast(self, text: str | re.Pattern[str]) -> Locator:
        """Return the toast that tells something."""
        toasts = self.page.get_by_role("region", name=self.say("dashboard-toasts"), exact=True)
        return toasts.get_by_role("listitem").filter(has_text=text)

    # What a person does

    def hear_nothing(self) -> None:
        """Let no page that is opened from now on hear what others do, as on a line that is slow at that moment."""

        def relay(line: WebSocketRoute) -> None:
            server = line.connect_to_server()
            server.on_message(lambda told: None if CHANGE in str(told) else line.send(told))

        self.context.route_web_socket(lambda address: urlsplit(address).path == "/socket.io/", relay)

    def open(self, path: str = "/") -> None:
        """Go to an address of the server."""
        self.page.goto(self.url + path, timeout=2 * PATIENCE)

    def sign_in(self, email: str, password: str | None = None) -> None:
        """Be logged in, without having seen the login page."""
        given = {"email": email} if password is None else {"email": email, "password": password}
        answer = self.context.request.post(f"{self.url}/auth", data=given)
        assert answer.ok, answer.text()

    def enter(self, email: str, password: str | None = None, at: str = "/") -> None:
        """Be logged in, and see the fleet at an address."""
        self.sign_in(email, password)
        self.open(at)
        self.sees_fleet()

    def log_in(self, email: str, password: str | None = None, at: str = "/") -> None:
        """Log in at the login page, and see the fleet at an address."""
        self.open(f"/login?next={quote(at)}")
        self.give_name(email, password)
        self.sees_fleet()

    def give_name(self, email: str, password: str | None = None) -> None:
        """Fill in the login page and send it."""
        self.field("page-email").fill(email)
        if password is not None:
            self.field("page-password").fill(password)
        self.button("page-log-in").click()

    def sees_fleet(self) -> None:
        """Wait until the page shows the fleet."""
        expect(self.page.get_by_role("heading", level=1, name=self.say("dashboard-view-all"))).to_be_visible()
        expect(self.page.get_by_text(re.compile(r"^server-\d\d$")).first).to_be_visible()

    def begin(self, act: str, vm: str) -> Locator:
        """Open the dialog in which a VM is booked, renewed or released."""
        self.act(act, vm).click()
        expect(self.dialog.get_by_role("heading")).to_have_text(self.say(f"dashboard-{act}-title", vm=vm))
        return self.dialog

    def confirm(self, act: str) -> None:
        """Press the button that does what the dialog is for."""
        self.button(f"dashboard-{act}-confirm", self.dialog).click()

    def book(self, vm: str, hours: str, purpose: str = "") -> None:
        """Book through the dialog, and see it close."""
        self.begin("book", vm)
        self.field("dashboard-hours-own").fill(hours)
        self.field("dashboard-purpose").fill(purpose)
        self.confirm("book")
        expect(self.dialog).to_have_count(0)
