"""The layers of the house: arrows point one way, and what should be light is light."""

import subprocess
import sys
from pathlib import Path

import pytest
from importlinter import cli

ROOT = Path(__file__).parent.parent
HEAVY = ("panel", "bokeh", "pandas", "numpy", "tornado", "pydantic")


def test_every_contract_of_the_layers_is_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    kept = cli.lint_imports(config_filename="pyproject.toml", no_cache=True)
    assert kept == cli.EXIT_STATUS_SUCCESS, capsys.readouterr().out


@pytest.mark.parametrize(
    "module", ["loadzone", "loadzone.client", "loadzone.domain.rules", "loadzone.core.json_store"]
)
def test_importing_the_package_its_client_or_its_core_loads_nothing_heavy(module: str) -> None:
    script = f"import sys, {module}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert not set(HEAVY) & set(done.stdout.split())
