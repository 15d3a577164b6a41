# `make demo` and `make test` set up everything they need on a machine that has Python 3.11+ and make.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test check lint types schemas policy-index demo-tenant samples readme bench clean

demo: $(STAMP)  ## Collect the demo tenant from the emulator, scan it, write every report.
	$(BIN)/tenantlint demo --output demo
	@echo "Here tenantlint is $(BIN)/tenantlint"

test: $(STAMP)  ## Run the tests. PYTEST_OPTIONS adds options.
	$(BIN)/python -m pytest -n 2 $(PYTEST_OPTIONS)

check: $(STAMP)  ## Everything CI checks: style, types, tests with coverage.
	bash .ci/run

lint: $(STAMP)
	$(BIN)/ruff check scanner tests setup.py
	$(BIN)/ruff format --check scanner tests setup.py
	$(BIN)/mypy

types: $(STAMP)  ## Regenerate the catalogue of Graph types from msgraph-sdk's models.
	$(BIN)/python -m scanner.cel.generate

schemas: $(STAMP)  ## Regenerate the JSON Schemas that are made from structs.
	$(BIN)/python -m scanner.snapshot.schema
	$(BIN)/python -m scanner.report.schema
	$(BIN)/python -m scanner.compare.schema
	$(BIN)/python -m scanner.export.schema

policy-index: $(STAMP)  ## Make the pages about the shipped policies anew: policies/README.md and one for each.
	$(BIN)/tenantlint docs policies

demo-tenant: $(STAMP)  ## Regenerate the files of the demo tenant.
	$(BIN)/python -m scanner.demo.make

samples: $(STAMP)  ## Make the sample reports anew.
	@mkdir -p build
	$(BIN)/tenantlint demo --output build/demo > build/demo.txt
	cp build/demo/report.* reports/
	$(BIN)/python -m tests.report.html.picture

readme: $(STAMP)  ## Make the README's tables and its walk-through anew.
	$(BIN)/python -m tests.readme

bench: $(STAMP)  ## Time and memory of a scan, of a collection and of all facts, for 100,000 users.
	$(BIN)/python -m tests.benchmarks.scan
	$(BIN)/python -m tests.benchmarks.collect
	$(BIN)/python -m tests.benchmarks.facts
	$(BIN)/python -m tests.benchmarks.reports

clean:
	rm -rf $(VENV) build dist demo .mypy_cache .ruff_cache .pytest_cache .hypothesis htmlcov .coverage

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[collect,demo,dev]"
	@touch $@
