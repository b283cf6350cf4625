# Two commands do everything: `make test` and `make signoff`. Each sets up what it needs on first use.

VENV ?= .venv
PYTHON ?= python3
# Twice two cores: the worlds with sockets mostly wait.
WORKERS ?= 4
# What `make signoff` runs in, such as WORLDS="memory", and where it leaves the pack.
WORLDS ?= memory http browser
SIGNOFF_DIR ?= build/signoff
# A sign-off runs the long forms too (three days, a thousand at once), unless LONG= says otherwise; and by whom it is made.
LONG ?= 1
BY ?=
# How often `make sound` runs each integration, and which ones (all, if none is named).
RUNS ?= 1
SOUND ?=
# What `make repeat` repeats, and where.
TIMES ?= 200
WORLD ?= memory
ROWS ?= test_killed_while_a_call_is_under_way test_killed_in_one_call_after_the_other test_twice_in_a_row \
	test_conversations_begin_and_end_while_dana_saves_the_key
BIN := $(VENV)/bin
# On a person's machine a world that cannot be run is reported as not run; in CI it fails the run.
MISSING := $(if $(CI),,--allow-missing-worlds)
READY := $(VENV)/.ready
TOOLS := build/mutation/tools
# What `make mutation` breaks (nothing: all), and how many mutants of each, as options of `python -m scripts.mutation`.
PATHS ?=
SAMPLE ?= --sample 120 --calls 60 --on-import 12
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal
# Python is started hundreds of times here: without its compiled files each start compiles everything anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup test test-long mutants mutants-matrix mutants-table check browser signoff sound repeat fakes demo live live-rehearsal mutation architecture lock clean

help: ## Show the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

setup: $(READY) ## Make the virtual environment (the other commands do it by themselves)

$(READY): requirements.lock pyproject.toml
	@PYTHON="$(PYTHON)" scripts/setup "$(VENV)"
	@touch $@

test: check browser ## Check the code, then run all tests and every feature in the memory, http and browser worlds
	@echo "== tests and features (memory, http and browser worlds), about nine minutes on two cores"
	$(PYTEST) --world memory --world http --world browser --axe $(MISSING)

test-long: export LONG_TESTS := 1
test-long: test ## As test, with everything that the generated tests can generate

mutants: $(READY) ## Run the features against every broken integration (docs/mutants.md; ten to fifteen minutes)
	@$(BIN)/python -m tests.mutants.run

mutants-matrix: $(READY) ## Run every feature against every broken integration, to find those that catch nothing (an hour or more)
	@$(BIN)/python -m tests.mutants.run --matrix

mutants-table: $(READY) ## Write docs/mutants.toml anew, by which a sign-off tells what proves a scenario's teeth
	@$(BIN)/python -m scripts.mutants_table

check: $(READY) ## Format, lint, layers and types, without running anything
	@echo "== format, lint, layers, types"
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/lint-imports
	$(BIN)/mypy

browser: $(READY) ## Find a Chromium for the browser world, or install one
	@$(BIN)/python -m harness browser || true

signoff: export LONG_TESTS := $(LONG)
signoff: $(READY) $(filter browser,$(WORLDS)) ## Run the features in the memory, http and browser worlds (WORLDS="…": others) and write build/signoff/signoff.html
	@echo "== sign-off: every clause of the runbook in the worlds $(WORLDS)"
	$(PYTEST) features $(addprefix --world ,$(WORLDS)) --signoff=$(SIGNOFF_DIR) $(if $(BY),--by="$(BY)") $(MISSING)

sound: $(READY) ## Run the features around the reference integration and every example (RUNS=3, SOUND="go node"), about 20 minutes
	@$(BIN)/python -m scripts.sound --runs $(RUNS) --workers 2 $(SOUND)

repeat: $(READY) ## Run crashes and the upgrade under traffic TIMES=200 times with other seeds (ROWS="test_x …", WORLD=http)
	@$(BIN)/python -m tests.meta.repeat --times $(TIMES) --world $(WORLD) $(ROWS)

fakes: $(READY) ## Serve the fakes of Klaviyo and Gladly until Ctrl-C
	@$(BIN)/python -m fakes

demo: $(READY) ## Serve both fakes with an integration between them, to follow the runbook by hand
	@$(BIN)/python -m harness demo

live: $(READY) browser ## Look whether all is ready, then test the steps at the real systems (docs/live.md; LIVE_ALLOW=verify)
	@$(BIN)/python -m harness live doctor
	$(BIN)/python -m pytest --world live --live verify --signoff=build/live/signoff

live-rehearsal: export LIVE_REHEARSAL := 1
live-rehearsal: $(READY) browser ## Rehearse every way to go live, with the fakes in the real systems' place (a quarter of an hour)
	@echo "== what each case says is written to build/live-rehearsal"
	$(PYTEST) tests/rehearsal

mutation: $(READY) $(TOOLS)/.ready ## Break the fakes' rules and the harness, place by place: which tests notice? (docs/mutation.md; PATHS="…")
	PYTHONPATH=$(TOOLS) $(BIN)/python -m scripts.mutation $(SAMPLE) $(PATHS)

# The mutation tester's own packages lie beside the environment: nothing else needs them.
$(TOOLS)/.ready: $(READY)
	@scripts/mutation/setup "$(VENV)" "$(TOOLS)"
	@touch $@

architecture: $(READY) ## Draw docs/architecture.svg anew from the imports
	@$(BIN)/python -m scripts.architecture

lock: ## Renew requirements.lock (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --group dev --custom-compile-command "make lock" pyproject.toml -o requirements.lock

clean: ## Remove the virtual environment and everything that was built
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .grimp_cache .import_linter_cache .hypothesis
