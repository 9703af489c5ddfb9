# Two commands do everything: `make run` and `make test`. Both make the environment first.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed-$(shell cat requirements.lock requirements-dev.lock pyproject.toml | sha256sum | cut -c1-16)
# Where there is a Java, the night on Spark is tested too.
SPARK := $(if $(shell command -v java),$(VENV)/.spark-$(shell sha256sum < requirements-spark.lock | cut -c1-16))
DAY ?= 2025-12-31
SAMPLE ?= data/samples/331000-taizhou
WORKERS ?= 2

.PHONY: run test quick lint types unit acceptance lock clean site bench
run: $(STAMP)
	$(BIN)/policyengine nightly $(SAMPLE) --store runs --as-of $(DAY)

# CI=1 lets Hypothesis draw the same cases everywhere; a plain pytest draws new ones each time.
test: export CI = 1
test: $(STAMP) $(SPARK)
	$(BIN)/ruff check . && $(BIN)/ruff format --check src tests bench
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/policyengine check
	$(BIN)/pytest -rs -n $(WORKERS) --dist worksteal tests

# Lint, types and unit tests, for the minutes between edits.
quick: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/pytest -n $(WORKERS) tests/unit tests/golden tests/book tests/house

$(STAMP): requirements.lock requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-build.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation -r requirements.lock -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	rm -f $(VENV)/.installed-*
	touch $@

$(SPARK): $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation -r requirements-spark.lock
	rm -f $(VENV)/.spark-*
	touch $@

# Pin again what pyproject.toml asks for. Needs uv: pip install uv
lock:
	uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate requirements-build.in -o requirements-build.lock
	uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml --extra database -o requirements.lock
	uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -c requirements.lock --group dev -o requirements-dev.lock
	uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -c requirements.lock pyproject.toml --extra spark -o requirements-spark.lock

clean:
	rm -rf $(VENV) results runs site .mypy_cache .ruff_cache .pytest_cache .hypothesis
