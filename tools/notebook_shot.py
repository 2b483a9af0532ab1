"""The picture of a notebook: JupyterLab as a person starts it, with the quickstart run from top to bottom.

It runs on the server of the other pictures, by a token. JupyterLab lives as long as the browser's context.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

import httpx
from playwright.sync_api import Page, expect

from tests.browser.people import Person

NOTEBOOKS: Final = Path(__file__).parent.parent / "notebooks"
NAME: Final = "quickstart.ipynb"
CELL: Final = "zone.dashboard()"
# A cell that asks for news would stand in the picture.
QUIET: Final = "lab/user-settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"


def notebook(person: Person, email: str, password: str) -> None:
    """Show the live fleet in a cell of the quickstart; raises AssertionError where JupyterLab is not installed."""
    if find_spec("jupyterlab") is None:
        raise AssertionError("install JupyterLab: pip install -c constraints.txt -e '.[notebook]'")
    folder = Path(mkdtemp(prefix="loadzone-notebook-"))
    process = started(folder, {"LOADZONE_URL": person.url, "LOADZONE_TOKEN": token(person.url, email, password)})

    def end() -> None:
        process.terminate()
        process.communicate(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)

    person.context.on("close", lambda _: end())
    run(person.page, address(process))
    person.sees_fleet()


def token(url: str, email: str, password: str) -> str:
    """Make a token that may book."""
    with httpx.Client(base_url=url, headers={"Origin": url}) as client:
        client.post("/auth", json={"email": email, "password": password}).raise_for_status()
        made = client.post("/add-token", json={"name": "notebook", "scope": "write"}).raise_for_status()
    secret: str = made.json()["secret"]
    return secret


def started(folder: Path, variables: dict[str, str]) -> "subprocess.Popen[str]":
    """Start JupyterLab on a copy of the notebook, with nothing of this machine's own settings."""
    shutil.copy(NOTEBOOKS / NAME, folder)
    settings = folder / ".jupyter" / QUIET
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"fetchNews": "false"}), encoding="utf-8")
    homes = {
        "HOME": str(folder),
        "JUPYTER_CONFIG_DIR": str(folder / ".jupyter"),
        "IPYTHONDIR": str(folder / ".ipython"),
    }
    flags = (
        "--no-browser",
        "--allow-root",
        "--ip",
        "127.0.0.1",
        "--port",
        "0",
        "--IdentityProvider.token=picture",
    )
    return subprocess.Popen(  # noqa: S603  # our own command
        [sys.executable, "-m", "jupyterlab", *flags, "--LabApp.extension_manager=readonly"],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(NOTEBOOKS.parent), **homes, **variables},
    )


def address(process: "subprocess.Popen[str]") -> str:
    """Wait until JupyterLab tells its address."""
    for line in process.stderr or ():
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found[0]
    raise AssertionError("JupyterLab ended before it told its address")


def run(page: Page, url: str) -> None:
    """Open the notebook, run all its cells, and bring the dashboard's before the eyes."""
    page.goto(f"{url}/doc/tree/{NAME}?token=picture")
    # Who runs cells before there is a kernel is asked which one to take.
    expect(page.get_by_role("button", name=re.compile(r"\| Idle$"))).to_be_visible()
    for name in ("Run", "Run All Cells"):
        page.get_by_role("menuitem", name=name, exact=True).click()
    expect(page.get_by_role("button", name=re.compile(r"\| Busy$"))).to_be_visible()
    expect(page.get_by_role("button", name=re.compile(r"\| Idle$"))).to_be_visible()
    page.locator(".jp-CodeCell").filter(has_text=CELL).scroll_into_view_if_needed()
