# Two commands for a new user: `make chat` and `make test`. Everything is installed in .venv, versions from constraints.txt.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: install chat test lint bench faults

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(PIP) --editable .
	touch $@

.venv/installed-test: .venv/installed
	$(PIP) --editable '.[test]'
	touch $@

.venv/installed-bench: .venv/installed
	$(PIP) --editable '.[bench]'
	touch $@

install: .venv/installed
	@$(BIN)/wegwijzer knowledge build

chat: .venv/installed
	@$(BIN)/wegwijzer chat

test: .venv/installed-test
	$(BIN)/python -m pytest

lint: .venv/installed-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: .venv/installed-bench
	@$(BIN)/python -m tests.bench

faults: .venv/installed-bench
	@$(BIN)/python -m tests.faults
