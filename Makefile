# Two commands: `make report` and `make test`. Each sets up what it needs, once.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: audit fuzz example help setup lab explore report test doctests suite test-kill test-hostile test-pythons docs test-browser test-airflow train bench bench-start bench-report bench-explorer bench-scale pictures release golden vectors mutate schemas lint types layers licences lock messages sbom size clean

PYTHON ?= python3
PLAN ?= beichen-2020-2022
AS_OF ?= 2021-12-31
LANGUAGE_OF ?= zh
BENCH ?= ../shared/bench
VENV := .venv
AIRFLOW := .airflow
BIN := $(VENV)/bin
UV_HOME := .uv
UV_VERSION := 0.13.9
# uv of the machine if there is one, else one of our own, installed with pip.
UV := $(shell command -v uv 2>/dev/null || echo $(UV_HOME)/bin/uv)
GROUPS := --group test --group tools --group lab --group explore --group browser --group docs
export UV_PYTHON_DOWNLOADS = never
export UV_NO_PROGRESS = 1
# What is imported is compiled once, also where the shell says otherwise; most files never are.
export PYTHONDONTWRITEBYTECODE =

size: $(VENV)/.setup  ## How large the house is: modules, lines, imports
	$(BIN)/python -m tools.size

help:  ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(UV_HOME)/bin/uv:
	$(PYTHON) -m venv $(UV_HOME)
	$(UV_HOME)/bin/pip install --quiet uv==$(UV_VERSION)

$(VENV)/.setup: requirements.lock pyproject.toml $(wildcard bcforecast/locale/*.po) | $(filter $(UV_HOME)/bin/uv,$(UV))
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || \
	  { echo "bcforecast needs Python 3.11, 3.12 or 3.13; $(PYTHON) is $$($(PYTHON) --version 2>&1). Name one: make setup PYTHON=python3.12" >&2; exit 2; }
	test -x $(BIN)/python || $(UV) venv --quiet --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(VENV)
	$(UV) pip install --quiet --python $(BIN)/python \
	  --constraint requirements.lock $(GROUPS) --editable .
	touch $@

setup: $(VENV)/.setup  ## Set up the locked environment in .venv (all that report and test need)

lab: $(VENV)/.setup  ## Open JupyterLab on notebooks/00_start, on this machine only, with a token
	$(BIN)/jupyter lab --notebook-dir=. --LabApp.default_url=/lab/tree/notebooks/00_start.ipynb --ip=127.0.0.1 \
	  --LabApp.news_url=None --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate \
	  --LabApp.app_settings_dir="$(CURDIR)/tools/jupyterlab"

explore: $(VENV)/.setup  ## Open the scenario panel as a page, on this machine only (LANGUAGE_OF=en)
	$(BIN)/bcforecast explore --plan $(PLAN) --as-of $(AS_OF) --lang $(LANGUAGE_OF)

report: $(VENV)/.setup  ## Write the Beichen report, in Chinese and English, under reports/
	$(BIN)/bcforecast report --plan $(PLAN) --as-of $(AS_OF) --lang zh --out reports
	$(BIN)/bcforecast report --plan $(PLAN) --as-of $(AS_OF) --lang en --out reports

test: $(VENV)/.setup  ## Run all checks
	$(MAKE) --no-print-directory --jobs=2 types suite

# Types are checked beside everything else, while a core is free.
suite: lint layers doctests
	$(BIN)/bcforecast check
	$(BIN)/pytest -q -n auto --dist loadfile --no-loadscope-reorder --nbval --nbval-current-env tests notebooks

doctests: $(VENV)/.setup  ## The examples in docstrings
	$(BIN)/pytest -q --doctest-modules bcforecast tools --ignore tools/hatch_build.py

test-kill: $(VENV)/.setup  ## Kill a command at 100 random moments (WHAT=run, report, import, explore; COUNT=)
	BCFORECAST_KILLED=$(WHAT) BCFORECAST_KILLS=$(COUNT) $(BIN)/pytest -q tests/slow/test_hundred_kills.py

test-hostile: $(VENV)/.setup  ## Try inputs made to break the program (HOSTILE="--all", "--count 500 --seed 1", "--part 2/5")
	$(BIN)/python -m tools.hostile $(HOSTILE)

fuzz: $(VENV)/.setup  ## Try mangled files on every reader, hostile texts in reports, settings of the panel, for ten minutes
	BCFORECAST_FUZZ=$(or $(COUNT),4000) BCFORECAST_DRAWN=20 BCFORECAST_TIMES=4 $(BIN)/pytest -q \
	  tests/properties/test_readers.py tests/reporting/test_hostile_texts.py tests/explorer/test_explorer_script.py

test-browser: $(VENV)/.setup  ## Try the scenario panel in a real browser (Debian's Chromium)
	BCFORECAST_BROWSER=required $(BIN)/pytest -q tests/browser

$(AIRFLOW)/.setup: tests/airflow/requirements.txt | $(filter $(UV_HOME)/bin/uv,$(UV))
	test -x $(AIRFLOW)/bin/python || $(UV) venv --quiet --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(AIRFLOW)
	$(UV) pip install --quiet --python $(AIRFLOW)/bin/python --requirement $<
	touch $@

test-airflow: $(VENV)/.setup $(AIRFLOW)/.setup  ## Run the DAG under Airflow itself (an environment of its own, 0.8 GB)
	BCFORECAST_AIRFLOW="$(CURDIR)/$(AIRFLOW)/bin/airflow" $(BIN)/pytest -q tests/airflow

example: $(VENV)/.setup  ## Make the example report of reports/example/ anew
	$(BIN)/python -m tools.example

train: $(VENV)/.setup  ## Learn a shipped file anew (WHAT=trend, share, goals, growth or within_year)
	$(BIN)/python -m tools.train $(WHAT) --bench $(BENCH)

pictures: $(VENV)/.setup  ## Make the reports of reports.yaml, and take the pictures of docs/ (needs Debian's chromium)
	$(BIN)/bcforecast run
	$(BIN)/python tools/pictures.py
	BCFORECAST_BROWSER=required BCFORECAST_PICTURES=docs $(BIN)/pytest -q tests/browser -k "draft or phone"

bench: $(VENV)/.setup  ## Score all whose data are at hand (BENCH=folder, PEERS=a Python with statsforecast)
	$(BIN)/python -m tools.bench --bench-dir $(BENCH) $(if $(PEERS),--peers-python $(PEERS))

bench-start: $(VENV)/.setup  ## Measure the CPU time of short commands
	$(BIN)/python -m tools.bench_time start

bench-report: $(VENV)/.setup  ## Measure the CPU time of a report, step by step
	$(BIN)/python -m tools.bench_time report

bench-scale: $(VENV)/.setup  ## Measure plan sets of 28, 280 and 2,800 areas (SIZES="28000" takes ten minutes)
	$(BIN)/python -m tools.bench.scale $(SIZES)

bench-explorer: $(VENV)/.setup  ## Measure in Chromium how soon the panel answers a dragged slider
	$(BIN)/python -m tools.bench.panel

golden: $(VENV)/.setup  ## Run the notebooks anew for the tests, show what changed; and baselines of pictures
	$(BIN)/python -m tools.golden
	$(BIN)/pytest -q -o addopts= --mpl-generate-path=tests/plotting/baseline tests/plotting

vectors: $(VENV)/.setup  ## Pin the trend engine's forecasts anew (tests/vectors), after a wanted change
	$(BIN)/python -m tools.vectors

mutate: $(VENV)/.setup  ## Measure how well the tests guard the engine; writes docs/testing.md (some ten minutes)
	$(BIN)/python -m tools.mutate

schemas: $(VENV)/.setup  ## Write the JSON schemas of docs/schemas anew, after a change in a document
	$(BIN)/python -m tools.schemas

docs: $(VENV)/.setup  ## Build the pages and the API reference into site/; warnings are errors
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

test-pythons: $(VENV)/.setup  ## Run the tests under every Python that we claim (PYTEST="-n 2 tests/models")
	$(BIN)/python -m tools.pythons --uv "$(UV)" $(PYTEST)

lint: $(VENV)/.setup  ## Style and format (ruff)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.setup  ## Types (mypy strict)
	$(BIN)/mypy

layers: $(VENV)/.setup  ## A module imports only from lower floors (import-linter)
	$(BIN)/lint-imports --no-logo

lock: | $(filter $(UV_HOME)/bin/uv,$(UV))  ## Resolve requirements.lock anew (needs the network)
	$(UV) pip compile --quiet --universal --no-emit-index-url --no-annotate --no-header --generate-hashes \
	  --python-version 3.11 $(GROUPS) pyproject.toml -o requirements.lock

sbom: $(VENV)/.setup  ## Write the bill of materials (CycloneDX) of requirements.lock into dist/
	$(BIN)/python -m tools.supply sbom

release: sbom  ## Build what is released into dist/: wheel, source, bill of materials
	$(BIN)/python -m hatchling build --directory dist

licences: $(VENV)/.setup  ## Write the table of licences anew (docs/licences.md)
	$(BIN)/python -m tools.supply licences

audit: | $(filter $(UV_HOME)/bin/uv,$(UV))  ## Look the locked packages up among known vulnerabilities (needs the network)
	$(UV) tool run pip-audit --disable-pip --requirement requirements.lock

messages: $(VENV)/.setup  ## Compile the message catalogues after a change in a .po file
	$(BIN)/python tools/compile_messages.py

clean:  ## Remove the environment and caches
	rm -rf $(VENV) $(AIRFLOW) $(UV_HOME) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache site .pythons
