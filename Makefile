# Two commands are enough: `make run` and `make test`. Everything they need goes into .venv.
# The first Python that runs and is new enough; a name on the PATH alone may be a shim of one that is not there.
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 5000

.PHONY: run test check bench screenshots format clean

run: $(VENV)/run.stamp
	$(BIN)/loadzone serve --data data.json --port $(PORT)

# Playwright keeps an event loop running in its process, so its tests share none with the asynchronous ones.
test: $(VENV)/dev.stamp
	$(BIN)/python tests/ensure_packages.py
	$(BIN)/python -m pytest -n 2 --ignore=tests/browser
	$(BIN)/python -m pytest -n 2 --dist loadfile tests/browser

check: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks

screenshots: $(VENV)/notebook.stamp
	$(BIN)/python tests/ensure_packages.py chromium
	$(BIN)/python -m tools.screenshots

format: $(VENV)/dev.stamp
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(VENV)/made.stamp:
	@test -n "$(PYTHON)" || { echo "LoadZone needs Python 3.11 or newer: install it, or say PYTHON=/path/to/python3"; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv is missing: on Debian or Ubuntu, apt install python3-venv"; exit 2; }
	@touch $@

$(VENV)/run.stamp: $(VENV)/made.stamp pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/made.stamp pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/run.stamp

# JupyterLab, for the picture of a notebook.
$(VENV)/notebook.stamp: $(VENV)/dev.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[notebook]'
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
