# `make` lists the targets. All of them make the .venv first, and only when something has changed.
SHELL := /usr/bin/env bash
BIN := .venv/bin
ARGS ?=
export PYTHON
# A stack starts dozens of Pythons; where none may keep bytecode, each compiles all that it imports.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test slow chaos bench lint types check constraints clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

setup: ## make .venv from pyproject.toml and constraints.txt
	@bash .ci/setup

demo: setup ## a brief to a signed-off cut on this machine (ARGS=--yes answers by itself)
	@$(BIN)/greenlight demo $(ARGS)

test: setup ## the tests, without the long proofs of `make slow` (ARGS=tests/cli for some)
	@$(BIN)/pytest $(ARGS)

slow: setup ## the long proofs: outages, kills, fuzzing, and the tests in memory on the real S3 server
	@$(BIN)/pytest --slow $(ARGS)
	@$(BIN)/pytest --real-s3 tests/access tests/desk tests/upkeep tests/money tests/notify tests/store

chaos: setup ## kill everything everywhere (ONLY=post:flow DETAIL=clip-id-after:flow RANDOM=20 SEED=7)
	@$(BIN)/python -m tests.chaos $(if $(ONLY),--only '$(ONLY)') $(if $(DETAIL),--detail '$(DETAIL)') \
		$(if $(RANDOM),--random $(RANDOM)) $(if $(SEED),--seed $(SEED)) $(ARGS)

bench: setup ## how soon work begins (ARGS=load: whole productions; hundreds; room; drawing; bounds; hosts); on an idle machine
	@$(BIN)/python -m tests.bench $(ARGS)

lint: setup ## ruff: rules and format; oxlint: the review room's scripts
	@$(BIN)/ruff check .
	@$(BIN)/oxlint --quiet greenlight
	@$(BIN)/ruff format --check .

types: setup ## mypy, strict
	@$(BIN)/mypy

check: lint types ## lint and types

constraints: setup ## take the newest versions that pyproject.toml allows into constraints.txt
	@bash .ci/constraints

clean: ## remove .venv, caches and builds; the data in .greenlight stay
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
