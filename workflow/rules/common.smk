# For all rules: the checked configuration, the paths, and which files the code of a stage consists of.
import os
from functools import cache, partial
from itertools import combinations

import yaml
from snakemake.exceptions import WorkflowError
from snakemake.utils import update_config

from sgcldff.config import settings
from sgcldff.config.check import check
from sgcldff.config.choice import leave_out
from sgcldff.config.experiment import IN_DOMAIN, REFERENCE, Experiment
from sgcldff.config.python_files import ROOT, ancestors, is_class, module_files, text_constant
from sgcldff.data.sources.manual_files import checksum, manual_files
from sgcldff.errors import InputError
from sgcldff.layout import Layout, arm
from sgcldff.reporting.contents import figures_of, pages_of
from sgcldff.reporting.files import CURVES, FIGURES, HTML_SCRIPTS, HTML_STYLES, HTML_TEMPLATE
from sgcldff.reporting.paper_values import (
    PAPER_CLAIMS,
    PAPER_CONTRADICTIONS,
    PAPER_NUMBERS_IN_TEXT,
    PAPER_RELATED_WORK,
    PAPER_TABLES,
    check_paper_rows,
)
from sgcldff.sharing.run_files import built_blocks, explained_facts
from sgcldff.stages.code_lists import write_code_list
from sgcldff.stages.gpu import cards
from sgcldff.tables.joined import AXES, measured_fits, other_axis
from sgcldff.tables.names import STATISTICS, TABLES
from sgcldff.variants import parse_variant

MANUAL = "sgcldff.data.sources.manual.ManualDataset"


def read_yaml(file):
    """A YAML file that the workflow ships."""
    return yaml.safe_load((BASE / file).read_text(encoding="utf-8"))


WRITTEN = read_yaml("config.yaml")
update_config(WRITTEN, config)
CATALOGUE = read_yaml("workflow/catalogue/datasets.yaml") | {"methods": read_yaml("workflow/catalogue/methods.yaml")}
SCHEMAS = [read_yaml(f"workflow/schemas/{name}.schema.yaml") for name in ("config", "catalogue")]


def classes_named(entry):
    """The classes that an entry of the catalogue names: its own, and those among its arguments."""
    return [entry["class"], *(value for value in entry["arguments"].values() if is_class(value))]


def manual_class(entry):
    """The class of a dataset that a person downloads, be it what another one is made of; else None."""
    return next((name for name in classes_named(entry) if MANUAL in ancestors(name)), None)


def absent_datasets(chosen):
    """The chosen datasets that a person must download and has not, each with where to get it."""
    folders = {name: Path(WRITTEN["raw"]) / name for name in chosen}
    return {
        name: text_constant(manual_class(entry), "obtain").replace("{folder}", str(folders[name]))
        for name, entry in chosen.items()
        if manual_class(entry) and not manual_files(folders[name])
    }


def experiment_with(methods):
    """The experiment of the configuration with this choice of methods, without the datasets that are not there."""
    resolved, catalogue = check(WRITTEN | {"methods": methods}, CATALOGUE, *SCHEMAS)
    leave_out(resolved, absent_datasets(resolved["datasets"]))
    return Experiment.model_validate(resolved), catalogue


try:
    EXPERIMENT, CATALOGUE = experiment_with(WRITTEN.get("methods"))
    # Methods that were not chosen have a target all the same.
    EVERY_METHOD, _ = experiment_with([*EXPERIMENT.methods, *(CATALOGUE["methods"].keys() - EXPERIMENT.methods.keys())])
    check_paper_rows({name: entry.paper for name, entry in EVERY_METHOD.methods.items()})
except InputError as error:
    raise WorkflowError(f"Configuration: {error}")

RESULTS, REPORTS, RAW = Path(EXPERIMENT.results), Path(EXPERIMENT.reports), Path(EXPERIMENT.raw)
LAYOUT = Layout(RESULTS)
DATASETS, METHODS, SEEDS = list(EXPERIMENT.datasets), list(EVERY_METHOD.methods), EXPERIMENT.seeds
EVERY_SEED = EXPERIMENT.every_seed  # with those of the arms of hypotheses alone
TESTS = EXPERIMENT.tests()
EXPLAINED = EXPERIMENT.explained
SCRIPT = "../scripts/stage.py"
LIGHT, TORCH = "../envs/light.yaml", "../envs/torch.yaml"  # without torch, and with it

# All cards of this machine, or as many as --resources gpu=N or a profile allows. Which one a job gets, it finds itself
# (`sgcldff.stages.gpu`). Where there is none, as where jobs are only handed to a cluster, nothing is held back. A profile
# of a cluster makes `gpu` local: each job of the cluster has one card, and what goes together takes it in turn.
CARDS = len(cards()) if EXPERIMENT.device != "cpu" else 0
ALLOWED = workflow.global_resources["gpu"].value if "gpu" in workflow.global_resources else CARDS
if workflow.resource_scopes.is_local("gpu"):
    ALLOWED = 1
    workflow.register_resource("gpu", 1)
elif ALLOWED:
    workflow.register_resource("gpu", ALLOWED * EXPERIMENT.fits_per_gpu)
ON_GPU = EXPERIMENT.device != "cpu" and bool(ALLOWED)
# Beside a GPU one thread waits for it and one writes masks; batches are made on the card.
FIT_THREADS = min(EXPERIMENT.fit_threads, 2) if ON_GPU else EXPERIMENT.fit_threads


wildcard_constraints:
    dataset="|".join(DATASETS),
    # What is fitted on: a dataset or a pool of several.
    trained_on="|".join([*DATASETS, *EXPERIMENT.pools]),
    other="|".join(DATASETS),
    method="|".join(METHODS),
    seed=r"\d+",
    # Nothing for the whole run, or the folder of a single method's target.
    selection="(arms/(" + "|".join(METHODS) + ")/)?",


def params_of(settings):
    """A stage's settings as a rule's parameter: Snakemake makes a job again when it changes."""
    return settings.model_dump(mode="json", by_alias=True)


def growing(amount):
    """Memory or minutes that double with each attempt of `--retries`, for a cluster ends what takes more than it asked."""
    return lambda wildcards, attempt: amount * 2 ** (attempt - 1)


@cache
def code(stage, *modules):
    """A list of the files a stage's code consists of, so that an edit makes again what depends on it and nothing else."""
    return local(write_code_list("-".join([stage, *modules]), module_files(f"sgcldff.stages.{stage}", *modules)))


@cache
def modules_of(kind, name):
    """The modules of the classes that a dataset or method of the catalogue names."""
    return tuple(class_path.rpartition(".")[0] for class_path in classes_named(CATALOGUE[kind][name]))


def dataset_code(stage, wildcards):
    """The code of a stage that reads a dataset's source."""
    return code(stage, *modules_of("datasets", wildcards.dataset))


def method_code(stage, wildcards):
    """The code of a stage that runs a method."""
    return code(stage, *modules_of("methods", wildcards.method))


def source_folder(wildcards):
    """Where the files of a dataset's source lie."""
    return str(RAW / wildcards.dataset)


def shipped(file):
    """A file that the workflow ships, seen from the working folder."""
    return local(os.path.relpath(BASE / file))


def prepared(datasets):
    """The files of prepared datasets, a list for each name of the rules."""
    files = [LAYOUT.prepared(dataset) for dataset in datasets]
    return {name: [each[name] for each in files] for name in LAYOUT.prepared("")}


def selected(selection):
    """The experiment of a selection: all that is run, or the reference and the method that was asked for."""
    if not selection:
        return EXPERIMENT
    method = selection.split("/")[1]
    return experiment_of_arm(method).with_methods(dict.fromkeys([REFERENCE, *with_base(method)]))


@cache
def experiment_of_arm(method):
    """The experiment in which a method stands; a method that was not chosen brings its hypotheses with it."""
    if method in EXPERIMENT.methods:
        return EXPERIMENT
    return experiment_with(list(dict.fromkeys([*EXPERIMENT.methods, *with_base(method)])))[0]


def with_base(method):
    """A method, after the one that it is a variant of where it is a shift control."""
    base = EVERY_METHOD.methods[method].base
    return [base, method] if base else [method]
