# Everything is installed into .venv from the lock files. The files .venv/.stamp-* record what is
# installed, so that nothing is installed again until a lock file or pyproject.toml changes.

PYTHON ?= python3
LOCK_OPTIONS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --disable-pip-version-check

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help demo test lint types examples bench lock clean

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

demo: $(VENV)/.stamp-package  ## install what a run needs, then run the preset h3s
	$(BIN)/pairlab run h3s

test: $(VENV)/.stamp-dev $(VENV)/.stamp-package  ## run the whole test suite
	$(BIN)/python -m pytest -n 2

lint: $(VENV)/.stamp-dev  ## check the code with ruff
	$(BIN)/ruff check .

types: $(VENV)/.stamp-dev  ## check the types with basedpyright
	$(BIN)/basedpyright --pythonpath $(BIN)/python

examples: $(VENV)/.stamp-package  ## run each example in a temporary folder
	@set -eu; \
	set -- "$(CURDIR)"/examples/*.py; \
	if [ ! -e "$$1" ]; then echo "There are no examples: examples/ holds no .py file."; exit 0; fi; \
	folder=$$(mktemp -d); \
	trap 'rm -rf "$$folder"' EXIT; \
	cd "$$folder"; \
	for example in "$$@"; do \
		echo "-- examples/$${example##*/}"; \
		MPLBACKEND=Agg "$(CURDIR)/$(BIN)/python" "$$example" \
			|| { echo "examples/$${example##*/} failed" >&2; exit 1; }; \
	done

bench: $(VENV)/.stamp-dev $(VENV)/.stamp-package  ## run the benchmarks
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest bench --benchmark-only

# Keeps the pinned versions where they still fit. To move all to the newest:
#     make lock LOCK_OPTIONS=--upgrade
UV_COMPILE = $(BIN)/uv pip compile pyproject.toml --group build --universal \
	--python-version 3.11 --fork-strategy fewest --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-annotate --no-header --quiet $(LOCK_OPTIONS)

lock: $(VENV)/.stamp-dev  ## write both lock files anew from pyproject.toml
	$(UV_COMPILE) --extra structures --output-file requirements.lock
	$(UV_COMPILE) --extra structures --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean:  ## remove .venv, caches and build results
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .hypothesis .benchmarks .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.stamp-venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "pairlab needs Python 3.11 or newer, and '$(PYTHON)' is older or does not start." \
			"Name another one, for example: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.stamp-core: requirements.lock $(VENV)/.stamp-venv
	$(PIP_INSTALL) --require-hashes -r requirements.lock
	@touch $@

# The development lock holds the core versions too, so it only ever adds to the core install.
$(VENV)/.stamp-dev: requirements-dev.lock $(VENV)/.stamp-core
	$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.stamp-package: pyproject.toml $(VENV)/.stamp-core
	$(PIP_INSTALL) --no-index --no-deps --no-build-isolation --editable .
	@touch $@
