# One target per thing a developer does. Everything is installed into .venv and .venv-ministack.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SETUP := $(VENV)/.installed
LOOPBACK_SERVER := tests/aws_rules/dynamodb/LoopbackServer.java
DYNAMODB_LOCAL := .local/dynamodb-local/.fetched
LAMBDA_RUNTIME := .venv-lambda/.installed
MINISTACK_SETUP := .venv-ministack/.installed
CONTRACT_TOOLS := packages/contracts/node_modules/.package-lock.json
FRONTEND := packages/ws_client/node_modules/.package-lock.json examples/react/node_modules/.package-lock.json $(CONTRACT_TOOLS)
DOCS := .local/docs
EXAMPLE := .local/example
export UV_PYTHON_DOWNLOADS := never
OURS := $(addprefix $(CURDIR)/,$(dir $(wildcard packages/*/pyproject.toml)) infra)

.DEFAULT_GOAL := help
.PHONY: help setup frontend demo dev wheel example test faults month mutants fuzz engine record bench contracts docs operations lint format lock clean

help: ## Show the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(SETUP) $(MINISTACK_SETUP) ## Install everything into .venv and .venv-ministack

# Our packages are imported from where they stand, by $(BIN)/python however it is started.
$(SETUP): Makefile requirements/uv.txt requirements/dev.txt
	@$(PYTHON) requirements/check_python.py
	@echo "==> Installing the development environment into $(VENV) (about a minute the first time)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.txt
	@printf '%s\n' $(OURS) > $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/saai.pth
	@touch $@

$(MINISTACK_SETUP): $(SETUP) requirements/ministack.txt
	@echo "==> Installing the local AWS (MiniStack) into .venv-ministack"
	@test -x .venv-ministack/bin/python || $(PYTHON) -m venv .venv-ministack
	@$(BIN)/uv pip sync --quiet --python .venv-ministack/bin/python --require-hashes requirements/ministack.txt
	@touch $@

frontend: $(FRONTEND) ## Install what the browser client, its example and the contracts' pages need (Node 20 or later, npm)

$(FRONTEND): %/node_modules/.package-lock.json: %/package-lock.json
	@echo "==> Installing the tools of $*"
	@cd $* && npm ci --silent

# The example holds a copy of the client, as a page that installs it.
examples/react/node_modules/.package-lock.json: $(wildcard packages/ws_client/package.json packages/ws_client/types/* packages/ws_client/src/* packages/ws_client/src/*/*)

demo: setup ## Two stores, their screens and real sales on the local AWS
	@$(BIN)/python -m local_aws demo

dev: setup $(if $(wildcard $(CONTRACT_TOOLS)),docs) ## Leave the local AWS running, redeploying what you change; HISTORY=90 gives the stores 90 days of sales
	@$(BIN)/python -m local_aws dev $(if $(HISTORY),--history $(HISTORY))

$(DYNAMODB_LOCAL): requirements/dynamodb-local/pom.xml requirements/dynamodb-local/jars.sha256 $(LOOPBACK_SERVER) | $(SETUP)
	@$(BIN)/python -m tests.aws_rules.dynamodb.dynamodb_local

$(LAMBDA_RUNTIME): requirements/lambda.txt | $(SETUP)
	@$(BIN)/python -m saai_support.lambda_runtime.environment

test: setup $(DYNAMODB_LOCAL) $(LAMBDA_RUNTIME) ## Run every suite
	@echo "==> Running the test suites"
	@$(BIN)/python -m pytest -n auto

faults: setup ## 5,000 sales while processes die, calls fail and services are down
	@$(BIN)/python -m tests.faults

month: setup ## Thirty days and five million events on a virtual clock, in bounded memory: half an hour of CPU
	@$(BIN)/python -m tests.month

mutants: setup ## Harm the code in small ways, and see which suite notices each: a quarter of an hour
	@nice $(BIN)/python -m tests.mutants

fuzz: setup ## 100,000 bad inputs through every door
	@$(BIN)/python -m tests.fuzz

engine: setup ## The program on Pulumi's real engine: every kind of change (needs pulumi or Go; KILLS=0 for the short form)
	@$(BIN)/python -m tests.engine -n 2 $(if $(KILLS),--kills=$(KILLS))

record: setup ## Record new resources, the public API, and what functions use of the layer; tell what others would miss
	@PYTHONWARNINGS=ignore $(BIN)/python -m tests.infra.urns && $(BIN)/python -m tests.infra.layer_names

bench: setup $(LAMBDA_RUNTIME) ## Fan-out and cold starts beside boto3's, contention, and the month's bill: under 5 minutes
	@for name in fan_out cold_start contention cost; do echo "==> $$name" && $(BIN)/python -m benchmarks.$$name || exit 1; done

wheel: setup ## Build the wheels of the domain and its AWS client into dist/, for other services (docs/layer.md)
	@rm -rf dist
	@for name in aws_lite domain; do \
	  $(BIN)/uv build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir dist packages/$$name || exit 1; \
	done
	@ls dist/*.whl

example: wheel ## A service of another repository: its tests with the wheels alone, then beside a stage on the local AWS
	@echo "==> examples/gastos, with the wheels alone"
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(EXAMPLE)
	@$(BIN)/uv pip install --quiet --python $(EXAMPLE)/bin/python --find-links dist --constraint requirements/dev.txt \
	  --group examples/gastos/pyproject.toml:dev saai-domain
	@cd examples/gastos && $(CURDIR)/$(EXAMPLE)/bin/python -m pytest -q
	@echo "==> beside a stage on the local AWS"
	@$(BIN)/python -m pytest -q tests/e2e/test_example.py

contracts: setup $(CONTRACT_TOOLS) ## Write the published contracts (JSON Schema, OpenAPI, AsyncAPI, TypeScript), and say what would break since the last release
	@$(BIN)/python packages/ws_client/generate_types.py
	@$(BIN)/python -m saai_contracts write
	@cd packages/contracts && npm run --silent types
	@$(BIN)/python -m saai_contracts check

docs: $(CONTRACT_TOOLS) ## Build the contracts' pages into .local/docs: they open from the folder, and in `make dev`
	@cd packages/contracts && node tools/build_pages.mjs $(CURDIR)/$(DOCS)

operations: setup ## What an operator does to a stage: make operations ARGS="redrive --stage dev"; ARGS=--help
	@$(BIN)/python -m operations $(ARGS)

lint: setup ## Formatting, style, types and import rules
	@echo "==> ruff" && { $(BIN)/ruff format --check . || { echo "make format writes them so"; exit 1; }; } && $(BIN)/ruff check .
	@echo "==> pyrefly" && $(BIN)/pyrefly check
	@echo "==> import-linter" && $(BIN)/lint-imports

format: setup ## Rewrite the code as ruff formats it
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lock: setup ## Resolve the requirements again: hashes, no registry addresses
	@for name in uv dev layer ministack lambda node; do \
	  $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-emit-index-url --no-emit-find-links --no-annotate \
	    $$([ $$name = dev ] && echo "--constraint requirements/uv.txt --constraint requirements/layer.txt") \
	    requirements/$$name.in --output-file requirements/$$name.txt || exit 1; \
	done

clean: ## Remove everything that was installed or built here
	@rm -rf $(VENV) .venv-ministack .venv-lambda .build .local dist
