# The whole interface, each sets up what it needs: make run | test | lint | format | bench | load | accept | soak | fuzz |
# audit | reproduce | compose-check
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000

.PHONY: run test lint lint-js format bench load accept soak fuzz audit reproduce compose-check screenshots clean

run: $(VENV)/.ready
	$(BIN)/livetrain serve --port $(PORT)

test: $(VENV)/.ready-test
	$(BIN)/python -m tests.browser_setup
	$(MAKE) --no-print-directory lint
	$(BIN)/python -m pytest

lint: $(VENV)/.ready-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# JavaScript's types, where Node.js is installed
lint-js:
	npx --yes --package typescript@7.0 tsc -p tests/js/jsconfig.json

format: $(VENV)/.ready-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.ready-test
	$(BIN)/python -m benchmarks

# 500 watchers, 200 calls a second, 50 jobs that wait; MINUTES=30
load: $(VENV)/.ready-test
	$(BIN)/python -m benchmarks.load $(if $(MINUTES),--minutes $(MINUTES))

accept: $(VENV)/.ready-test
	$(BIN)/python -m tests.browser_setup
	ONLY="$(ONLY)" $(BIN)/python -m tests.accept

# Bad input in its long form. CASES=examples-a-call EXAMPLES=examples-a-property; docs/reliability.md
fuzz: $(VENV)/.ready-test
	$(BIN)/python -m tests.fuzz

# killed, frozen, full, taken away, set wrong: FAULTS=200 SEED=1 KINDS="worker killed,clock set"
soak: $(VENV)/.ready-test
	$(BIN)/python -m tests.chaos $(if $(FAULTS),--faults $(FAULTS)) $(if $(SEED),--seed $(SEED)) \
	  $(if $(KINDS),--kinds "$(KINDS)")

# Known security faults of what is installed; needs the internet. docs/security.md, Dependencies
audit: $(VENV)/.ready-test
	$(BIN)/python -m tests.audit

# CIFAR10=archive-or-folder PARTS=ladder,long PRECISION=bfloat16 SEEDS=n EPOCHS=n REPORT_ONLY=1 SERVER=address DATA_DIR=folder
reproduce: $(VENV)/.ready-test
	$(BIN)/python -m tests.reproduce --parts "$(PARTS)" $(if $(PRECISION),--precision $(PRECISION)) \
	  $(if $(SEEDS),--seeds $(SEEDS)) $(if $(EPOCHS),--epochs $(EPOCHS)) $(if $(REPORT_ONLY),--report-only) \
	  $(if $(SERVER),--server $(SERVER)) $(if $(DATA_DIR),--data-dir $(DATA_DIR)) \
	  $(if $(NOTE),--note "$(NOTE)")

# Docker with its compose plugin is needed; docs/operations.md, Containers
compose-check: $(VENV)/.ready-test
	$(BIN)/python -m tests.compose_check

screenshots: $(VENV)/.ready-test
	$(BIN)/python -m tests.browser_setup
	$(BIN)/python -m tests.e2e.screenshots docs/screenshots

$(VENV)/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name one with: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -q -c constraints.txt -e .
	touch $@

$(VENV)/.ready-test: $(VENV)/.ready
	$(BIN)/python -m pip install --disable-pip-version-check -q -c constraints.txt -e '.[test]'
	touch $@

clean:
	rm -rf $(VENV) livetrain-data build dist *.egg-info
