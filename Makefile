# make run    opens the window
# make test   runs every test
# make check  lint, format, types, layering, translations
# make translations  brings the catalogue of translations up to date
#
# Each creates .venv and installs Attune into it when that is missing or out of date.
# PYTHON=python3.12 chooses another interpreter for .venv, ARGS="…" goes to the command,
# PIP_ARGS="…" to pip.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.attune-installed

.PHONY: run test check translations install

run: $(INSTALLED)
	@$(BIN)/attune $(ARGS)

# No display is needed: Qt draws off screen unless QT_QPA_PLATFORM says otherwise.
test: export QT_QPA_PLATFORM ?= offscreen
test: $(INSTALLED)
	@$(BIN)/python packaging/check_system.py
	$(BIN)/python -m pytest $(ARGS)

check: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python packaging/translations.py --check

# Collects new texts into resources/translations, compiles them, and names what is untranslated.
translations: $(INSTALLED)
	$(BIN)/python packaging/translations.py

install: $(INSTALLED)
	@:

# llama.cpp is compiled here, once: a few minutes.
$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) packaging/check_system.py --build
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --constraint constraints.txt $(PIP_ARGS) --editable '.[starter,dev]'
	@touch $@
