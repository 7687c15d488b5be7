# Everything runs in a .venv inside the checkout; Python 3.11+, pip and make are all it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO_STAMP := $(VENV)/.installed-demo

.PHONY: install demo test pytest lint screenshots bench clean

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(DEMO_STAMP): pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[demo]'
	touch $@

# pip older than 25.1 knows no --group; a newer one comes first.
$(STAMP): pyproject.toml $(DEMO_STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	touch $@

install: $(STAMP)

demo: $(DEMO_STAMP)
	$(BIN)/webupdate demo

# Many tests wait for processes and screens: more workers than cores, and the checkers of types and style beside them.
test: install
	$(MAKE) --jobs 2 lint pytest

# The tests start the program about a hundred times: each start compiles all of it where nothing compiled may be kept.
pytest: install
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

screenshots: install
	$(BIN)/python -m tests.tui.screenshots

bench: install
	$(BIN)/python -m bench

clean:
	rm -rf $(VENV) build dist
