"""The layers of the house: arrows point one way, and what should be light is light."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = ("panel", "bokeh", "pandas", "numpy", "tornado", "pydantic")


def test_every_contract_of_the_layers_is_kept() -> None:
    # In a process of its own: the linter configures logging anew, which would silence every logger of the tests.
    script = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "module", ["loadzone", "loadzone.client", "loadzone.domain.rules", "loadzone.core.json_store"]
)
def test_importing_the_package_its_client_or_its_core_loads_nothing_heavy(module: str) -> None:
    script = f"import sys, {module}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert not set(HEAVY) & set(done.stdout.split())
