# What every stage needs: the checked configuration, the paths, and which files a stage's code consists of.
import json
import os
import shlex
from itertools import combinations

import yaml
from snakemake.exceptions import WorkflowError

from sgcldff.config.check import check, keep_order
from sgcldff.errors import InputError
from sgcldff.layout import (
    FIT_FILES,
    KEYPOINT_FILES,
    LEAKAGE_FILES,
    PREPARED_FILES,
    STATISTICS_FILES,
    TABLES,
    Layout,
    arm,
)
from sgcldff.data.sources.manual_files import placed, state
from sgcldff.config.plan import (
    classes_of,
    foreign_labels,
    leave_out,
    members,
    methods_run,
    on_own_test_subset,
    own_labels,
    own_test_pairs,
    scenario_tests,
)
from sgcldff.config.python_files import ROOT, ancestors, is_class, module_files, text_constant
from sgcldff.variants import parse_variant

base, schema = (
    yaml.safe_load((Path(workflow.basedir) / file).read_text())
    for file in ("config.yaml", "workflow/schemas/config.schema.yaml")
)
keep_order(config, base)


def placed_class(dataset):
    """The class of a dataset that a person puts into its raw folder, be it what another one is made of; else None."""
    placed_classes = (
        name
        for name in classes_named(config["datasets"][dataset])
        if "sgcldff.data.sources.manual.ManualDataset" in ancestors(name)
    )
    return next(placed_classes, None)


def classes_named(entry):
    """The classes that a dataset or method names: its own, and those among its arguments."""
    return [entry["class"], *(value for value in entry["arguments"].values() if is_class(value))]


def absent_datasets():
    """The datasets that a person must place and has not, each with where to get it."""
    return {
        name: text_constant(placed_class(name), "obtain").replace("{folder}", str(Path(config["raw"]) / name))
        for name in config["datasets"]
        if placed_class(name) and not placed(Path(config["raw"]) / name)
    }


try:
    check(config, schema)
    leave_out(config, absent_datasets())
except InputError as error:
    raise WorkflowError(f"Configuration: {error}")

RESULTS, REPORTS, RAW = (Path(config[key]) for key in ("results", "reports", "raw"))
LAYOUT = Layout(RESULTS)
DATASETS, METHODS, SEEDS = config["datasets"], config["methods"], config["seeds"]
TESTS = scenario_tests(config)
ENVIRONMENT = "../../environment.yml"

# One GPU is never given to two jobs, also where no profile sets the limit; --resources gpu=N raises it.
if "gpu" not in workflow.global_resources:
    workflow.register_resource("gpu", 1)


wildcard_constraints:
    dataset="|".join(DATASETS),
    # What is fitted on: a dataset or a pool of several.
    trained_on="|".join([*DATASETS, *config["pools"]]),
    other="|".join(DATASETS),
    method="|".join(METHODS),
    seed=r"\d+",
    # Nothing for the whole run, or the folder of a single method's target.
    selection="(arms/(" + "|".join(METHODS) + ")/)?",


def code(*modules):
    """The files a stage's code consists of, so that an edit reruns what depends on it and nothing else."""
    return [os.path.relpath(file) for file in module_files(*modules)]


def modules_of(entry):
    """The modules of the classes that a dataset or method names."""
    return [name.rpartition(".")[0] for name in classes_named(entry)]


def holds_network(method):
    """Whether the method's module places a network on a device: it then takes the fit's threads, memory and GPU."""
    return ROOT / "sgcldff/training/device.py" in module_files(*modules_of(METHODS[method]))


def hub_weights(method):
    """The file that stands once a method's pretrained weights are in the hub's cache; none for those that need none."""
    return [RESULTS / f"weights/{method}.fetched"] if METHODS[method]["arguments"].get("weights") == "hub" else []


def fit_threads(wildcards):
    """CPU threads of a job that fits or tests a method."""
    return config["fit_threads"] if holds_network(wildcards.method) else 1


def gpus(wildcards):
    """1 for a network, unless the configuration keeps to the CPU."""
    return int(config["device"] != "cpu" and holds_network(wildcards.method))


def selected(selection):
    """The methods of a selection: all that are run, or the reference and the one that was asked for."""
    if not selection:
        return methods_run(config)
    method = selection.split("/")[1]
    return list(dict.fromkeys(["full", method]))


def reported(selection):
    """The configuration that a report shows: without the optional methods that are not run."""
    shown = {*methods_run(config), *selected(selection)}
    return config | {"methods": {name: entry for name, entry in METHODS.items() if name in shown}}


def command(arguments):
    """A stage's shell command: its whole output goes to the log; what went wrong is shown on the screen too."""
    return f"python -m sgcldff {arguments} > {{log:q}} 2>&1 || {{{{ tail -n 3 {{log:q}} >&2; exit 1; }}}}"


def manifest(wildcards):
    """The dataset's manifest, where it has one: what is generated has none."""
    file = Path(workflow.basedir) / "sgcldff/data/sources/manifests" / f"{wildcards.dataset}.csv"
    return [os.path.relpath(file)] if file.exists() else []


TARGETS = {
    ("ablation_" if entry["role"] == "ablation" else "method_") + method: method for method, entry in METHODS.items()
}
made_again = set()


def request(wildcards):
    """The request to make a method's fits again, where one was ever made.

    A finished fit is made again when it has an input that is newer than it: naming the method's target on the command
    line makes it so, once a run and only where jobs are run. Inputs are asked for after the command line is read, so Snakemake
    knows its targets here (internal attributes; the version is pinned and a test drives this).
    """
    method, stamp = wildcards.method, LAYOUT.request(wildcards.method)
    asked_for = {TARGETS.get(target) for target in workflow.dag_settings.targets}
    runs_jobs = workflow.executor_plugin is not None and not workflow.dryrun and not workflow.touch
    if runs_jobs and method in asked_for - made_again:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.touch()
        made_again.add(method)
    return [stamp] if stamp.exists() else []


def prepared_files(trained_on):
    """The prepared files of what a fit is trained on."""
    return [LAYOUT.prepared(dataset) / name for dataset in members(config, trained_on) for name in PREPARED_FILES]


def split_files(trained_on, seed):
    """The splits of what a fit is trained on."""
    return [LAYOUT.split(dataset, seed) for dataset in members(config, trained_on)]


def overlap_files(trained_on):
    """Where the members of a pool overlap with each other: nothing of one's test subset is shown to a fit."""
    return [LAYOUT.overlaps(*pair) for pair in combinations(members(config, trained_on), 2)]


def test_data(trained_on, tested_on):
    """What a test reads beside the fit: the tested images, and where they overlap with those that the fit may know."""
    datasets = dict.fromkeys(parse_variant(name)[0] for name in tested_on)
    known = members(config, trained_on)
    return [
        *(LAYOUT.prepared(dataset) / name for dataset in datasets for name in PREPARED_FILES),
        *(LAYOUT.split(dataset, "{seed}") for dataset in datasets if dataset in known),
        *(LAYOUT.overlaps(member, other) for other in datasets if other not in known for member in known),
    ]


def stain_shifts(tested_on):
    """How these test sets were stain-shifted: kind and strength of each axis."""
    axes = {parse_variant(name)[1] for name in tested_on}
    every = config["perturbations"]
    return {axis: {key: every[axis][key] for key in ("kind", "strongest")} for axis in every if axis in axes}


# Axis -> levels, of those that some fit is tested along.
AXES = {
    axis: config["perturbations"][axis]["levels"]
    for axis in stain_shifts([name for tested_on in TESTS.values() for name in tested_on])
}


def options(name, values):
    """An option of a verb, once for each value."""
    return " ".join(f"--{name} {shlex.quote(str(value))}" for value in values)


def settings(**chosen):
    """The part of the configuration that a stage depends on: Snakemake reruns it when this text changes."""
    return json.dumps(chosen, sort_keys=True)


STATISTICS_CODE = [
    f"sgcldff.{module}"
    for module in (
        *("statistics.every_table", "reporting.paper_values"),
        *("tables.claims", "tables.files", "tables.personal", "tables.read", "tables.runs", "tables.scores"),
    )
]


def statistics_settings(wildcards):
    """What the statistics depend on; not sorted: the order of the configuration is the order of the rows."""
    shown = reported(wildcards.selection)
    keys = ("scenarios", "split", "equivalence", "families", "hypotheses", "interactions", "leakage")
    methods = {name: {"role": entry["role"], "paper": entry.get("paper")} for name, entry in shown["methods"].items()}
    return json.dumps(
        {key: shown[key] for key in keys}
        | {"reference": "full", "methods": methods, "redrawn": own_test_pairs(shown)}
        | {"axes": AXES}
    )
