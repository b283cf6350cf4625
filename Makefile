# Two commands do everything: `make test` and `make signoff`. Each sets up what it needs on first use.

VENV ?= .venv
PYTHON ?= python3
WORKERS ?= 2
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTEST := $(BIN)/python -m pytest -n $(WORKERS)

.DEFAULT_GOAL := help
.PHONY: help setup test check signoff fakes lock clean

help: ## Show the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

setup: $(READY) ## Make the virtual environment (the other commands do it by themselves)

$(READY): requirements.lock pyproject.toml
	@PYTHON="$(PYTHON)" scripts/setup "$(VENV)"
	@touch $@

test: check ## Check the code, then run all tests and every feature in the memory and http worlds
	@echo "== tests and features (memory and http worlds), about three minutes on two cores"
	$(PYTEST) --world memory --world http

check: $(READY) ## Format, lint and types, without running anything
	@echo "== format, lint, types"
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

signoff: $(READY) ## Run the features in the memory and http worlds and write build/signoff/signoff.html
	@echo "== sign-off: every clause of the runbook, about two minutes on two cores"
	$(PYTEST) features --world memory --world http --signoff build/signoff

fakes: $(READY) ## Serve the fakes of Klaviyo and Gladly until Ctrl-C
	@$(BIN)/python -m fakes

lock: ## Renew requirements.lock (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --group dev --custom-compile-command "make lock" pyproject.toml -o requirements.lock

clean: ## Remove the virtual environment and everything that was built
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
