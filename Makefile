# Every target does the set-up it needs; Python 3.11 and make are all a machine must have.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: setup run test check soak bench docs lock clean
.DEFAULT_GOAL := run

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "gbsmart needs Python 3.11 or newer")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

run: setup          ## start everything; Ctrl-C stops it
	$(BIN)/gbsmart up

test: setup         ## the tests, in parallel
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist loadgroup $(PYTEST)

check: setup        ## lint, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

soak: setup         ## long runs: kill -9, mutated messages (SOAK=sample for a short one)
	$(BIN)/python -m soak $(SOAK)

bench: setup        ## measurements beside the machine's own limits
	$(BIN)/python -m benchmarks

docs: setup         ## the documentation site, into site/
	$(BIN)/mkdocs build --strict

lock: setup         ## resolve the dependencies anew
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    --all-extras --output-file requirements.lock pyproject.toml
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    --extra otel --extra postgresql --extra build --constraint requirements.lock \
	    --output-file requirements-run.lock pyproject.toml

clean:
	rm -rf $(VENV) site dist build
