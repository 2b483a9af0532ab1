"""The first page in a real browser: how soon it shows rows, what it weighs, and how a large fleet moves."""

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.target import Target, target
from tests.browser.conftest import FLAGS
from tests.ensure_packages import found

ROUNDS = 5
FLEETS = (1_000, 10_000)
# Finds an element also where shadow roots hide it.
DEEP = """const deep = (selector, root = document) => root.querySelector(selector)
  ?? [...root.querySelectorAll("*")].filter((each) => each.shadowRoot)
    .map((each) => deep(selector, each.shadowRoot)).find(Boolean);"""
# From the start of the navigation to the first frame that shows a row, and to the one in which the whole page is
# there, the Material frame included; by the page's own clock.
SEEN = f"""() => new Promise((done) => {{
  {DEEP}
  const times = []
  const frame = () => {{
    if (times.length === 0 && deep(".tabulator-row")) times.push(performance.now())
    if (times.length === 1 && !document.getElementById("shell")) times.push(performance.now())
    if (times.length < 2) requestAnimationFrame(frame)
    else done(times)
  }}
  frame()
}})"""
# Scrolls a long way in steps of a third of a screen and gives the milliseconds of each frame.
SCROLL = """(holder) => new Promise((done) => {
  const times = []
  let last = performance.now()
  const step = (now) => {
    times.push(now - last)
    last = now
    holder.scrollTop += 200
    if (times.length < 120) requestAnimationFrame(step)
    else done(times.slice(1))
  }
  requestAnimationFrame(step)
})"""
# Types a search and gives the milliseconds until the count says that it was applied.
FIND = f"""(field) => new Promise((done) => {{
  {DEEP}
  const [summary, started] = [deep("p.summary"), performance.now()]
  const before = summary.textContent
  field.value = "0042"
  field.dispatchEvent(new Event("input", {{bubbles: true}}))
  const look = () => requestAnimationFrame(
    summary.textContent === before ? look : () => done(performance.now() - started))
  look()
}})"""


def _visit(browser: Browser, server: Target) -> tuple[list[list[float]], list[int], Page]:
    """Open the page cold and again; return the milliseconds and the bytes on the wire of each, and the page."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    name, _, value = server.cookie.partition("=")
    address = f"http://127.0.0.1:{server.port}"
    context.add_cookies([{"name": name, "value": value, "url": address}])
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    weight = [0]
    wire.on("Network.loadingFinished", lambda event: weight.append(int(event["encodedDataLength"])))
    wire.on("Network.webSocketFrameReceived", lambda event: weight.append(len(event["response"]["payloadData"])))
    took, weighed = [], []
    for _ in range(2):
        weight.clear()
        page.goto(address, wait_until="commit")
        took.append(page.evaluate(SEEN))
        page.wait_for_load_state("networkidle")
        weighed.append(sum(weight))
    return took, weighed, page


def _measure(browser: Browser, server: Target, vms: int) -> None:
    visits = [_visit(browser, server) for _ in range(ROUNDS)]
    for number, visit in enumerate(("cold", "again")):
        seen, whole = (statistics.median(took[number][which] for took, _, _ in visits) for which in (0, 1))
        weighed = statistics.median(weighed[number] for _, weighed, _ in visits)
        goal = " (goal 1.5 s, 2.5 MB)" if (visit, vms) == ("cold", FLEETS[0]) else ""
        print(
            f"  {vms:,} VMs, {visit}: rows after {seen / 1e3:.2f} s, the whole page after {whole / 1e3:.2f} s, "
            f"{weighed / 1e6:.2f} MB on the wire{goal}"
        )
    page = visits[-1][2]
    times = sorted(page.locator(".tabulator-tableholder").evaluate(SCROLL))
    usual, seldom = statistics.median(times), times[int(len(times) * 0.95)]
    print(f"  {vms:,} VMs, scrolling: {usual:.0f} ms a frame, p95 {seldom:.0f} ms")
    print(f"  {vms:,} VMs, a search: {page.get_by_role('searchbox').evaluate(FIND):.0f} ms until it shows")
    for _, _, opened in visits:
        opened.context.close()


def main() -> None:
    """Measure servers with fleets of two sizes in one browser."""
    where = found()
    print(
        "\nfirst page: a real chromium without a GPU beside the server; a new profile each time, then again in it"
    )
    if where is None:
        print("  no chromium here: install it (Debian: apt install chromium)")
        return
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=where, args=list(FLAGS))
        for vms in FLEETS:
            with target(Path(name), vms, 0) as server:
                _measure(browser, server, vms)
        browser.close()
