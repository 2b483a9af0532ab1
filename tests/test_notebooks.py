"""The notebooks run from top to bottom, on a demo fleet, as a person would run them."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from loadzone.demo import fleet
from tests.conftest import ROOT, _address, environment

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
ON_A_FILE = ("history", "usage")
ON_A_SERVER = ("admin", "quickstart")
TIMEOUT = 120

pytestmark = [
    pytest.mark.slow,
    # The kernel's client sets its event loop and leaves its sockets as its own libraries do.
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Copy the notebooks beside a demo fleet, as in a fresh checkout."""
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks", ignore=shutil.ignore_patterns(".*"))
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    (tmp_path / "data.json").write_bytes(fleet(25, 40, 1, now))
    return tmp_path


@pytest.fixture
def server(folder: Path) -> Iterator[str]:
    """Run a server in open mode on the demo fleet and return its address."""
    command = [sys.executable, "-m", "loadzone", "serve", "--auth", "open", "--data", str(folder / "data.json")]
    with subprocess.Popen(
        [*command, "--port", "0"], stdout=subprocess.PIPE, text=True, env=environment(), cwd=folder
    ) as process:
        try:
            yield _address(process)
        finally:
            process.send_signal(signal.SIGTERM)


def run(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch, url: str | None = None) -> None:
    """Run a notebook in its folder; raises where a cell does."""
    for variable in [each for each in os.environ if each.startswith("LOADZONE_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    if url is not None:
        monkeypatch.setenv("LOADZONE_URL", url)
    notebook = nbformat.read(folder / "notebooks" / f"{name}.ipynb", as_version=4)  # type: ignore[no-untyped-call]  # it has no types
    NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder / "notebooks")}},
    ).execute()


def test_every_notebook_is_run_here() -> None:
    assert [path.stem for path in NOTEBOOKS] == sorted(ON_A_FILE + ON_A_SERVER)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_committed_without_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]  # it has no types
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell for cell in code if cell.outputs or cell.execution_count] == []
    assert notebook.cells[0].source.startswith("# ")


@pytest.mark.parametrize("name", ON_A_FILE)
def test_a_notebook_on_a_file_runs_from_top_to_bottom(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (folder / "data.json").read_bytes()
    run(folder, name, monkeypatch)
    assert (folder / "data.json").read_bytes() == before


@pytest.mark.parametrize("name", ON_A_SERVER)
def test_a_notebook_that_changes_something_runs_on_a_server(
    name: str, folder: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(folder, name, monkeypatch, server)
