"""The page is of use before its frame is drawn, and nobody notices when that comes."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Route, WebSocketRoute, expect

from tests.browser.conftest import Arrive
from tests.browser.fleets import ANN
from tests.browser.people import Person
from tests.server.conftest import Process, Serve

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MAKER = "**/panel.min.js*"


def before_the_frame(person: Person) -> Callable[[], None]:
    """Bring somebody to the fleet while a script of the frame is on its way; return what lets that arrive."""
    held: list[Route] = []
    person.context.route(MAKER, lambda route: held.append(route))  # noqa: PLW0108  # Playwright sets an attribute on it
    person.enter(ANN)

    def arrive() -> None:
        with person.page.expect_event("websocket", lambda socket: urlsplit(socket.url).path == "/ws"):
            for route in held:
                route.continue_()
        expect(shell(person)).to_have_count(0)

    return arrive


def shell(person: Person) -> Locator:
    """Return the frame that the page begins with."""
    return person.page.locator("#shell")


def places(person: Person) -> dict[str, Any]:
    """Return where things are that everybody looks for."""
    page = person.page
    return {
        "search": page.get_by_role("searchbox").bounding_box(),
        "views": page.get_by_role("navigation", name=person.say("dashboard-views")).bounding_box(),
        "heading": page.get_by_role("heading", level=1).bounding_box(),
        "row": person.row("server-02").bounding_box(),
    }


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_rows_and_search_are_there_first_and_stay_where_they_are(desk: Process, arrive: Arrive, lang: str) -> None:
    """Before a script of Bokeh's runs the fleet is seen and searched; when the frame comes, nothing has moved."""
    person = arrive(desk, lang)
    go_on = before_the_frame(person)
    search = person.page.get_by_role("searchbox")
    search.press_sequentially("server-02")
    expect(person.row("server-01")).to_have_count(0)
    expect(person.row("server-02")).to_be_visible()
    before = places(person)
    assert shell(person).count() == 1
    go_on()
    expect(search).to_be_focused()
    expect(search).to_have_value("server-02")
    assert places(person) == before


def test_what_was_scrolled_to_stays_in_sight(desk: Process, arrive: Arrive) -> None:
    """Who has scrolled down before the frame comes still sees the same row at the same place."""
    person = arrive(desk)
    person.page.set_viewport_size({"width": 1280, "height": 260})
    go_on = before_the_frame(person)
    first, held = person.row("server-01"), person.page.locator(".tabulator-tableholder")
    at_first = first.bounding_box()
    held.evaluate("(element) => element.scrollTo(0, 40)")
    before = first.bounding_box()
    assert before != at_first
    go_on()
    assert first.bounding_box() == before


def test_a_booking_does_not_wait_for_the_frame(desk: Process, arrive: Arrive) -> None:
    """A booking that is confirmed in the first moment is made before any script of Bokeh's has run."""
    person = arrive(desk)
    go_on = before_the_frame(person)
    person.book("server-01", "2")
    assert shell(person).count() == 1
    go_on()
    expect(person.act("release", "server-01")).to_be_visible()


def test_a_phone_has_its_side_panel_at_once(desk: Process, arrive: Arrive) -> None:
    """A tap on the menu before the frame is there opens the side panel, which stays open when it comes."""
    person = arrive(desk, phone=True)
    go_on = before_the_frame(person)
    views = person.page.get_by_role("navigation", name=person.say("dashboard-views"))
    expect(views).to_have_count(0)
    person.button("dashboard-side-panel").click()
    expect(views).to_be_visible()
    go_on()
    expect(views).to_be_visible()


@pytest.mark.parametrize("phone", [False, True])
def test_a_menu_that_is_open_stays_open(desk: Process, arrive: Arrive, phone: bool) -> None:
    """Who has opened the menu of the person before the frame comes has it, and the focus in it, afterwards."""
    person = arrive(desk, phone=phone)
    go_on = before_the_frame(person)
    person.button("dashboard-user-menu", email=ANN).click()
    entry = person.button("dashboard-analytics")
    entry.focus()
    go_on()
    expect(entry).to_be_focused()
    entry.click()
    person.page.wait_for_url("**/analytics*")


def test_a_page_whose_session_the_server_gave_up_books_all_the_same(desk: Process, arrive: Arrive) -> None:
    """The websocket of Bokeh's is refused, as when the scripts took too long; the first frame stays, and works."""
    person = arrive(desk)
    refused: list[WebSocketRoute] = []

    def refuse(line: WebSocketRoute) -> None:
        refused.append(line)
        line.close()

    person.context.route_web_socket(lambda address: urlsplit(address).path == "/ws", refuse)
    person.enter(ANN)
    person.book("server-03", "1")
    while not refused:
        person.page.evaluate("() => new Promise(requestAnimationFrame)")
    expect(shell(person)).to_have_count(1)


@pytest.mark.parametrize("phone", [False, True])
def test_a_server_that_is_killed_before_the_frame_is_there_takes_nothing(
    serve: Serve, arrive: Arrive, port: int, phone: bool
) -> None:
    """The page that was opened before the kill books after it, and its side panel opens and closes."""
    server = serve("--auth", "open", "--port", str(port)).start()
    person = arrive(server, phone=phone)
    held: list[Route] = []
    person.context.route(MAKER, lambda route: held.append(route))  # noqa: PLW0108  # as above
    person.enter(ANN)
    person.begin("book", "server-02")
    server.kill()
    offline = person.page.get_by_text(person.say("dashboard-offline"))
    expect(offline).to_have_count(1)
    person.context.unroute(MAKER)
    for route in held:
        route.abort()
    server.start()
    expect(offline).to_have_count(0)
    person.field("dashboard-hours-own").fill("2")
    person.confirm("book")
    expect(person.dialog).to_have_count(0)
    expect(person.act("release", "server-02")).to_be_visible()
    views = person.page.get_by_role("navigation", name=person.say("dashboard-views"))
    for shown in (phone, not phone):
        person.button("dashboard-side-panel").click()
        expect(views).to_have_count(int(shown))
