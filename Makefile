# Two commands are all a newcomer needs: `make demo` and `make test`.
# Both set up what they miss: a virtual environment, the front end, and for the tests a browser.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
BUILT := comity/web/static/built/.ready

.PHONY: demo test check format bench lock clean help

help:  ## say what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

demo: .venv/.run $(BUILT)  ## four authorities on this machine, with a start page
	$(BIN)/comity demo

test: .venv/.dev $(BUILT) .browser/.ready  ## everything that must hold, browser journeys included
	$(BIN)/python -m tests.run

check: .venv/.dev  ## style, types and the direction of imports
	$(BIN)/python -m tests.run static

format: .venv/.dev  ## lay the code out
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

bench: .venv/.dev $(BUILT)  ## measure against the limits named in bench/README.md
	$(BIN)/comity bench all

lock: .venv/.dev  ## resolve the dependencies anew, with hashes and without naming a host
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --extra dev pyproject.toml -o requirements-dev.lock

clean:  ## remove what the other targets made
	rm -rf .venv node_modules .browser .demo comity/web/static/built comity/instruments/templates/fonts

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Comity needs Python 3.11 or newer: install it, then run make again."; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Comity needs Python 3.11 or newer; $(PYTHON) is older. Run: make PYTHON=/path/to/python3.11"; exit 2; }
	$(PYTHON) -m venv .venv

.venv/.run: .venv/bin/python requirements.lock pyproject.toml
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/bin/python requirements-dev.lock pyproject.toml
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ .venv/.run

node_modules/.ready: package.json package-lock.json
	@command -v npm >/dev/null || { echo "Comity needs Node 20 or newer with npm: install it, then run make again."; exit 2; }
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(BUILT): node_modules/.ready $(shell find comity/web/assets -type f 2>/dev/null)
	node comity/web/assets/build.mjs
	@touch $@

.browser/.ready: node_modules/.ready tests/browser.mjs
	node tests/browser.mjs
	@touch $@
