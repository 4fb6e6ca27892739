# Every target says at its end what it wrote and where.

ROWS ?= 100000
MODEL ?= PIMM
TUNE ?= 0
CAMPAIGNS ?= all
ADVERTISERS ?= all
JOBS ?= 2
RUNS := $(CURDIR)/runs
JOB := $(RUNS)/funnel-$(ROWS)
BIN := $(CURDIR)/.venv/bin
TFX := $(BIN)/tfx
# By processes: a test uses one core, for most of it is Python.
PYTEST := $(BIN)/python -m pytest -n $(JOBS) --dist loadgroup \
  --max-worker-restart 0
# A sample has a folder of its own; what it was told does not hold for all.
AUDIENCE_JOB := $(RUNS)/audience$(if $(filter all,$(CAMPAIGNS)),,-$(CAMPAIGNS))
ADVERTISER_JOB := $(RUNS)/advertiser-$(ADVERTISERS)

# Runs the pipeline $(1), whose folder is $(2), by the command line of TFX.
define run_pipeline
@mkdir -p $(2)/logs
@echo "Telling TFX of the pipeline"
@test -d $(LOCAL_HOME)/$(1) && VERB=update || VERB=create; \
  $(TFX) pipeline $$VERB --engine=local \
  --pipeline-path=$(CURDIR)/pipeline/$(1)/local_runner.py \
  >$(2)/logs/tfx.log 2>&1 || { tail -n 3 $(2)/logs/tfx.log; exit 1; }
@$(TFX) run create --engine=local --pipeline-name=$(1) 2>>$(2)/logs/tfx.log
endef

export TF_CPP_MIN_LOG_LEVEL := 3
demo: export PYTHONWARNINGS := ignore
demo: export FUNNEL_HOME := $(JOB)
demo: export FUNNEL_MODEL := $(MODEL)
demo: export FUNNEL_TUNER_TRIALS := $(TUNE)
# TFX keeps its list of pipelines here instead of in the home directory.
demo: export LOCAL_HOME := $(JOB)/tfx
demo-audience: export PYTHONWARNINGS := ignore
demo-audience: export AUDIENCE_HOME := $(AUDIENCE_JOB)
demo-audience: export LOCAL_HOME := $(AUDIENCE_JOB)/tfx
demo-advertiser: export PYTHONWARNINGS := ignore
demo-advertiser: export ADVERTISER_HOME := $(ADVERTISER_JOB)
demo-advertiser: export LOCAL_HOME := $(ADVERTISER_JOB)/tfx

.PHONY: help setup demo demo-audience demo-advertiser test style check \
  benchmark experiments notebooks docs clean

help:
	@echo "make demo [ROWS=all] [TUNE=3]"
	@echo "                      set up, run the funnel job, serve, predict"
	@echo "make demo-audience [CAMPAIGNS=60]"
	@echo "                      run the audience job, customise one campaign"
	@echo "make demo-advertiser [ADVERTISERS=1000]"
	@echo "                      run the advertiser job, choose whom to activate"
	@echo "make test             all tests"
	@echo "make style            format, lint and types"
	@echo "make check            format, lint, types, fast tests"
	@echo "make benchmark        what everything costs, in time and memory"
	@echo "make experiments      PIMM and others on planted data"
	@echo "make notebooks        run the notebooks"
	@echo "make docs             guides and reference as web pages"
	@echo "make clean            remove what was made"

# uv is taken from the machine if it runs here, else installed beside us.
UV_TOOL := $(CURDIR)/.tools/bin/uv
UV = $(shell uv --version >/dev/null 2>&1 && command -v uv || echo $(UV_TOOL))

$(UV_TOOL):
	@echo "Installing uv into .tools"
	@python3 -m venv .tools || { echo "python3 -m venv failed;" \
	  "on Debian: apt-get install python3-venv"; exit 1; }
	@.tools/bin/pip install --quiet --disable-pip-version-check uv

setup: .venv/.installed

.venv/.installed: uv.lock setup.py pyproject.toml
	@uv --version >/dev/null 2>&1 || $(MAKE) --no-print-directory $(UV_TOOL)
	@echo "Installing the locked packages into .venv (about 3.5 GB)"
	@$(UV) sync --frozen --all-extras --quiet \
	  || { echo "No Python 3.10 to be had; trying 3.11"; \
	  $(UV) sync --frozen --all-extras --quiet --python 3.11; }
	@touch $@

demo: setup
	@$(BIN)/python -m pipeline.funnel.prepare --rows $(ROWS) --home $(JOB)
	$(call run_pipeline,funnel,$(JOB))
	@$(BIN)/python -m pipeline.funnel.reference
	@$(BIN)/python -m serving.demo --model-name funnel \
	  --model-base-path $(JOB)/serving/funnel \
	  --rows $(JOB)/data/eval/part-0.parquet
	@echo "All of it lies in $(JOB); the full log in $(JOB)/logs/run.log"

demo-audience: setup
	@$(BIN)/python -m pipeline.audience.prepare --campaigns $(CAMPAIGNS) \
	  --home $(AUDIENCE_JOB)
	$(call run_pipeline,audience,$(AUDIENCE_JOB))
	@$(BIN)/python -m pipeline.audience.demo --home $(AUDIENCE_JOB)
	@echo "All of it lies in $(AUDIENCE_JOB);" \
	  "the full log in $(AUDIENCE_JOB)/logs/run.log"

demo-advertiser: setup
	@$(BIN)/python -m pipeline.advertiser.prepare \
	  --advertisers $(ADVERTISERS) --home $(ADVERTISER_JOB)
	$(call run_pipeline,advertiser,$(ADVERTISER_JOB))
	@$(BIN)/python -m pipeline.advertiser.forecast \
	  --plan pipeline/advertiser/activation.json
	@$(BIN)/python -m pipeline.advertiser.request_rows
	@$(BIN)/python -m serving.demo --model-name advertiser \
	  --model-base-path $(ADVERTISER_JOB)/serving/advertiser \
	  --rows $(ADVERTISER_JOB)/request.parquet --count 5 \
	  --show advertiser_id scenario
	@rm -f $(ADVERTISER_JOB)/activation.db
	@$(BIN)/python -m tfmtl.activation plan \
	  pipeline/advertiser/activation.json \
	  --parquet $(ADVERTISER_JOB)/predictions.parquet \
	  --database sqlite:///$(ADVERTISER_JOB)/activation.db \
	  --output $(ADVERTISER_JOB)/activation.parquet
	@echo "All of it lies in $(ADVERTISER_JOB);" \
	  "the full log in $(ADVERTISER_JOB)/logs/run.log"

# Threads that wait busily for one another take the cores from other tests.
test check: export OMP_NUM_THREADS := 1

test: setup
	@$(PYTEST)

style: setup
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy tfmtl pipeline

check: style
	@$(PYTEST) -m "not slow and not e2e"

benchmark: setup
	@$(BIN)/python -m benchmarks.train_step
	@$(BIN)/python -m benchmarks.models
	@$(BIN)/python -m benchmarks.serving
	@$(BIN)/python -m benchmarks.retrieval
	@$(BIN)/python -m benchmarks.customise
	@$(BIN)/python -m benchmarks.windows
	@$(BIN)/python -m benchmarks.m2m_step
	@$(BIN)/python -m benchmarks.meta_memory
	@$(BIN)/python -m benchmarks.m2m_memory

experiments: setup
	@$(BIN)/python -m tfmtl.experiments run pimm_table_1

notebooks: setup
	@$(BIN)/python -m pytest tests/test_notebooks.py

docs: setup
	@$(BIN)/python -m docs.build_site

clean:
	@rm -rf runs build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
	@echo "Removed runs/ and caches; .venv and the data cache are kept"
