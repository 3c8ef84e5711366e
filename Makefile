# The two commands of the README; each sets up what it needs. Needs Python 3.11 or newer, git and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test bench bench-local soak-budget clients interop lint types clean

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

demo: $(VENV)/installed
	@$(BIN)/juryroom review --diff examples/review_a_diff/change.diff --exit-zero

test: $(VENV)/installed lint types
	$(BIN)/python -m pytest -n 2

# prints each measurement beside its floor and its target; takes a few minutes
bench: $(VENV)/installed
	$(BIN)/python -m tests.bench.report

# a real jury over planted defects: MODELS="qwen=http://127.0.0.1:8081/v1 smollm=http://127.0.0.1:8082/v1"
bench-local: $(VENV)/installed
	$(BIN)/python -m tests.bench.local_jury $(MODELS)

# two processes on one budget, killed at random, 1,000 times on either database; takes a quarter of an hour
soak-budget: $(VENV)/installed
	$(BIN)/python -m tests.bench.ledger --soak 1000
	JURYROOM_TEST_DATABASE_URL=postgres $(BIN)/python -m tests.bench.ledger --soak 1000

# connects the editors' own clients that are on PATH; takes npm packages, no login and no key
clients: $(VENV)/installed
	$(BIN)/python tests/clients/check.py

# reviews through LiteLLM's proxy (installed into .interop/), and through a llama.cpp server where the environment names one
interop: $(VENV)/installed
	$(BIN)/python -m tests.interop.check

lint: $(VENV)/installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/installed
	$(BIN)/mypy

clean:
	rm -rf $(VENV) .interop .mypy_cache .ruff_cache .pytest_cache
