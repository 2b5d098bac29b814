# The workshop of the asset registry. `make help` says what there is.

VENV   := .venv
BIN    := $(VENV)/bin
HOST   ?= 127.0.0.1
PORT   ?= 8000
WORKERS ?= 2
SERVE  ?=
JOBS   ?= logical
CITIES ?= /var/tmp/registry-cities
MINUTES ?= 10
MOST_MINUTES ?= 60

# An installation is done again only when what it was made from has changed.
MADE_FROM  = requirements/$(1).lock setup.cfg pyproject.toml
STAMP      = $(VENV)/.installed-$(1)-$(shell cat $(call MADE_FROM,$(1)) | cksum | tr ' ' -)
RUN_STAMP := $(call STAMP,run)
DEV_STAMP := $(call STAMP,dev)

PIP     := $(BIN)/python -m pip --quiet --quiet --no-input
PYTEST  := $(BIN)/python -m pytest --numprocesses=$(JOBS) --dist=worksteal
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --custom-compile-command "make lock"
LOCKED  := setup.cfg requirements/build.in

# Without compiled files each of the many processes a server and a suite are made of
# would compile some six hundred modules for itself, whatever the shell around asks for.
export PYTHONDONTWRITEBYTECODE :=
export PYTHONUTF8 := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help install develop run demo serve test test-sqlite-and-browser test-sqlite \
	test-postgresql test-browser test-whole check check-format check-lint check-types \
	check-floors check-templates check-words check-house format words sbom scan docs bench bench-full bench-load bench-match cover lock browser clean

help:  ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' \
		$(firstword $(MAKEFILE_LIST))

## Installing and running ----------------------------------------------------------

install: $(RUN_STAMP)  ## Install the registry into .venv (needs Python 3.11 or newer)

$(RUN_STAMP):
	@sh requirements/venv.sh $(VENV)
	@echo "Installing what the registry stands on ..."
	@$(PIP) install --require-hashes -r requirements/run.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/.installed-run-*
	@touch $@
	@echo "Installed: $(BIN)/registry"

develop: $(DEV_STAMP)  ## Install what checking and testing need as well

$(DEV_STAMP):
	@SYSTEM_PACKAGES=1 sh requirements/venv.sh $(VENV)
	@echo "Installing what checks and tests stand on ..."
	@$(PIP) install --require-hashes -r requirements/dev.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/.installed-*
	@touch $@ $(RUN_STAMP)

run serve: export REGISTRY_DATABASE_URL ?= sqlite:///var/registry.db
run serve: export REGISTRY_SECRET_FILE ?= var/secret
run serve: export REGISTRY_PUBLIC_URL ?= http://$(HOST):$(PORT)
run serve: export REGISTRY_LOG_FORMAT ?= console

run: export REGISTRY_DEMO ?= 1
run: install var/secret  ## Run the demo school on this machine (PORT=8000)
	@$(BIN)/registry demo --if-empty
	@exec $(BIN)/registry serve --host $(HOST) --port $(PORT) --workers $(WORKERS) $(SERVE)

serve: install var/secret  ## Run what lies in ./var, without the demo school
	@exec $(BIN)/registry serve --host $(HOST) --port $(PORT) --workers $(WORKERS) $(SERVE)

var/secret:
	@mkdir -p var
	@umask 077 && $(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(48))' > $@

## Proving -------------------------------------------------------------------------

test: develop browser  ## Run every test: SQLite and Chromium, then PostgreSQL
	@failed=0; \
	for part in test-sqlite-and-browser test-postgresql; do \
		$(MAKE) --no-print-directory $$part || failed=1; \
	done; exit $$failed

# pytest leaves with 5 when a selection holds no test.
ANY = || [ $$? -eq 5 ]

test-whole: export REGISTRY_TEST_DEPTH := whole
test-whole: test  ## Run every test in its long form, and the faults planted for tests

# Together they load the school that all look at once, and wait for one another's servers
# and pages.
test-sqlite-and-browser: develop browser
	@$(PYTEST) --database=sqlite $(ANY)

test-sqlite: develop
	@$(PYTEST) -m "not browser" --database=sqlite $(ANY)

test-browser: develop browser
	@$(PYTEST) -m "browser" --database=sqlite $(ANY)

test-postgresql: develop
	@$(PYTEST) -m "database and not browser and not one_is_enough" \
		--database=postgresql $(ANY)

check: develop  ## Check format, lint, types, floors, templates, words, schema, docs
	@$(MAKE) --no-print-directory --jobs=2 --keep-going --output-sync=target \
		check-house check-types check-format check-lint check-floors \
		check-templates check-words

check-format: develop
	@$(BIN)/ruff format --check .

check-lint: develop
	@$(BIN)/ruff check .

check-types: develop
	@$(BIN)/mypy

check-floors: develop
	@$(BIN)/lint-imports --config setup.cfg

check-templates: develop
	@$(BIN)/djlint registry --quiet --lint

check-words: develop
	@$(BIN)/python -m registry.words.extraction check

check-house: develop
	@$(BIN)/python -m pytest --quiet -m "not browser" --database=sqlite \
		tests/architecture tests/migrations
	@$(BIN)/python -m pytest --quiet --database=postgresql tests/migrations

format:  ## Lay out the code as the checks want it
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

cover: develop  ## Run the tests on SQLite and say which lines none of them reached
	@$(BIN)/coverage run -m pytest -m "not browser"
	@$(BIN)/coverage report

# What the house was decided by is measured again with the scripts that decisions name.
bench: develop  ## Measure the registry on this machine (some ten minutes)
	@for script in serving working checking label_printing drills; do \
		echo "== bench/$$script.py"; \
		PYTHONPATH=. $(BIN)/python bench/$$script.py || exit 1; done

bench-full: develop  ## The same at 1,000,000 assets and on PostgreSQL (an hour)
	@PYTHONPATH=. $(BIN)/python bench/serving.py --sizes 10000 100000 1000000
	@PYTHONPATH=. $(BIN)/python bench/serving.py --database postgresql --sizes 100000
	@PYTHONPATH=. $(BIN)/python bench/working.py --size 100000
	@PYTHONPATH=. $(BIN)/python bench/working.py --database postgresql
	@PYTHONPATH=. $(BIN)/python bench/checking.py --database postgresql \
		--sizes 10000 100000 1000000

# A city is entered once and kept: CITIES names the folder. MINUTES=60 is the long form.
bench-load: develop  ## A city at work for MINUTES=10, and three times as much; CITIES=folder
	@PYTHONPATH=. $(BIN)/python bench/mixed_load.py --minutes $(MINUTES) --times 0.5 \
		--size 300000 --schools 30 --folder $(CITIES)/sqlite --most-minutes $(MOST_MINUTES)
	@PYTHONPATH=. $(BIN)/python bench/mixed_load.py --minutes $(MINUTES) \
		--database postgresql --size 3000000 --schools 100 \
		--folder $(CITIES)/postgresql --most-minutes $(MOST_MINUTES)

bench-match: develop  ## Score the matching of idle stock (JUDGED=folder of a judged set)
	@$(BIN)/python bench/matching.py $(if $(JUDGED),--judged $(JUDGED))

# The scanner is no part of the workshop: install wapiti3 anywhere, name it by WAPITI.
WAPITI ?= wapiti
SCAN   ?= http://$(HOST):$(PORT)/

scan:  ## Have wapiti look at what `make run` runs (docs/security/scanning.md)
	@WAPITI=$(WAPITI) sh docs/security/scan.sh $(SCAN)

## Keeping -------------------------------------------------------------------------

words: develop  ## Bring registry/words/en.po up to date with the texts in the code
	@$(BIN)/python -m registry.words.extraction update

sbom: develop  ## Write what the registry is made of, as CycloneDX (dist/sbom.cdx.json)
	@mkdir -p dist
	@$(BIN)/python requirements/sbom.py requirements/postgres.lock > dist/sbom.cdx.json
	@echo "dist/sbom.cdx.json"

docs: develop  ## Print the documents that are made from the code
	@$(BIN)/python -m tests.harness.printed

lock: develop  ## Choose the newest versions that setup.cfg and requirements/*.in allow
	@$(COMPILE) --upgrade $(LOCKED) requirements/dev.in --extra postgres -o requirements/dev.lock
	@$(COMPILE) --upgrade $(LOCKED) --constraint requirements/dev.lock -o requirements/run.lock
	@$(COMPILE) --upgrade $(LOCKED) --constraint requirements/dev.lock --extra postgres \
		-o requirements/postgres.lock

browser:
	@sh requirements/browser.sh

clean:  ## Remove what the workshop made, but not ./var
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache \
		.import_linter_cache .hypothesis .schemathesis .coverage
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
