# `make` alone says what there is. PYTHON=/path/to/python chooses the Python (3.11 to 3.14).
PYTHON ?=
PARALLEL ?= 2
export PYTHON

bin := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help run test bench audit check fmt migration-baseline clean
.SILENT:

help: ## say what there is
	awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## start everything; DATA_DIR (default var/) holds all state
	scripts/bootstrap run
	exec $(bin)/tracker up

test: ## run all tests (ARGS="-k board" for some, PARALLEL=0 in one process)
	scripts/bootstrap test
	# In the order of their names, browsers come early: sorted by their number, a few long ones would run alone at the end.
	$(bin)/pytest --numprocesses=$(PARALLEL) --dist=loadfile --no-loadscope-reorder --durations=20 $(ARGS)

bench: ## what pages cost, on both databases, into docs/benchmarks.md (ARGS="--help" says more)
	scripts/bootstrap test
	$(bin)/python -m tests.benchmarks $(ARGS)

audit: ## how a browser finds the pages (Lighthouse, axe), into docs/audit.md (ARGS="--help" says more)
	scripts/bootstrap audit
	$(bin)/python -m tests.audit $(ARGS)

check: ## format, lint, types, import contracts, templates, migrations, lock file
	scripts/bootstrap test
	scripts/check

fmt: ## format the Python sources and mend what can be mended by itself
	scripts/bootstrap test
	$(bin)/ruff format
	$(bin)/ruff check --fix-only

migration-baseline: ## write the one revision anew from the models (only while there is no release)
	scripts/bootstrap test
	$(bin)/python -m scripts.migration_baseline

clean: ## remove what was built or fetched; leaves var/ alone
	rm -rf .venv .venv-tools .venv-node assets/node_modules tests/audit/node_modules tracker/static/dist
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
