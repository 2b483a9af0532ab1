"""VMs come from a CSV file all at once or not at all; what is wrong stands at its line before anything is sent."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Arrive
from tests.browser.people import Person
from tests.server.conftest import Process

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ANN, BEN = "ann@example.com", "ben@example.com"
COLUMNS = "id, group, internal_ip, external_ip, tags, note"
EVERYWHERE = pytest.mark.parametrize(("lang", "phone"), [("en", False), ("ru", True)], ids=["en-desk", "ru-phone"])


def known(server: Process) -> set[str]:
    """Return the ids of the VMs."""
    return {vm["id"] for vm in httpx.get(f"{server.url}/vms", timeout=60).json()["vms"]}


def before(arrive: Arrive, desk: Process, lang: str = "en", *, phone: bool = False) -> Person:
    """Bring Ann to the page."""
    ann = arrive(desk, lang, phone=phone)
    ann.sign_in(ANN)
    ann.open("/admin/import")
    expect(ann.field("admin-import-text")).to_be_visible()
    return ann


def row(person: Person, *texts: str) -> Locator:
    """Return the line of the preview that says all of this."""
    found = person.page.get_by_role("row")
    for text in texts:
        found = found.filter(has_text=text)
    return found


def adding(person: Person) -> Locator:
    """Return the button that adds all."""
    return person.button("admin-import-add")


@EVERYWHERE
def test_a_text_that_is_no_list_of_vms_is_refused_whole(
    arrive: Arrive, desk: Process, lang: str, phone: bool
) -> None:
    """No id, an unknown column, an open quote and no line at all are each told below the text, which stays."""
    ann = before(arrive, desk, lang, phone=phone)
    text = ann.field("admin-import-text")
    wrongs: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("name,group\nx,\n", "error-csv-no-id", {}),
        ("id,color\nx,red\n", "error-csv-column", {"column": "color", "columns": COLUMNS}),
        ("id,id\nx,y\n", "error-csv-column", {"column": "id", "columns": COLUMNS}),
        ('id,note\nx,"open\n', "error-csv-unclosed", {}),
        ("id,note\n", "admin-import-empty", {}),
    )
    for typed, key, data in wrongs:
        text.fill(typed)
        expect(ann.page.get_by_text(ann.say(key, **data), exact=True)).to_be_visible()
        expect(adding(ann)).to_have_attribute("aria-disabled", "true")
        expect(text).to_have_value(typed)
    text.fill("")
    expect(ann.page.get_by_text(ann.say("admin-import-empty"), exact=True)).to_have_count(0)


@EVERYWHERE
def test_each_line_says_what_is_wrong_with_it(arrive: Arrive, desk: Process, lang: str, phone: bool) -> None:
    """What exists, is repeated, lacks an id, names no group or has too much is told, and nothing is added."""
    ann = before(arrive, desk, lang, phone=phone)
    seen = known(desk)
    lines = ["server-01,,", "new-1,Nowhere,", ",Production,", "new-2,,,more", "new-3,production,", "new-3,,"]
    lines.append("new 4,Nowhere,10.0.0.999")
    ann.field("admin-import-text").fill("\n".join(["id,group,internal_ip", *lines]))
    expect(ann.page.get_by_text(ann.say("admin-import-wrong", n=6), exact=True)).to_be_visible()
    expect(row(ann, "server-01", ann.say("error-vm-exists", vm_id="server-01"))).to_be_visible()
    nowhere = ann.say("error-group-unknown", group="Nowhere")
    expect(row(ann, "new-1", nowhere)).to_be_visible()
    malformed, address = ann.say("error-vm-id-malformed"), ann.say("error-address-malformed")
    expect(row(ann, "Production", malformed)).to_be_visible()
    expect(row(ann, "new 4", nowhere, malformed, address)).to_be_visible()
    beside = row(ann, "new 4").get_by_role("cell").filter(has_text="10.0.0.999")
    expect(beside).to_contain_text(address)
    expect(row(ann, "new-2", ann.say("error-csv-too-many-fields"))).to_be_visible()
    expect(row(ann, ann.say("error-vm-exists", vm_id="new-3"))).to_have_count(1)
    # It is offered to make the group; what else is wrong stays.
    offer = ann.page.get_by_label(ann.say("admin-import-create", n=1, groups="Nowhere"), exact=True)
    offer.check()
    expect(ann.page.get_by_text(ann.say("admin-import-wrong", n=5), exact=True)).to_be_visible()
    adding(ann).click(force=True)
    assert known(desk) == seen


@EVERYWHERE
def test_what_happens_meanwhile_goes_to_its_line(arrive: Arrive, desk: Process, lang: str, phone: bool) -> None:
    """A VM that somebody adds after the check is told at its line, and nothing is added; then all come once."""
    ann = before(arrive, desk, lang, phone=phone)
    text = ann.field("admin-import-text")
    one, two, taken = (f"{lang}-{number}" for number in (1, 2, 3))
    text.fill(f"id,group,internal_ip\n{one},Production,10.0.0.9\n{taken},,\n")
    expect(ann.page.get_by_text(ann.say("admin-import-ready", n=2), exact=True)).to_be_visible()
    with desk.client(BEN) as ben:
        ben.post("/add-vm", json={"id": taken, "group_id": None}).raise_for_status()
    adding(ann).click()
    expect(row(ann, taken, ann.say("error-vm-exists", vm_id=taken))).to_be_visible()
    assert one not in known(desk)
    text.fill(f"id;group;tags\n{one};Production;a\n{two};;\n")
    expect(ann.page.get_by_text(ann.say("admin-import-ready", n=2), exact=True)).to_be_visible()
    adding(ann).dblclick()
    expect(ann.page.get_by_text(ann.say("admin-imported", n=2))).to_be_visible()
    expect(text).to_have_value("")
    assert known(desk) >= {one, two}


def test_a_file_of_another_encoding_is_told_apart(arrive: Arrive, desk: Process, tmp_path: Path) -> None:
    """A file in an old encoding is not taken for one with strange letters; saved anew it is read."""
    ann = before(arrive, desk, "ru")
    file = tmp_path / "vms.csv"
    file.write_bytes("id,note\nold-1,запасная\n".encode("cp1251"))
    ann.field("admin-import-file").set_input_files(file)
    expect(ann.page.get_by_role("alert").get_by_text(ann.say("error-csv-not-utf8"))).to_be_visible()
    file.write_bytes("sep=;\nID;Note\nold-1;запасная\n".encode("utf-16"))
    ann.field("admin-import-file").set_input_files(file)
    expect(row(ann, "old-1", "запасная")).to_be_visible()
    expect(ann.page.get_by_text(ann.say("error-csv-not-utf8"))).to_have_count(0)


def test_the_pages_own_sample_is_imported_with_its_groups_and_found(arrive: Arrive, desk: Process) -> None:
    """The group is offered to be created; after that a link leads to the new VMs."""
    ann = before(arrive, desk)
    text = ann.field("admin-import-text")
    text.fill(text.get_attribute("placeholder") or "")
    expect(ann.page.get_by_text(ann.say("admin-import-wrong", n=2), exact=True)).to_be_visible()
    ann.page.get_by_label(ann.say("admin-import-create", n=1, groups="GPU"), exact=True).check()
    expect(ann.page.get_by_text(ann.say("admin-import-ready", n=2), exact=True)).to_be_visible()
    adding(ann).click()
    expect(ann.page.get_by_text(ann.say("admin-imported", n=2))).to_be_visible()
    ann.page.get_by_role("link", name=ann.say("admin-import-see"), exact=True).click()
    ann.page.wait_for_url("**/?q=server-4")
    expect(ann.page.get_by_text("server-42", exact=True).first).to_be_visible()


def test_a_file_of_thousands_of_vms_goes_in_pieces(arrive: Arrive, desk: Process, tmp_path: Path) -> None:
    """More than fits into one request, all of them in one change."""
    ann = before(arrive, desk)
    file = tmp_path / "vms.csv"
    rows = "".join(f"many-{number:05},10.9.{number // 250}.{number % 250},{'x' * 120}\n" for number in range(8000))
    file.write_text("id,internal_ip,note\n" + rows, encoding="utf-8")
    ann.field("admin-import-file").set_input_files(file)
    expect(ann.page.get_by_text("8,000 VMs are ready", exact=False)).to_be_visible(timeout=30_000)
    adding(ann).click()
    expect(ann.page.get_by_text("8,000 VMs added", exact=False)).to_be_visible(timeout=30_000)
    assert {f"many-{number:05}" for number in range(8000)} <= known(desk)
