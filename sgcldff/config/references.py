"""What the entries of a configuration say of each other: names that exist, and pairs, pools and labels that fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sgcldff.config.choice import COMPARED
from sgcldff.config.experiment import IN_DOMAIN, REFERENCE
from sgcldff.config.suggestions import meant
from sgcldff.errors import InputError
from sgcldff.layout import OVERLAPS
from sgcldff.tables.names import TABLES
from sgcldff.tables.runs import MASK_METRICS
from sgcldff.variants import parse_variant, variant_name


def check_catalogue(catalogue: Mapping[str, Any]) -> None:
    """Labels and label spaces of the datasets exist, a dataset has a folder of its own, and `full` is the reference."""
    spaces = catalogue["label_spaces"]
    for name, entry in catalogue["datasets"].items():
        place = f"catalogue.datasets.{name}"
        for where, space in (("space", entry["space"]), *(("labels", space) for space in entry["labels"])):
            if space not in spaces:
                raise InputError(f"{place}.{where}: the label space {space!r} is unknown{meant(space, spaces)}")
        if name == OVERLAPS:
            raise InputError(f"{place}: results/data/{name} is no dataset's: give the dataset another name.")
        if entry["space"] not in entry["labels"]:
            raise InputError(f"{place}.labels: there are none for its own label space {entry['space']!r}: add them.")
        for space, labels in entry["labels"].items():
            for label in labels.values():
                if label is not None and label not in spaces[space]["names"]:
                    known = meant(label, spaces[space]["names"])
                    raise InputError(f"{place}.labels.{space}: the class {label!r} is unknown{known}")
    references = [name for name, method in catalogue["methods"].items() if method["role"] == "reference"]
    if references != [REFERENCE]:
        raise InputError(
            f"catalogue.methods: the role reference belongs to `{REFERENCE}` alone, not to {references}: correct "
            "the roles."
        )
    for name, entry in catalogue["methods"].items():
        _check_base(name, entry, catalogue["methods"])


def _check_base(name: str, entry: Mapping[str, Any], methods: Mapping[str, Any]) -> None:
    """A shift control, and it alone, is a variant of a method that has a fit of its own."""
    place, base = f"catalogue.methods.{name}", entry.get("base")
    if (entry["role"] == "shift") != (base is not None):
        raise InputError(f"{place}: the role shift and `base` go together: give both, or neither.")
    if "at_test" in entry and base is None:
        raise InputError(f"{place}.at_test: there is no `base` whose fit it predicts with: name one.")
    if base is not None and "at_test" in methods[base]:
        raise InputError(f"{place}.base: {base} has no fit of its own: name a method that has one.")


def check_references(config: Mapping[str, Any]) -> None:
    """Everything that a resolved configuration speaks of is chosen in it."""
    datasets, spaces = config["datasets"], config["label_spaces"]
    trained_on = {**datasets, **config["pools"]}
    pairs = [(f"scenarios.{name}", *pair) for name, declared in config["scenarios"].items() for pair in declared]
    mentions = [
        *(
            (f"classes.{name}", "class", each, space["names"])
            for name, space in spaces.items()
            for each in space["classes"]
        ),
        *((f"classes: those of {name}", "label space", entry["space"], spaces) for name, entry in datasets.items()),
        *(
            (f"pools.{name}", "dataset", each, datasets)
            for name, pool in config["pools"].items()
            for each in pool["members"]
        ),
        *((place, "dataset", first, trained_on) for place, first, _ in pairs),
        *((place, "dataset", parse_variant(second)[0], datasets) for place, _, second in pairs),
        *((place, "axis", axis, config["perturbations"]) for place, _, second in pairs for axis in _axis(second)),
        *(
            (f"{section}.{name}", "method", entry[key], config["methods"])
            for section, keys in COMPARED.items()
            for name, entry in config[section].items()
            for key in keys
        ),
        *(
            (f"{section}.{name}", kind, entry[kind], config[known])
            for section in COMPARED
            for name, entry in config[section].items()
            for kind, known in (("scenario", "scenarios"), ("family", "families"))
        ),
        *(("leakage", "dataset", name, datasets) for name in (config["leakage"] or {}).values()),
    ]
    for place, kind, name, known in mentions:
        if name not in known:
            raise InputError(f"{place}: the {kind} {name!r} is unknown{meant(name, known)}")
    for name, entry in config["methods"].items():
        if (base := entry.get("base")) and base not in config["methods"]:
            raise InputError(f"methods: {name} is compared with {base}, which is not chosen: add it.")
    if REFERENCE not in config["methods"]:
        raise InputError(f"methods: all others are compared with `{REFERENCE}`: add it.")
    if IN_DOMAIN not in config["scenarios"]:
        raise InputError(f"scenarios: `{IN_DOMAIN}` has no pair of the datasets chosen: it is Tables 2 and 3, add one.")
    _check_pools(config)
    _check_perturbations(config)
    _check_scenarios(config)
    if config["leakage"] and config["leakage"]["honest"] == config["leakage"]["inflated"]:
        raise InputError(f"leakage: {config['leakage']['honest']} is compared with itself: name two datasets.")
    for name in (config["leakage"] or {}).values():
        if not any([name, name] in pairs for pairs in config["scenarios"].values()):
            raise InputError(f"leakage: no scenario tests {name} on its own test subset: add [{name}, {name}] to one.")
    _check_compared(config)
    if twice := sorted(set(config["seeds"]) & set(config["further_seeds"])):
        raise InputError(f"further_seeds: {twice[0]} is among the seeds of all methods: name other ones.")
    if config["further_seeds"] and not config["hypotheses"]:
        raise InputError("further_seeds: they are for the arms of hypotheses, and none is declared: leave them out.")
    taken = {hypothesis["family"]: name for name, hypothesis in config["hypotheses"].items()}
    for name, interaction in config["interactions"].items():
        if interaction["family"] in taken:
            raise InputError(
                f"interactions.{name}: the family {interaction['family']!r} is that of the hypothesis "
                f"{taken[interaction['family']]!r}, and each is corrected by itself: give it a family of its own."
            )


def _axis(tested_on: str) -> list[str]:
    """The axis of perturbation that the second name of a pair gives, if it gives one."""
    axis = parse_variant(tested_on)[1]
    return [] if axis is None else [axis]


def _check_pools(config: Mapping[str, Any]) -> None:
    """A pool is called like no dataset, and its members have one label space."""
    for name, pool in config["pools"].items():
        if name in config["datasets"]:
            raise InputError(f"pools.{name}: a dataset has this name too: give the pool another.")
        spaces = {config["datasets"][member]["space"] for member in pool["members"]}
        if len(spaces) > 1:
            raise InputError(
                f"pools.{name}: its members have the label spaces {', '.join(sorted(spaces))}, and a fit tells the "
                "classes of one apart: make two pools of it."
            )


def _check_perturbations(config: Mapping[str, Any]) -> None:
    """The strongest change along an axis is one that its kind has, and levels differ by their names."""
    for name, axis in config["perturbations"].items():
        strongest = axis["strongest"]
        if len({variant_name("", name, level) for level in axis["levels"]}) < len(axis["levels"]):
            raise InputError(
                f"perturbations.{name}.levels: two of them differ by less than six digits tell: take one out."
            )
        if (fault := _STRONGEST.get(axis["kind"])) and fault[0](strongest):
            raise InputError(f"perturbations.{name}.strongest: {strongest:g} {fault[1]}.")


_FACTOR = (lambda strongest: strongest <= 1, "is 1 or less: give a factor above 1")
# kind of an axis -> what its strongest change cannot be, and how that is said.
_STRONGEST = {
    "hue": (lambda strongest: strongest > 180, "degrees is beyond a half turn: give less"),
    "concentration": _FACTOR,
    "resolution": _FACTOR,
    "illumination": (lambda strongest: strongest > 1, "is more than all light: give at most 1"),
    "jpeg": (lambda strongest: not 1 <= strongest < 100, "is no quality below 100: give one from 1 to 99"),
}


def _check_scenarios(config: Mapping[str, Any]) -> None:
    """Tests on a fit's own dataset, on whole other ones and on perturbed images do not mix in a scenario."""
    for name, pairs in config["scenarios"].items():
        if name in TABLES:
            raise InputError(f"scenarios.{name}: a table of the report has this name too: give the scenario another.")
        kinds = set()
        for trained_on, tested_on in pairs:
            dataset, axis, _ = parse_variant(tested_on)
            own = dataset in _members(config, trained_on)
            kinds.add((own, axis is None))
            shown = f"scenarios.{name}: the pair [{trained_on}, {tested_on}]"
            if axis is not None and trained_on != dataset:
                raise InputError(
                    f"{shown} perturbs another dataset than the fit's own: write [{dataset}, {tested_on}]."
                )
            if name == IN_DOMAIN and (trained_on != tested_on):
                raise InputError(f"{shown} does not belong here: test each on itself.")
        if len(kinds) > 1:
            raise InputError(
                f"scenarios.{name}: it mixes tests on a fit's own dataset, on other ones, or on perturbed images, "
                "which take different analyses: make a scenario of each kind."
            )


def _check_compared(config: Mapping[str, Any]) -> None:
    """Hypotheses and interactions compare different methods, by what their scenario can show."""
    for section, keys in COMPARED.items():
        for name, entry in config[section].items():
            methods = [entry[key] for key in keys]
            twice = [method for method in methods if methods.count(method) > 1]
            if twice:
                raise InputError(f"{section}.{name}: {twice[0]} is compared with itself: name different methods.")
            pairs = config["scenarios"][entry["scenario"]]
            if any(_has_labels(config, *pair) for pair in pairs):
                continue
            for metric in [entry["metric"]] if "metric" in entry else entry["metrics"]:
                if metric not in MASK_METRICS:
                    raise InputError(
                        f"{section}.{name}: scenarios.{entry['scenario']} tests nothing but masks, and {metric} asks "
                        "for classes: name another scenario or metric."
                    )


def _members(config: Mapping[str, Any], trained_on: str) -> list[str]:
    return config["pools"][trained_on]["members"] if trained_on in config["pools"] else [trained_on]


def _has_labels(config: Mapping[str, Any], trained_on: str, tested_on: str) -> bool:
    """Whether the tested dataset has labels in the label space of the fit."""
    space = config["datasets"][_members(config, trained_on)[0]]["space"]
    return space in config["datasets"][parse_variant(tested_on)[0]]["labels"]
