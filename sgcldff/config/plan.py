"""What a checked configuration comes to: which datasets take part, what is fitted on, and where each fit is tested.

Only the standard library is imported here: the Snakefile asks in the environment that Snakemake itself runs in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sgcldff.errors import InputError
from sgcldff.variants import SEPARATOR, parse_variant, variant_name

COMPARED = {  # section -> its keys that name a method
    "hypotheses": ("reference", "against"),
    "interactions": ("full", "without_first", "without_second", "neither"),
}
# The metrics that ask for masks; the others ask for classes.
MASK_METRICS = ("iou", "pooled_iou", "mean_iou", "dice", "pixel_accuracy")


def methods_run(config: Mapping[str, Any]) -> list[str]:
    """The methods of a whole run: those that are not optional, and the optional ones that `optional_methods` names."""
    wanted = config["optional_methods"]
    return [
        name for name, entry in config["methods"].items() if not entry["optional"] or wanted == "all" or name in wanted
    ]


def members(config: Mapping[str, Any], trained_on: str) -> list[str]:
    """The datasets whose training parts a fit sees: those of a pool, or the dataset itself."""
    pool = config["pools"].get(trained_on)
    return list(pool["members"]) if pool else [trained_on]


def space_of(config: Mapping[str, Any], trained_on: str) -> str:
    """The label space of the fits on a dataset or pool."""
    return config["datasets"][members(config, trained_on)[0]]["space"]


def classes_of(config: Mapping[str, Any], trained_on: str) -> list[str]:
    """The classes that fits on a dataset or pool tell apart."""
    return config["label_spaces"][space_of(config, trained_on)]["classes"]


def own_labels(config: Mapping[str, Any], dataset: str) -> dict[str, str | None]:
    """What the source calls a image -> its class in the dataset's own space."""
    entry = config["datasets"][dataset]
    return entry["labels"][entry["space"]]


def foreign_labels(config: Mapping[str, Any], trained_on: str, tested_on: str) -> dict[str, str | None] | None:
    """What the source of a tested dataset calls a image -> its class in the space of the fit.

    None where both have the same space; empty where the tested dataset has no labels in the other.
    """
    entry, space = config["datasets"][parse_variant(tested_on)[0]], space_of(config, trained_on)
    return None if entry["space"] == space else entry["labels"].get(space, {})


def on_own_test_subset(config: Mapping[str, Any], trained_on: str, tested_on: str) -> bool:
    """Whether a test is on the seed's test part, because the fit was trained on another part of the same dataset."""
    return parse_variant(tested_on)[0] in members(config, trained_on)


def own_test_pairs(config: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The pairs of all scenarios that are tested on the seeds' test parts."""
    pairs = dict.fromkeys((a, b) for declared in config["scenarios"].values() for a, b in declared)
    return [pair for pair in pairs if on_own_test_subset(config, *pair)]


def scenario_tests(config: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is trained on -> what its fits are tested on: all that any scenario asks for, and nothing else.

    A dataset along an axis of perturbation stands for the dataset itself and each of its levels.
    """
    asked = {(trained_on, tested_on) for pairs in config["scenarios"].values() for trained_on, tested_on in pairs}
    levels = {axis: entry["levels"] for axis, entry in config["perturbations"].items()}
    tests: dict[str, list[str]] = {}
    for trained_on in (*config["datasets"], *config["pools"]):
        tested_on: list[str] = []
        for dataset in config["datasets"]:
            axes = [axis for axis in levels if (trained_on, variant_name(dataset, axis)) in asked]
            if axes or (trained_on, dataset) in asked:
                tested_on.append(dataset)
            tested_on += [variant_name(dataset, axis, level) for axis in axes for level in levels[axis]]
        if tested_on:
            tests[trained_on] = tested_on
    return tests


def take_away(config: dict[str, Any], gone: Mapping[str, Collection[str]]) -> None:
    """Take entries out of the sections of a configuration, and with them what is declared of them.

    gone: section -> names. A dataset goes out of the pools and scenarios, an empty pool or scenario goes altogether,
    and so do the hypotheses and interactions about a method, scenario or family that went. Whatever is not of the
    expected type is left for the schema to refuse.
    """
    gone = {section: set(names) for section, names in gone.items()}
    for section, names in gone.items():
        config[section] = {name: entry for name, entry in config[section].items() if name not in names}
    datasets = gone.get("datasets", set())
    for name, pool in list(_mapping(config, "pools").items()):
        listed = pool.get("members") if isinstance(pool, dict) else None
        if isinstance(listed, list) and datasets.intersection(map(str, listed)):
            config["pools"][name] = pool | {"members": [member for member in listed if member not in datasets]}
            if not config["pools"][name]["members"]:
                gone.setdefault("pools", set()).add(name)
                del config["pools"][name]
    if isinstance(config.get("leakage"), dict) and datasets & set(map(str, config["leakage"].values())):
        config["leakage"] = None
    sources = datasets | gone.get("pools", set())
    axes = gone.get("perturbations", set())
    for name, pairs in list(_mapping(config, "scenarios").items()):
        if isinstance(pairs, list) and any(_names(pair, sources, axes) for pair in pairs):
            config["scenarios"][name] = [pair for pair in pairs if not _names(pair, sources, axes)]
            if not config["scenarios"][name]:
                gone.setdefault("scenarios", set()).add(name)
                del config["scenarios"][name]
    for section, keys in COMPARED.items():
        about = {**dict.fromkeys(keys, "methods"), "scenario": "scenarios", "family": "families"}
        for name, entry in list(_mapping(config, section).items()):
            if isinstance(entry, dict) and any(entry.get(key) in gone.get(kind, ()) for key, kind in about.items()):
                del config[section][name]


def leave_out(config: dict[str, Any], obtain: Mapping[str, str]) -> None:
    """Take out the datasets that are not there, and note what went with them for the report.

    obtain: name of an absent dataset -> what to put where. `config["absent"]` then has that and their titles, and
    `config["absent_pairs"]` the pairs that each scenario lost. Raises InputError where nothing is left to run.
    """
    declared = {name: [tuple(pair) for pair in pairs] for name, pairs in config["scenarios"].items()}
    config["absent"] = {
        name: {"title": config["datasets"][name]["title"], "obtain": text} for name, text in obtain.items()
    }
    take_away(config, {"datasets": obtain})
    left = {name: {tuple(pair) for pair in pairs} for name, pairs in config["scenarios"].items()}
    lost = {name: [pair for pair in pairs if pair not in left.get(name, ())] for name, pairs in declared.items()}
    config["absent_pairs"] = {name: pairs for name, pairs in lost.items() if pairs}
    if "in_domain" not in config["scenarios"]:
        wanted = [text for name, text in obtain.items() if any(name in pair for pair in declared["in_domain"])]
        raise InputError(f"None of the datasets of scenarios.in_domain is there: {'; or '.join(wanted)}.")


def _mapping(config: Mapping[str, Any], section: str) -> dict[str, Any]:
    return config[section] if isinstance(config.get(section), dict) else {}


def _names(pair: Any, sources: Collection[str], axes: Collection[str]) -> bool:
    """Whether a pair of a scenario names one of these datasets, pools or axes."""
    if not isinstance(pair, list) or not all(isinstance(name, str) for name in pair):
        return False
    parts = [name.split(SEPARATOR) for name in pair]
    return any(first in sources or any(axis in axes for axis in rest) for first, *rest in parts)
