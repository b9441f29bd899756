# Each target has one line of help behind "##". Python, make and the package registry are enough, unless
# the line names more.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/run.stamp
DEV := $(VENV)/dev.stamp
AUDIT := $(VENV)/audit.stamp
BENCH := .cache/benchmarks/.stamp
DOCS := .cache/docs/.stamp
NODE := node_modules/.package-lock.json
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
WORKERS ?= 2
# Folders of tests that are about many rooms at once; the other folders are about one room each.
WHOLE := $(addprefix tests/,conformance docs examples faults fleet growth hostile keycloak known_clients mutants packaging \
	races secrets soak spec typing seam/generated)
ROOMS := tests $(addprefix --ignore=,$(WHOLE))
TOOLS := $(addprefix tests/,benchmarks cli dashboard doctor other_languages sandbox seam supply testing website) \
	--ignore=tests/seam/generated
CORE := $(addprefix tests/,http retry runtime tokens)
CLIENT := $(ROOMS) $(addprefix --ignore=,$(filter tests/%,$(TOOLS) $(CORE)))
JOBS ?= 8
# A larger young generation: a twentieth of the time is collecting garbage that a small one keeps.
# pyright has no cache: "make test" leaves it the code that is not a test; mypy reads the tests there too.
CODE := persium_ext codegen release interop spec website conformance/persium_conformance
PYRIGHT := NODE_OPTIONS=--max-semi-space-size=64 $(BIN)/pyright

# The settings of a shell must not decide whether the tests pass.
export PYTHONNOUSERSITE := 1
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1
unexport PYTHONPATH PYTHONHOME PYTHONWARNINGS PYTHONOPTIMIZE PYTHONDONTWRITEBYTECODE PYTHONSTARTUP
unexport PYTEST_ADDOPTS PYTEST_PLUGINS MYPYPATH MYPY_CACHE_DIR RUFF_CONFIG COVERAGE_FILE COVERAGE_RCFILE
unexport PYRIGHT_PYTHON_FORCE_VERSION PYRIGHT_PYTHON_PYLANCE_VERSION PYRIGHT_PYTHON_NODE_VERSION
unexport TOKEN_URL API_BASE_URL CLIENT_ID CLIENT_SECRET CLIENT_SECRET_FILE
unexport PERSIUM_TOKEN_URL PERSIUM_API_BASE_URL PERSIUM_CLIENT_ID PERSIUM_CLIENT_SECRET
unexport PERSIUM_CLIENT_SECRET_FILE PERSIUM_LOG
# The registry may be behind a proxy; the tests talk to loopback only. Those that install packages leave it out by themselves.
NO_PROXIES := env -u HTTP_PROXY -u HTTPS_PROXY -u ALL_PROXY -u http_proxy -u https_proxy -u all_proxy

KEYCLOAK_OPTIONS ?=
AUDIT_OPTIONS ?=
SBOM_OPTIONS ?=
SOAK_SECONDS ?= 600
RACES_OPTIONS ?=
TABLE_OPTIONS ?=
INTEROP_OPTIONS ?=
BENCH_OPTIONS ?=
EXAMPLES_OPTIONS ?=
FLEET_OPTIONS ?=

.PHONY: quick static coverage coverage-client coverage-core coverage-tools whole coverage-stable conformance growth-test injections nightly python-test conformance-mutants conformance-table faults keycloak keycloak-stop keycloak-test bench bench-check fleet demo test generate fmt types lint-spec package-test soak audit dist lock help races free-threaded-test httpx2 mutants spec spec-test spec-diff interop-test docs docs-test examples-test fleet-test airflow-test completion

demo: $(RUN) ## set up .venv and make a first call, against a sandbox on this machine
	@$(BIN)/persium me --sandbox

test: $(DEV) ## everything fast: format, lint, layers, drift, types, tests with coverage
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	@$(call side_by_side,static coverage-tools coverage-client coverage-core,whole)
	$(REPORT)

# One process for each part: with more, each would collect the tests of all.
define side_by_side
mkdir -p .cache; rm -f .coverage .coverage.*; trap 'kill 0' INT; failed=0; parts=; \
for part in $(1); do \
	nice -n 1 $(MAKE) --no-print-directory $$part >.cache/$$part.txt 2>&1 & parts="$$parts $$part=$$!"; \
done; \
$(MAKE) --no-print-directory $(2) || failed=1; \
for part in $$parts; do \
	wait $${part#*=} || failed=1; cat .cache/$${part%=*}.txt; \
done; \
exit $$failed
endef
REPORT = @$(BIN)/coverage combine --quiet && $(BIN)/coverage report

quick: $(DEV) ## format, lint, drift, types, and the tests of the rooms that differ from the main branch
	@$(NO_PROXIES) $(BIN)/python -m tests.quick

static: $(DEV) ## import contracts, drift and types, which "make test" runs beside the tests
	$(BIN)/lint-imports
	$(BIN)/python -m codegen --check
	@$(call both_types,$(CODE))

coverage: $(DEV) ## the tests of each room, and every line and branch that they leave out
	@$(call side_by_side,coverage-tools coverage-client,coverage-core)
	$(REPORT)

coverage-core: $(DEV) ## the tests of tokens, retries and connections, many of which wait, and which lines they cover
	$(NO_PROXIES) $(BIN)/coverage run -m pytest $(CORE)

coverage-client: $(DEV) ## the other tests of the client itself, and which lines they cover
	$(NO_PROXIES) $(BIN)/coverage run -m pytest $(CLIENT)

coverage-tools: $(DEV) ## the tests of the generator, the command, the sandbox and other tools, and which lines they cover
	$(NO_PROXIES) $(BIN)/coverage run -m pytest $(TOOLS)

whole: $(DEV) ## the tests of the client as a whole, whose lines do not count: they are covered by chance
	$(NO_PROXIES) $(BIN)/pytest $(WHOLE)

coverage-stable: $(DEV) ## the same lines are covered with any number of workers, in any order, idle and busy (minutes)
	@$(NO_PROXIES) $(BIN)/python -m tests.coverage_stable $(ROOMS)

conformance: $(DEV) ## our own clients against the token policy, in three concurrency backends; RULE=TP-5, JOBS=8
	@for backend in sync asyncio trio; do \
		$(NO_PROXIES) PYTHONPATH=conformance $(BIN)/python -m persium_conformance --strict --name "persium ($$backend)" \
			$(if $(RULE),--rule $(RULE)) --jobs $(JOBS) -- \
			$(CURDIR)/$(BIN)/python $(CURDIR)/conformance/subjects/persium_subject.py $$backend || exit 1; \
	done

conformance-mutants: $(DEV) ## the conformance suite finds each of 74 clients that break one rule (minutes)
	$(NO_PROXIES) $(BIN)/pytest -m conformance -n $(WORKERS) tests/conformance

conformance-table: $(DEV) ## judge all known clients and write docs/conformance.md; TABLE_OPTIONS=--check (needs node, Go, Java, Rust)
	PYTHONPATH=conformance $(BIN)/python -m adapters $(TABLE_OPTIONS)

faults: $(DEV) ## every fault at its real pace, and a table of the results (minutes)
	$(NO_PROXIES) $(BIN)/pytest -m "" -n $(WORKERS) --table tests/faults

generate: $(DEV) ## generate generated/ from openapi.yaml
	$(BIN)/python -m codegen

growth-test: $(DEV) ## generate and test a copy of the project with a grown openapi.yaml (minutes)
	@$(BIN)/python -m tests.growth

completion: $(DEV) ## the scripts that complete the command line in bash and zsh
	@mkdir -p .cache; for shell in bash zsh; do \
		$(BIN)/shtab --error-unimportable --shell=$$shell --prefix=persium persium_ext.cli.arguments.build_parser \
			>.cache/persium.$$shell && mv .cache/persium.$$shell persium_ext/cli/completions/ || exit 1; \
	done

fmt: $(DEV) ## format the code, and fix what ruff can fix
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

types: $(DEV) ## mypy and pyright, side by side, tests included
	@$(call both_types)
both_types = $(BIN)/mypy & mypy=$$!; $(PYRIGHT) $(1); pyright=$$?; wait $$mypy && exit $$pyright

lint-spec: $(NODE) ## lint openapi.yaml and its workflow with Redocly and Spectral (needs node and npm)
	npm run --silent lint-spec

spec: $(DEV) $(NODE) ## documents, workflow, overlay and reference page into dist/spec (needs node and npm)
	@$(BIN)/python -m spec build dist/spec
	@npm run --silent lint-built -- dist/spec/*.yaml dist/spec/openapi.json

spec-test: $(DEV) ## workflow, overlay, pages in a browser, completion and breaking changes (needs node, npm, Chromium, zsh and Go)
	@if command -v npm >/dev/null; then $(MAKE) --silent $(NODE); fi
	$(NO_PROXIES) $(BIN)/pytest -m spec tests/spec tests/dashboard tests/cli

spec-diff: $(DEV) ## what is new in openapi.yaml and what breaks since the last release, or BASE=REVISION; its version (needs Go)
	@$(BIN)/python -m spec diff $(BASE)

keycloak: $(DEV) ## a real Keycloak on this machine: eval "$$(make -s keycloak)" (needs Java and Maven)
	@$(NO_PROXIES) $(BIN)/python -m tests.keycloak start $(KEYCLOAK_OPTIONS)

keycloak-stop: $(DEV) ## stop that Keycloak
	@$(BIN)/python -m tests.keycloak stop

keycloak-test: $(DEV) ## the client against a real Keycloak (minutes; needs Java and Maven)
	$(NO_PROXIES) $(BIN)/pytest -m keycloak -s tests/keycloak

interop-test: $(DEV) ## clients of other languages' generators, built and run; INTEROP_OPTIONS="--only go-ogen"
	@nice -n 5 $(BIN)/python -m interop $(INTEROP_OPTIONS)
	$(NO_PROXIES) nice -n 5 $(BIN)/pytest -m interop tests/other_languages

package-test: $(DEV) ## build wheel and sdist, and use them in an empty environment (slow)
	$(BIN)/pytest -m slow -n $(WORKERS) --dist loadfile tests/packaging tests/conformance

soak: $(DEV) ## ten minutes of mixed load with faults, then is anything left? SOAK_SECONDS=60
	@$(NO_PROXIES) $(BIN)/python -m tests.soak --seconds $(SOAK_SECONDS)

audit: $(AUDIT) ## known vulnerabilities in the locks and the workflows; AUDIT_OPTIONS=--complete
	@$(BIN)/zizmor --quiet --persona=auditor .github examples/ci
	@$(BIN)/python -m release audit $(AUDIT_OPTIONS)

bench: $(BENCH) ## ours and its peers, side by side: docs/performance.md, benchmarks/baseline.json (10 minutes); BENCH_OPTIONS=--quick
	@$(NO_PROXIES) $(BENCH_PYTHON) -m benchmarks $(BENCH_OPTIONS)

bench-check: $(BENCH) ## the same without writing: fails if a ratio is 15 % worse than in the baseline (10 minutes)
	@$(NO_PROXIES) $(BENCH_PYTHON) -m benchmarks --check $(BENCH_OPTIONS)

fleet: $(BENCH) ## simulate fleets of processes, run a small one: docs/fleets.md (10 minutes); BENCH_OPTIONS=--quick
	@$(NO_PROXIES) $(BENCH_PYTHON) -m benchmarks.fleet $(BENCH_OPTIONS)

BENCH_PYTHON = .cache/benchmarks/venv/bin/python

examples-test: .cache/examples/engines.stamp ## the recipes of examples/python on their engines (a minute); EXAMPLES_OPTIONS="-k celery"
	$(NO_PROXIES) .cache/examples/bin/python -m pytest -m examples tests/examples $(EXAMPLES_OPTIONS)

fleet-test: .cache/fleet/engines.stamp ## process models (web servers, queues, Dask, Ray, Spark, frozen ...) and a table (6 minutes; needs Java 17); FLEET_OPTIONS="-k dask"
	$(NO_PROXIES) .cache/fleet/bin/python -m pytest -m fleet tests/fleet $(FLEET_OPTIONS)

airflow-test: .cache/airflow/engines.stamp ## a DAG of Airflow with the recipe for it (a minute)
	$(NO_PROXIES) .cache/airflow/bin/python -m pytest -m airflow tests/fleet

dist: $(DEV) ## wheel, sdist, conformance suite, SBOM and SHA256SUMS in dist/; the same commit gives the same bytes
	@rm -rf dist
	@$(DATED) $(BIN)/hatchling build -d dist
	@$(DATED) $(BIN)/python -m release zipapp dist
	@$(BIN)/uv venv --quiet --clear --no-project --python $(BIN)/python .cache/sbom
	@$(BIN)/uv pip install --quiet --python .cache/sbom --python-platform linux --python-version 3.11 \
		--requirements pyproject.toml --constraints requirements/run.txt
	@sdist=$$(echo dist/*.tar.gz) && $(DATED) $(BIN)/cyclonedx-py environment --output-reproducible --short-PURLs \
		--pyproject pyproject.toml --mc-type library $(SBOM_OPTIONS) --output-file $${sdist%.tar.gz}.cdx.json .cache/sbom
	@cd dist && LC_ALL=C && sha256sum persium-* >SHA256SUMS && cat SHA256SUMS

docs: $(DOCS) ## the pages in docs/ as a site, with reference and search: dist/docs; it needs no network
	@$(DOCS_PYTHON) -m website

docs-test: docs $(NODE) ## the site in a browser: links, widths, search, errors, requests (needs node, npm and Chromium)
	$(NO_PROXIES) $(BIN)/pytest -m website tests/website

DOCS_PYTHON = .cache/docs/venv/bin/python

DATED = SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct)}

races: $(DEV) ## forks, threads, outages in real time, ten thousand calls (minutes); RACES_OPTIONS="-k fork"
	$(NO_PROXIES) $(BIN)/pytest -m races -n $(WORKERS) tests/races $(RACES_OPTIONS)

injections: $(DEV) ## code at every place of a document: it must stay text (minutes)
	$(NO_PROXIES) $(BIN)/pytest -m slow -n $(WORKERS) tests/seam

nightly: $(DEV) ## what takes too long for each change, one suite after another (hours)
	@.ci/nightly

python-test: ## the tests that can differ on another Python: PYTHON=/path/to/python3.13
	@test -n "$(PYTHON)" || { echo "name it: make python-test PYTHON=python3.13" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(OTHER)
	$(OTHER)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/dev.txt
	$(OTHER)/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --no-build-isolation --editable .
	$(NO_PROXIES) $(OTHER)/bin/python -m tests.portable -n $(WORKERS)

OTHER = .cache/$(notdir $(PYTHON))

free-threaded-test: ## threads on a CPython without a global lock: PYTHON=/path/to/python3.13t
	@test -n "$(PYTHON)" || { echo "name it: make free-threaded-test PYTHON=python3.13t" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(getattr(sys, "_is_gil_enabled", lambda: True)())' || \
		{ echo "$(PYTHON) is not a free-threaded CPython" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(FREE)
	$(FREE)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/threads.txt
	$(FREE)/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --no-build-isolation --editable .
	$(NO_PROXIES) $(FREE)/bin/python -m pytest $(FREE_TESTS)

FREE := .cache/free-threaded
# what needs no package with compiled parts
FREE_TESTS := -m "races or not races" tests/races/test_threads.py tests/runtime/test_single_flight.py \
	tests/races/test_loops.py tests/races/test_forks.py tests/races/test_cancellation.py

httpx2: $(DEV) ## the suite in a copy whose imports are those of httpx2: lists what the move would break
	@rm -rf .cache/renamed
	@$(PIP) install --require-hashes --no-deps --target .cache/renamed/packages -r requirements/httpx2.txt
	@$(NO_PROXIES) $(BIN)/python -m tests.httpx2_lane .cache/renamed/packages -n $(WORKERS) $$($(BIN)/python -m tests.portable --list)

mutants: $(DEV) ## change the token policy's code in a thousand small ways: a test must fail each time (minutes)
	$(NO_PROXIES) $(BIN)/python -m tests.mutants --workers $(WORKERS)

lock: $(DEV) ## resolve each requirements*.txt again; newer versions: make lock UPGRADE=--upgrade
	$(LOCK) pyproject.toml --group run --output-file requirements/run.txt
	$(LOCK) pyproject.toml --group threads --constraint requirements/run.txt --output-file requirements/threads.txt
	$(LOCK) pyproject.toml --group dev --constraint requirements/run.txt --output-file requirements/dev.txt
	$(LOCK) --group audit --constraint requirements/dev.txt --output-file requirements/audit.txt
	$(LOCK) --group httpx2 --constraint requirements/dev.txt --output-file requirements/httpx2.txt
	$(LOCK) pyproject.toml --group benchmarks --constraint requirements/run.txt --output-file requirements/benchmarks.txt
	$(LOCK) pyproject.toml --group docs --constraint requirements/run.txt --output-file requirements/docs.txt
	$(LOCK) pyproject.toml --group examples --output-file requirements/examples.txt
	$(LOCK) pyproject.toml --group fleet --constraint requirements/examples.txt --output-file requirements/fleet.txt
	$(LOCK) pyproject.toml --group airflow --output-file requirements/airflow.txt
	@for folder in interop/java-openapi-generator conformance/adapters/python; do \
		$(LOCK) $$folder/requirements.in --output-file $$folder/requirements.txt || exit 1; \
	done

LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header $(UPGRADE)

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-19s %s\n", $$1, $$2 }' Makefile

# A Python that was removed takes what was installed for it along.
$(shell test -x $(BIN)/python || rm -f $(VENV)/*.stamp)

$(BIN)/python:
	@for python in $(PYTHON) python3.13 python3.12 python3.11 python3 python; do \
		"$$python" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		echo "making $(VENV) with $$("$$python" --version)"; \
		exec "$$python" -m venv --clear $(VENV); \
	done; \
	echo "Python 3.11 or newer is needed, with venv (Debian: apt install python3-venv);" >&2; \
	echo "say where it is: make PYTHON=/path/to/python3" >&2; exit 1

$(RUN): requirements/run.txt pyproject.toml $(BIN)/python
	@echo "installing into $(VENV)" >&2
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements/dev.txt $(RUN)
	@echo "installing development tools into $(VENV)" >&2
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

$(NODE): package-lock.json package.json
	npm ci --silent
	@touch $@

$(AUDIT): requirements/audit.txt $(DEV)
	@echo "installing audit tools into $(VENV)" >&2
	@$(PIP) install --require-hashes -r requirements/audit.txt
	@touch $@

$(BENCH): requirements/benchmarks.txt pyproject.toml benchmarks/records.yaml $(DEV)
	@echo "installing peers into .cache/benchmarks" >&2
	@$(BIN)/python -m venv --clear .cache/benchmarks/venv
	@$(BENCH_PYTHON) -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/benchmarks.txt
	@$(BENCH_PYTHON) -m pip --disable-pip-version-check --quiet install --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m codegen --spec benchmarks/records.yaml --output .cache/benchmarks/records/persium_api
	@touch $@

$(DOCS): requirements/docs.txt pyproject.toml $(DEV)
	@echo "installing zensical into .cache/docs" >&2
	@$(BIN)/python -m venv --clear .cache/docs/venv
	@$(DOCS_PYTHON) -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/docs.txt
	@$(DOCS_PYTHON) -m pip --disable-pip-version-check --quiet install --no-deps --no-build-isolation --editable .
	@touch $@

.cache/%/engines.stamp: requirements/%.txt pyproject.toml $(DEV)
	@echo "installing engines into .cache/$*" >&2
	@$(BIN)/uv venv --quiet --clear --no-project --python $(BIN)/python .cache/$*
	@$(BIN)/uv pip install --quiet --python .cache/$* --require-hashes -r requirements/$*.txt
	@$(BIN)/uv pip install --quiet --python .cache/$* --no-deps --no-build-isolation --editable .
	@touch $@
