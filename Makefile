# The front door. `make demo` and `make test` do all their own set-up; see CONTRIBUTING.md for the rest.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The demo keeps its state inside the repository, so that it neither finds nor leaves anything in the home directory.
DEMO_HOME := $(CURDIR)/target/demo

export CARGO_TERM_COLOR ?= auto
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test lint bench bless build venv venv-test rust-test python-test end-to-end-test links docs clean nextest

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  %-16s %s\n", $$1, $$2}'

demo: build venv ## Build, run the quickstart on the embedded endpoint, show what it made
	@$(BIN)/python3 -m pip install --quiet -r examples/quickstart/requirements.txt
	@export SAGEWRIGHT_HOME=$(DEMO_HOME); scripts/demo

test: lint rust-test python-test end-to-end-test ## Every test; installs what the tests need

lint: venv-test links ## Formatting, clippy, ruff, mypy, dead links
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- -D warnings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --config-file python/pyproject.toml python/sagewright

links:
	cargo run --quiet --package xtask -- links

rust-test: nextest build
	cargo nextest run --workspace --no-fail-fast
	cargo test --workspace --doc --quiet

python-test: venv-test build
	$(BIN)/python3 -m pytest -q python/tests

end-to-end-test: venv-test build
	$(BIN)/python3 -m pytest -q tests

bench: venv-test ## Measure the budgets and print one table
	cargo build --release --package sagewright-cli --package sagewright-runner
	cargo build --release --package sagewright-sagemaker --example compile
	@$(BIN)/python3 benches/run.py

bless: venv-test build ## Rewrite the golden files; read the diff afterwards
	SAGEWRIGHT_BLESS=1 $(BIN)/python3 -m pytest -q python/tests tests/test_golden_chain.py
	SAGEWRIGHT_BLESS=1 INSTA_UPDATE=always cargo nextest run --workspace

docs: ## Build the book into 
	@command -v mdbook >/dev/null || cargo install mdbook --locked
	mdbook build docs  # into target/book

build: venv
	cargo build --package sagewright-cli --package sagewright-runner --package sagewright-local
	@ln -f target/debug/sagewright target/debug/sagewright-step $(BIN)/

# The virtual environment with the Python package; its tests' needs are apart, the demo does without them.
venv: $(VENV)/.package
venv-test: $(VENV)/.package-test

$(VENV)/bin/python3:
	@$(PYTHON) -m venv $(VENV) || { scripts/install-packages python3-venv && $(PYTHON) -m venv $(VENV); }

$(VENV)/.package: $(VENV)/bin/python3 python/pyproject.toml
	@$(BIN)/python3 -m pip install --quiet -e python
	@touch $@

$(VENV)/.package-test: $(VENV)/.package python/requirements-test.txt examples/quickstart/requirements.txt
	@$(BIN)/python3 -m pip install --quiet -r python/requirements-test.txt -r examples/quickstart/requirements.txt
	@touch $@

nextest:
	@command -v cargo-nextest >/dev/null || cargo install cargo-nextest --locked

clean: ## Remove what was built and the virtual environment
	cargo clean
	rm -rf $(VENV) 
