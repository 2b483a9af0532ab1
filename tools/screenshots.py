"""`make screenshots`: takes the pictures of docs/images anew, from a real server in a real chromium.

The fleet is a made-up one with a fixed seed, moved in time so that the forenoon of a working day is now. A picture
is one row of `SHOTS`; names as arguments take those alone.
"""

import asyncio
import io
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from PIL import Image
from playwright.sync_api import Browser, Error, ViewportSize, expect, sync_playwright

from loadzone.core.accounts import OPERATOR, Accounts
from loadzone.core.data_file import auth_path
from loadzone.demo import fleet
from loadzone.domain.permissions import Role
from tests.browser.conftest import FLAGS, LOCALES
from tests.browser.people import PATIENCE, Person
from tests.ensure_packages import found
from tests.server.conftest import Process
from tools.notebook_shot import notebook

FOLDER: Final = Path(__file__).parent.parent / "docs" / "images"
VMS, DAYS, SEED = 40, 45, 7
PASSWORD: Final = "a password for pictures"  # noqa: S105  # opens nothing but the server of this run
OFFICE: Final = ZoneInfo("Europe/Berlin")  # where the people of made-up fleets work
FORENOON: Final = 11
HALF_DAY: Final = 12
FRIDAY: Final = 4
MOMENT: Final = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
COLOURS: Final = 256
LARGEST: Final = 200_000  # bytes


class NoPicture(Exception):
    """The page did not come to what was to be shown."""


class Screen(NamedTuple):
    """The size of a window in CSS pixels, and how many pixels of the picture one of them takes."""

    width: int
    height: int
    scale: float = 1
    phone: bool = False


class Shot(NamedTuple):
    """One picture: its name, what the person whose address is given does before it is taken, and on what."""

    name: str
    show: Callable[[Person, str], None]
    lang: str
    theme: str
    screen: Screen


class Moment(NamedTuple):
    """A made-up now, how far the fleet's times are moved, and the zone in which it is forenoon now."""

    made: datetime
    moved: timedelta
    zone: str


# What is shown


def login(person: Person, _email: str) -> None:
    """Show the login page."""
    person.open("/login")
    expect(person.field("page-email")).to_be_visible()


def dashboard(person: Person, email: str) -> None:
    """Show the fleet."""
    person.log_in(email, PASSWORD)


def booking(person: Person, email: str) -> None:
    """Show the dialog in which a free VM is booked."""
    dashboard(person, email)
    # Which VMs of the made-up fleet are free hangs on the day.
    vms = person.context.request.get(f"{person.url}/vms").json()["vms"]
    person.begin("book", next(vm["id"] for vm in vms if vm["booked_by"] is None))
    person.field("dashboard-purpose").fill("Load test" if person.lang == "en" else "Нагрузочный тест")


def cell(person: Person, email: str) -> None:
    """Show the fleet in a notebook."""
    notebook(person, email, PASSWORD)


def at(address: str) -> Callable[[Person, str], None]:
    """Return what shows the fleet at an address, its history read."""

    def show(person: Person, email: str) -> None:
        person.log_in(email, PASSWORD, at=address)

    return show


def groups(person: Person, email: str) -> None:
    """Show the table of groups."""
    dashboard(person, email)
    person.button("dashboard-layout-groups").click()
    expect(person.page.get_by_role("table").get_by_role("row")).not_to_have_count(1)


def analytics(person: Person, email: str) -> None:
    """Show how the fleet was used, all figures drawn."""
    person.log_in(email, PASSWORD)
    person.open("/analytics")
    expect(person.page.locator(".figures > section:has(.picture canvas)")).to_have_count(10)


WIDE: Final = Screen(1280, 800)
TALL: Final = Screen(1280, 1640)
PHONE: Final = Screen(390, 844, scale=2, phone=True)
SHOTS: Final = (
    Shot("dashboard-light-en", dashboard, "en", "light", WIDE),
    Shot("dashboard-light-ru", dashboard, "ru", "light", WIDE),
    Shot("dashboard-dark-en", dashboard, "en", "dark", WIDE),
    Shot("timeline-light-en", at("/?view=timeline"), "en", "light", WIDE),
    Shot("timeline-dark-ru", at("/?view=timeline"), "ru", "dark", WIDE),
    Shot("cards-light-ru", at("/?view=cards"), "ru", "light", WIDE),
    Shot("cards-dark-en", at("/?view=cards"), "en", "dark", WIDE),
    Shot("groups-light-en", groups, "en", "light", Screen(1280, 520)),
    Shot("groups-dark-ru", groups, "ru", "dark", Screen(1280, 520)),
    Shot("details-light-en", at("/?vm=server-07"), "en", "light", WIDE),
    Shot("details-dark-ru", at("/?vm=server-07"), "ru", "dark", WIDE),
    Shot("analytics-light-en", analytics, "en", "light", TALL),
    Shot("analytics-dark-ru", analytics, "ru", "dark", TALL),
    Shot("booking-light-en", booking, "en", "light", WIDE),
    Shot("booking-light-ru", booking, "ru", "light", WIDE),
    Shot("phone-light-ru", dashboard, "ru", "light", PHONE),
    Shot("phone-dark-en", dashboard, "en", "dark", PHONE),
    Shot("notebook-cell-light-en", cell, "en", "light", Screen(1280, 860)),
    Shot("login-light-en", login, "en", "light", Screen(1280, 640)),
)


# The fleet


def moment(now: datetime) -> Moment:
    """Return the forenoon of the last working day that stands for `now` (aware)."""
    now = now.astimezone(UTC)
    ahead = FORENOON - now.hour
    ahead += 24 if ahead < -HALF_DAY else 0
    local = now + timedelta(hours=ahead)
    day = local - timedelta(days=max(0, local.weekday() - FRIDAY))
    made = datetime(day.year, day.month, day.day, FORENOON, now.minute, now.second, tzinfo=OFFICE).astimezone(UTC)
    # The sign in these names is turned around: Etc/GMT-3 is three hours ahead of UTC.
    zone = f"Etc/GMT{-ahead:+d}" if ahead else "Etc/UTC"
    return Moment(made=made, moved=now - made, zone=zone)


def moved(data: bytes, by: timedelta) -> bytes:
    """Return the text of a data file with all its times moved."""

    def later(found: re.Match[bytes]) -> bytes:
        return (datetime.fromisoformat(found[0].decode()) + by).strftime("%Y-%m-%dT%H:%M:%SZ").encode()

    return MOMENT.sub(later, data)


def somebody(data: bytes) -> str:
    """Return who holds most VMs, to log in as."""
    holders: Counter[str] = Counter(
        vm["booked_by"] for vm in json.loads(data)["vms"] if vm["booked_by"] is not None
    )
    return max(holders, key=lambda email: (holders[email], email))


async def _admit(path: Path, email: str) -> None:
    await Accounts(auth_path(path)).add_person(OPERATOR, email, Role.ADMIN, PASSWORD)


@contextmanager
def served(folder: Path, at: Moment) -> Iterator[tuple[str, str]]:
    """Serve the fleet; give the address and the e-mail of somebody who may log in."""
    data = moved(fleet(VMS, DAYS, SEED, at.made), at.moved)
    path = folder / "data.json"
    path.write_bytes(data)
    email = somebody(data)
    asyncio.run(_admit(path, email))
    server = Process(path, "--auth", "password").start()
    try:
        yield server.url, email
    finally:
        server.terminate()


# The pictures


def take(browser: Browser, shot: Shot, url: str, email: str, zone: str) -> bytes:
    """Return one picture as a small PNG."""
    screen = shot.screen
    context = browser.new_context(
        viewport=ViewportSize(width=screen.width, height=screen.height),
        device_scale_factor=screen.scale,
        is_mobile=screen.phone,
        has_touch=screen.phone,
        locale=LOCALES[shot.lang],
        timezone_id=zone,
        color_scheme="dark" if shot.theme == "dark" else "light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    person = Person(context, url, shot.lang)
    try:
        shot.show(person, email)
        person.page.mouse.move(0, 0)
        person.page.wait_for_load_state("networkidle")
        taken = person.page.screenshot(animations="disabled", caret="hide")
    except (Error, AssertionError) as problem:
        raise NoPicture("\n".join([f"{shot.name}: {problem}", *person.broken])) from None
    finally:
        context.close()
    return small(taken)


def small(taken: bytes) -> bytes:
    """Return a picture of flat colours with a palette, which is a third of the size."""
    out = io.BytesIO()
    picture = Image.open(io.BytesIO(taken)).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def picture(browser: Browser, shot: Shot, url: str, email: str, zone: str) -> bool:
    """Take one picture and write it; where that fails, say why, leave the old one and return False."""
    try:
        taken = take(browser, shot, url, email, zone)
    except NoPicture as problem:
        sys.stderr.write(f"{problem}\n")
        return False
    (FOLDER / f"{shot.name}.png").write_bytes(taken)
    sys.stdout.write(f"{shot.name}.png: {len(taken):,} bytes\n")
    if len(taken) > LARGEST:
        sys.stderr.write(f"{shot.name}.png is larger than {LARGEST:,} bytes\n")
    return len(taken) <= LARGEST


def main(names: list[str]) -> int:
    """Take the pictures of these names, all without any; returns 1 when one is missing or too large."""
    where = found()
    if where is None:
        sys.stderr.write("No chromium here. Install it (Debian: apt install chromium) and run again.\n")
        return 1
    expect.set_options(timeout=PATIENCE)
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = moment(datetime.now(UTC))
    with (
        TemporaryDirectory() as folder,
        served(Path(folder), made) as (url, email),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=where, args=list(FLAGS), timeout=2 * PATIENCE)
        wanted = [shot for shot in SHOTS if not names or shot.name in names]
        good = [picture(browser, shot, url, email, made.zone) for shot in wanted]
        browser.close()
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
