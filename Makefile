# Two commands matter: `make run` (the chat page) and `make test`. Everything else is for those who change the code.
# The environment lies in .venv; stamps in it say which extras are installed for which pins.

PYTHON ?= python3
PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin
PINS := pyproject.toml constraints.txt
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet --prefer-binary --constraint constraints.txt

# Nothing this project starts reports home, whatever the libraries' defaults are.
export ANONYMIZED_TELEMETRY := False
export DO_NOT_TRACK := 1
export HF_HUB_DISABLE_TELEMETRY := 1
export HF_HUB_OFFLINE := 1
export LANGSMITH_TRACING := false
export ORT_DISABLE_TELEMETRY := 1
export OTEL_SDK_DISABLED := true
export STREAMLIT_BROWSER_GATHER_USAGE_STATS := false

.PHONY: help install run test check format lint types imports data eval bench adversary browser model clean

help:
	@echo 'make run        the chat page on http://localhost:$(PORT)'
	@echo 'make test       every test'
	@echo 'make install    the environment alone'
	@echo 'make check      format, lint, types, import contracts, data'
	@echo 'make eval       the eval cases'
	@echo 'make bench      start-up and latency, beside the tutorial pipeline'
	@echo 'make adversary  models that are wrong on purpose, and a small real one, against the guard'

install: $(VENV)/.runtime

run: $(VENV)/.runtime
	$(BIN)/python ingest.py
	@echo 'Citecode is on http://localhost:$(PORT) (stop with Ctrl-C)'
	$(BIN)/python -m streamlit run app.py --server.port $(PORT)

test: $(VENV)/.test browser model
	$(BIN)/python -m pytest $(ARGS)

check: format lint types imports data

format: $(VENV)/.dev
	$(BIN)/ruff format --check --quiet . || { echo 'Not formatted; see: $(BIN)/ruff format --diff .'; exit 1; }

lint: $(VENV)/.dev
	$(BIN)/ruff check .

types: $(VENV)/.dev
	$(BIN)/mypy

imports: $(VENV)/.dev
	$(BIN)/lint-imports --no-logo

data: $(VENV)/.dev
	$(BIN)/python -m assistant facts --check
	$(BIN)/python -m evals --check

eval: $(VENV)/.runtime
	$(BIN)/python -m evals $(ARGS)

bench: $(VENV)/.runtime
	$(BIN)/python -m evals.bench $(ARGS)

adversary: $(VENV)/.adversary
	$(BIN)/python -m evals.adversary $(ARGS)
	$(BIN)/python -m evals.adversary --real $(ARGS)

# What two tests need beside Python: a Chromium to look at the page with, and strace to see that nothing leaves the machine.
# Installed where that is possible without asking; otherwise those tests are skipped and say why.
browser:
	@missing=; command -v chromium >/dev/null || missing=chromium; command -v strace >/dev/null || missing="$$missing strace"; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing $$missing from Debian"; \
	    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $$missing; } >/dev/null \
	      || echo "apt-get could not install $$missing: the tests that need it are skipped"; \
	  else echo "Not found: $$missing; the tests that need it are skipped (install it, or run as root where apt-get is)"; fi; \
	fi

# The small language model that the guard is tried against; it is compiled, which takes some minutes once. Where there is no
# compiler its tests are skipped and say so.
model: $(VENV)/.test
	@if command -v c++ >/dev/null; then $(MAKE) --no-print-directory $(VENV)/.adversary; \
	else echo 'Not found: a C++ compiler; the tests with the small language model are skipped'; fi

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo '$(PYTHON) is older than 3.11: make PYTHON=python3.11 ...' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: $(PINS) | $(VENV)/.made
	@echo 'Installing Citecode (a few minutes the first time)'
	$(PIP) --editable .
	@touch $@

$(VENV)/.test: $(PINS) | $(VENV)/.made
	@echo 'Installing Citecode with its test tools (a few minutes the first time)'
	$(PIP) --editable '.[test]'
	@touch $(VENV)/.runtime $@

$(VENV)/.dev: $(PINS) | $(VENV)/.made
	@echo 'Installing Citecode with its test and development tools (a few minutes the first time)'
	$(PIP) --editable '.[dev]'
	@touch $(VENV)/.runtime $(VENV)/.test $@

# Built for x86-64 with AVX2 at most: built for the machine it finds, it uses AMX tiles, which a virtual machine may announce
# and then refuse.
$(VENV)/.adversary: $(PINS) | $(VENV)/.made
	@echo 'Installing the small language model that the guard is tried against (compiles llama.cpp, some minutes)'
	CMAKE_ARGS=-DGGML_NATIVE=OFF $(PIP) --editable '.[test,adversary]'
	@touch $(VENV)/.runtime $(VENV)/.test $@

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
