# coach: `make run` starts the app, `make test` passes the tests. Nothing else is needed first.
PYTHON ?= python3
PORT ?= 8321
HOST ?= 127.0.0.1
BIN := .venv/bin

.PHONY: judges corpora test-llm wheel-tests help run install dev test test-full lint types arrows check bench eval lock wheel screens clean

help: ## show this help
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

run: install ## start the web app and the API (PORT=8321)
	@$(BIN)/coach serve --host $(HOST) --port $(PORT)

install: .venv/.run ## build .venv with the `coach` command in it

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	@$(PYTHON) -m venv .venv 2>/dev/null || { $(PYTHON) -m venv --clear --without-pip .venv && $(PYTHON) -m pip --python .venv/bin/python install --quiet pip; }

OURS := --editable . --editable connectors/hubspot --editable connectors/pipedrive

# Hashed requirements first, then the project without dependencies: what was tested is what runs.
.venv/.run: .venv/bin/python requirements/run.txt pyproject.toml
	@echo "Installing coach into .venv (once)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation $(OURS)
	@touch $@

dev: .venv/.dev
.venv/.dev: .venv/.run requirements/dev.txt
	@echo "Installing the test tools into .venv (once)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation $(OURS)
	@touch $@

test: dev ## run every test: side by side, then alone those that measure time (ARGS=tests/core chooses)
	@$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile -m "not alone" $(ARGS) || [ $$? -eq 5 ]
	@$(BIN)/pytest -m alone $(ARGS) || [ $$? -eq 5 ]

test-full: dev ## the long proofs: 10,000 fuzzed requests, 50 kills…
	@COACH_TEST_FULL=1 $(BIN)/pytest -m slow $(ARGS)

judges: dev ## fetch the vendors' own SDKs, which judge our fake CRMs in the tests
	@bash tests/judges/install.sh

corpora: dev ## every collected injection, fetched outside the repository, against a model that obeys it (ARGS="--texts 2000")
	@$(BIN)/python -m tests.corpora.fetch
	@$(BIN)/python -m tests.corpora.prove $(ARGS)

test-llm: dev ## a real model on this machine's CPU, fetched outside the repository: the whole journey, both languages
	@$(BIN)/python -m tests.local.fetch
	@$(BIN)/python -m tests.local.prove $(ARGS)

lint: dev ## ruff, the type checker and the import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/basedpyright
	@$(BIN)/lint-imports

bench: dev ## measure what docs/benchmarks.md states, as ratios in one run
	@$(BIN)/python -m benchmarks

eval: dev ## measure how well coach coaches (ARGS="drafting --limit 60"); evals/README.md
	@$(BIN)/coach eval $(ARGS)

backtest: dev ## do the ranges hold? and beside AutoETS, in an environment of its own
	@test -x .venv/backtest/bin/python || { $(PYTHON) -m venv .venv/backtest && .venv/backtest/bin/pip install --quiet -r benchmarks/rivals.txt; }
	@$(BIN)/python -m benchmarks.backtest --write
	@.venv/backtest/bin/python -m benchmarks.rivals --write

wheel: dev ## build the wheel and test it in a fresh environment
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist . >/dev/null
	@bash tests/wheel.sh

wheel-tests: ## the same, then the tests against the installed wheel
	@WHEEL_TESTS=1 $(MAKE) --no-print-directory wheel

lock: ## renew the hashed requirements (needs uv)
	@uv pip compile pyproject.toml --extra llm --extra pdf --extra evals --group test --group lint --group bench --group build --group install $(LOCK) -o requirements/dev.txt
	@uv pip compile pyproject.toml --extra llm --extra pdf --group install -c requirements/dev.txt $(LOCK) -o requirements/run.txt
LOCK := --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet

clean: ## remove what was built
	@rm -rf .venv dist build .pytest_cache .ruff_cache .hypothesis

screens: dev ## take the pictures in docs/screens again
	@$(BIN)/python -m tests.web.screens
