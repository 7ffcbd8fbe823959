"""From what is written to what is run: the choice of a configuration, resolved against the catalogue.

Only the standard library is imported here: the Snakefile asks in the environment that Snakemake itself runs in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sgcldff.config.sentences import Vocabulary, expand
from sgcldff.config.suggestions import meant
from sgcldff.errors import InputError
from sgcldff.variants import SEPARATOR

COMPARED = {  # section -> its keys that name a method
    "hypotheses": ("reference", "against"),
    "interactions": ("full", "without_first", "without_second", "neither"),
}
ALL = "all"  # in place of a list of methods


def resolve(
    config: Mapping[str, Any], catalogue: Mapping[str, Any], gone: Mapping[str, Collection[str]]
) -> dict[str, Any]:
    """The configuration with entries in place of names, and pairs in place of sentences.

    catalogue: label_spaces, datasets and methods, each name -> entry; gone: section -> entries that were set to null.
    Datasets and methods stand in the order in which
    they were chosen. What is declared of a dataset, method, scenario or family that was not chosen goes with it: pairs
    of a scenario, members of a pool, and the hypotheses and interactions about it.
    Raises InputError for a name that the catalogue does not have and for a sentence that is not understood.
    """
    datasets, methods = catalogue["datasets"], catalogue["methods"]
    chosen_methods = list(methods) if config["methods"] == ALL else config["methods"]
    if isinstance(chosen_methods, str):
        raise InputError(f"methods: {chosen_methods!r} is neither `all` nor a list: write [{chosen_methods}].")
    for section, kind, known in (("datasets", "dataset", datasets), ("methods", "method", methods)):
        for name in chosen_methods if section == "methods" else config[section]:
            if name not in known:
                raise InputError(f"{section}: the {kind} {name!r} is unknown{meant(name, known)}")
    spaces = catalogue["label_spaces"]
    vocabulary = Vocabulary(
        chosen={name: datasets[name]["space"] for name in config["datasets"]},
        known=list(datasets),
        spaces={name: space["title"] for name, space in spaces.items()},
        titles={name: entry["title"] for name, entry in datasets.items()},
    )
    expansion = expand(config["scenarios"], vocabulary)
    resolved = {key: value for key, value in config.items() if key not in ("catalogue", "classes")}
    for space in config["classes"]:
        if space not in spaces:
            raise InputError(f"classes: the label space {space!r} is unknown{meant(space, spaces)}")
    resolved |= {
        "label_spaces": {
            name: {"names": spaces[name]["names"], "classes": classes} for name, classes in config["classes"].items()
        },
        "datasets": {name: datasets[name] for name in config["datasets"]},
        "methods": {name: methods[name] for name in chosen_methods},
        "pools": expansion.pools | {name: dict(pool) for name, pool in config["pools"].items()},
        "scenarios": expansion.scenarios,
        "hypotheses": dict(config["hypotheses"]),
        "interactions": dict(config["interactions"]),
    }
    empty = {name for name, pairs in expansion.scenarios.items() if not pairs}
    take_away(
        resolved,
        {
            **gone,
            "datasets": set(datasets) - set(config["datasets"]),
            "methods": set(methods) - set(chosen_methods),
            "scenarios": {*gone.get("scenarios", ()), *empty},
        },
    )
    return resolved


def take_away(config: dict[str, Any], gone: Mapping[str, Collection[str]]) -> None:
    """Take entries out of the sections of a resolved configuration, and with them what is declared of them.

    gone: section -> names. A dataset goes out of the pools and scenarios, an empty pool or scenario goes altogether,
    and so do the hypotheses and interactions about a method, scenario or family that went.
    """
    gone = {section: set(names) for section, names in gone.items()}
    for section, names in gone.items():
        config[section] = {name: entry for name, entry in config[section].items() if name not in names}
    datasets = gone.get("datasets", set())
    for name, pool in list(config["pools"].items()):
        if datasets.intersection(pool["members"]):
            config["pools"][name] = pool | {"members": [member for member in pool["members"] if member not in datasets]}
            if not config["pools"][name]["members"]:
                gone.setdefault("pools", set()).add(name)
                del config["pools"][name]
    if config.get("leakage") and datasets & set(config["leakage"].values()):
        config["leakage"] = None
    sources = datasets | gone.get("pools", set())
    axes = gone.get("perturbations", set())
    for name, pairs in list(config["scenarios"].items()):
        config["scenarios"][name] = [pair for pair in pairs if not _names(pair, sources, axes)]
        if not config["scenarios"][name]:
            gone.setdefault("scenarios", set()).add(name)
            del config["scenarios"][name]
    for section, keys in COMPARED.items():
        about = {**dict.fromkeys(keys, "methods"), "scenario": "scenarios", "family": "families"}
        for name, entry in list(config[section].items()):
            if any(entry.get(key) in gone.get(kind, ()) for key, kind in about.items()):
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


def _names(pair: list[str], sources: Collection[str], axes: Collection[str]) -> bool:
    """Whether a pair of a scenario names one of these datasets, pools or axes."""
    parts = [name.split(SEPARATOR) for name in pair]
    return any(first in sources or any(axis in axes for axis in rest) for first, *rest in parts)
