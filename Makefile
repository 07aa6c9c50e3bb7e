# Greenlane. `make help` says what there is.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
export PATH := $(CURDIR)/.venv/node:$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

PIP := .venv/bin/pip install -q --require-hashes
APP_SOURCES := $(shell find pwa/src pwa/public static/catalogue -type f ! -name '*.test.ts' 2>/dev/null) \
	$(wildcard pwa/index.html pwa/vite.config.ts pwa/tsconfig.json pwa/package.json pwa/package-lock.json)
# A room that has no code yet is not in a clone.
PACKAGES := $(foreach package,sync server ocr,$(if $(wildcard $(package)/*.py),-p $(package)))
FAST := -m "not journey and not slow"

.PHONY: help setup run test check lint types app-types app-tests begin-foreign-server

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 16

setup: .venv/.tests pwa/dist/index.html ## Prepare everything: packages, the app, the tools of the tests; starts nothing
	@echo "ready: make run"

run: .venv/.runtime pwa/dist/index.html ## Start the hub, with the invented county unless GREENLANE_DEMO=0
	@GREENLANE_DEMO="$${GREENLANE_DEMO-1}" exec .venv/bin/python wsgi.py

# The foreign server is fetched while style and types are checked; where it cannot be had, the tests say so.
test: begin-foreign-server .venv/.tests pwa/dist/index.html lint types app-types app-tests ## Everything: style, types, tests, journeys in Chromium
	.venv/bin/python -m pytest

check: .venv/.tests pwa/node_modules/.installed lint types app-tests ## The quick loop, under two minutes
	.venv/bin/python -m pytest $(FAST)

begin-foreign-server: .venv/.machine
	@mkdir -p build; tests/pouchdb_server/install >build/pouchdb-server.log 2>&1 & sleep 0.2

lint: .venv/.tests
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

types: .venv/.tests
	.venv/bin/mypy $(PACKAGES)

app-types: pwa/node_modules/.installed
	cd pwa && npm run --silent check

app-tests: pwa/node_modules/.installed
	cd pwa && npm run --silent test

# Stamps: a second start takes seconds, and a changed requirement is installed by itself.
.venv/.machine: deploy/prepare_machine requirements-node.txt
	deploy/prepare_machine
	@touch $@

.venv/.machine-tests: .venv/.machine
	deploy/prepare_machine test
	@touch $@

.venv/.runtime: requirements.txt requirements-phone.txt .venv/.machine
	$(PIP) -r requirements.txt
	$(PIP) --no-deps -r requirements-phone.txt
	@touch $@

.venv/.tests: requirements-dev.txt .venv/.runtime .venv/.machine-tests
	$(PIP) -r requirements-dev.txt
	@touch $@

pwa/node_modules/.installed: pwa/package-lock.json pwa/package.json .venv/.machine
	cd pwa && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# One build at a time, since two journeys may both want one.
pwa/dist/index.html: pwa/node_modules/.installed $(APP_SOURCES)
	cd pwa && flock node_modules/.build-lock npm run --silent build
	@touch $@
