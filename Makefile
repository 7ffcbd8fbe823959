# make demo, make leakage, make test, make docs: each sets up everything it needs, in .venv, from the pinned packages.
PYTHON ?= python3
BIN = .venv/bin
CORES ?= 2
TRY = $(BIN)/sgcldff predict results/demo/raw/standard/images --model results/demo/fits/rapid/full/seed-0 --out results/demo/predicted --html

.PHONY: demo leakage test slurm container lint docs clean

demo: .venv/ready
	@# Jobs of seconds want the scheduler that does not solve a linear program before each of them.
	PATH="$(CURDIR)/$(BIN):$$PATH" snakemake --cores $(CORES) --configfile workflow/configs/demo.yaml --scheduler greedy
	@echo "To predict single images with a model that was just fitted (generated smears of another stain):"
	@echo "  $(TRY)"

leakage: .venv/ready
	PATH="$(CURDIR)/$(BIN):$$PATH" snakemake --cores $(CORES) --configfile workflow/configs/cpu.yaml workflow/configs/leakage.yaml

test: .venv/ready
	PATH="$(CURDIR)/$(BIN):$$PATH" OMP_NUM_THREADS=1 pytest -rs --numprocesses $(CORES) --dist loadfile

slurm: .venv/ready # a real Slurm on this machine, for the time of its tests: as root, with Debian's slurm-wlm
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[slurm]'
	PATH="$(CURDIR)/$(BIN):$$PATH" OMP_NUM_THREADS=1 pytest -v -rs tests/workflow/test_slurm.py

container: .venv/ready # the Dockerfile carried out in a chroot: as root, with Debian's debootstrap, in ten minutes
	PATH="$(CURDIR)/$(BIN):$$PATH" SGCLDFF_CONTAINER=yes pytest -v -rs tests/workflow/test_container_recipe.py

lint: .venv/ready
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow/rules
	PATH="$(CURDIR)/$(BIN):$$PATH" snakemake --lint

docs: .venv/ready
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict
	@echo "build/site/index.html"

.venv/ready: constraints.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11) and "Python 3.11 is needed, and $(PYTHON) is " + sys.version.split()[0] + ": run make with PYTHON=/path/to/python3.11.")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[networks,export,development,docs]'
	touch $@

clean: # the environment and the demo; real results stay
	rm -rf .venv results/demo reports/demo
