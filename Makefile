# `make demo` and `make test` set up everything they need on a machine that has Python 3.11+ and make.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test check lint types schemas samples bench clean

demo: $(STAMP)  ## Collect the demo tenant from the emulator, scan it, write every report.
	$(BIN)/tenantlint demo --output demo

test: $(STAMP)  ## Run the tests.
	$(BIN)/python -m pytest -n 2

check: lint $(STAMP)  ## Everything CI checks: style, types, tests with coverage.
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term:skip-covered

lint: $(STAMP)
	$(BIN)/ruff check scanner tests
	$(BIN)/ruff format --check scanner tests
	$(BIN)/mypy

types: $(STAMP)  ## Regenerate the catalogue of Graph types from msgraph-sdk's models.
	$(BIN)/python -m scanner.cel.generate

bench: $(STAMP)
	$(BIN)/python -m tests.benchmarks.scan

clean:
	rm -rf $(VENV) build dist demo .mypy_cache .ruff_cache .pytest_cache .hypothesis htmlcov .coverage

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[collect,demo,dev]"
	@touch $@
