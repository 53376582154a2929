# Two commands: `make run` (set up once, then pull, read, check, publish) and `make test`.
# `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
export PYTHONUTF8 := 1
SHELL := bash
.SHELLFLAGS := -o pipefail -c

.DEFAULT_GOAL := help
.PHONY: help setup run test fast install-test hooks bench world mutants lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## create the virtual environment (done once, repeated when the lock changes)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Gongbao needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	@echo "Setting up .venv (once): 1.2 GB, one to three minutes"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements.lock \
	  | awk '/^Collecting/ {printf "\r  packages: %d", ++n} /^Installing/ {printf "\r  packages: %d, installing ...", n} \
	    {fflush()} END {print ""}'
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

run: $(STAMP) ## the main job, once, on the bundled releases
	@$(BIN)/gongbao refresh --bundled

test: $(STAMP) ## format, lint, types, import contracts, then every test
	@$(BIN)/ruff format --check -q . && $(BIN)/ruff check -q .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache > .lint-imports.log || { cat .lint-imports.log; exit 1; }
	@rm -f .lint-imports.log
	@$(BIN)/pytest -n 2 --dist loadgroup --no-loadscope-reorder

fast: $(STAMP) ## the tests without those that need servers or more than a few seconds
	@$(BIN)/pytest -n 2 --dist loadgroup --no-loadscope-reorder -m "not slow"

install-test: ## the wheel by pip on the newest permitted versions, from an empty folder
	@PYTHON=$(PYTHON) tests/install.sh

hooks: $(STAMP) ## check format and contracts before each commit, types before a push (needs pre-commit)
	@pre-commit install --hook-type pre-commit --hook-type pre-push

bench: $(STAMP) ## measure: bulk path, main job against its floor, an unchanged day
	@$(BIN)/python -m tests.bench

world: $(STAMP) ## thirty made-up years of publishing, each day judged: WORLDS=30 SEED=1
	@$(BIN)/python -m tests.world --worlds $(or $(WORLDS),30) --seed $(or $(SEED),1)

mutants: $(STAMP) ## wrong changes to a room, noticed or not: OF=flows/harmonise MINUTES=30
	@$(BIN)/python -m tests.mutants "$(OF)" "$(MINUTES)"

lock: ## write requirements.lock anew (needs uv); it has hashes and names no registry
	uv pip compile pyproject.toml --group pyproject.toml:dev --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate -c deployments/lock-constraints.txt -o requirements.lock

clean: ## remove the virtual environment and caches, never data/
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
