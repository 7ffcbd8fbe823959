"""What the parts of a configuration say of each other: names that exist, and pairs, pools and labels that fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sgcldff.config.plan import COMPARED, MASK_METRICS, foreign_labels, methods_run, on_own_test_subset
from sgcldff.config.suggestions import meant
from sgcldff.errors import InputError
from sgcldff.layout import FILES_OF_DATA, TABLES
from sgcldff.variants import parse_variant, variant_name


def check_declarations(config: Mapping[str, Any]) -> None:
    """Everything that the configuration speaks of is declared in it."""
    datasets, spaces = config["datasets"], config["label_spaces"]
    trained_on = {**datasets, **config["pools"]}
    pairs = [(f"scenarios.{name}", *pair) for name, declared in config["scenarios"].items() for pair in declared]
    mentions = [
        *(
            (f"label_spaces.{name}.classes", "class", each, s["names"])
            for name, s in spaces.items()
            for each in s["classes"]
        ),
        *((f"datasets.{name}.space", "label space", entry["space"], spaces) for name, entry in datasets.items()),
        *(
            (f"datasets.{name}.labels", "label space", s, spaces)
            for name, entry in datasets.items()
            for s in entry["labels"]
        ),
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
    _check_labels(config)
    _check_pools(config)
    _check_perturbations(config)
    _check_scenarios(config)
    if config["leakage"] and config["leakage"]["honest"] == config["leakage"]["inflated"]:
        raise InputError(f"leakage: {config['leakage']['honest']} is compared with itself: name two datasets.")
    for name in (config["leakage"] or {}).values():
        if not any([name, name] in pairs for pairs in config["scenarios"].values()):
            raise InputError(f"leakage: no scenario tests {name} on its own test subset: add [{name}, {name}] to one.")
    _check_compared(config)
    _check_optional(config)
    taken = {hypothesis["family"]: name for name, hypothesis in config["hypotheses"].items()}
    for name, interaction in config["interactions"].items():
        if interaction["family"] in taken:
            raise InputError(
                f"interactions.{name}: the family {interaction['family']!r} is that of the hypothesis "
                f"{taken[interaction['family']]!r}, and each is corrected by itself: give it a family of its own."
            )
    references = [name for name, method in config["methods"].items() if method["role"] == "reference"]
    if references != ["full"]:
        raise InputError(
            f"methods: the role reference belongs to `full` alone, not to {references}: correct the roles."
        )


def _axis(tested_on: str) -> list[str]:
    """The axis of perturbation that the second name of a pair gives, if it gives one."""
    axis = parse_variant(tested_on)[1]
    return [] if axis is None else [axis]


def _check_labels(config: Mapping[str, Any]) -> None:
    """A dataset's labels are classes of their space, it has labels in its own, and its folder is its own."""
    for name, entry in config["datasets"].items():
        if name in FILES_OF_DATA:
            raise InputError(f"datasets.{name}: results/data/{name} is no dataset's: give the dataset another name.")
        if entry["space"] not in entry["labels"]:
            raise InputError(
                f"datasets.{name}.labels: there are none for its own label space {entry['space']!r}: add them."
            )
        for space, labels in entry["labels"].items():
            known = config["label_spaces"][space]["names"]
            for label in labels.values():
                if label is not None and label not in known:
                    raise InputError(
                        f"datasets.{name}.labels.{space}: the class {label!r} is unknown{meant(label, known)}"
                    )


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
    """The strongest change along an axis is one (some angle, or a factor above 1), and levels differ by their names."""
    for name, axis in config["perturbations"].items():
        strongest = axis["strongest"]
        if len({variant_name("", name, level) for level in axis["levels"]}) < len(axis["levels"]):
            raise InputError(
                f"perturbations.{name}.levels: two of them differ by less than six digits tell: take one out."
            )
        if axis["kind"] == "hue" and strongest > 180:
            raise InputError(f"perturbations.{name}.strongest: {strongest:g} degrees is beyond a half turn: give less.")
        if axis["kind"] == "concentration" and strongest <= 1:
            raise InputError(
                f"perturbations.{name}.strongest: the factor {strongest:g} is 1 or less, and half of the images get "
                "its inverse: give one above 1."
            )


def _check_scenarios(config: Mapping[str, Any]) -> None:
    """Tests on a fit's own dataset, on whole other ones and on stain-shifted images do not mix in a scenario."""
    for name, pairs in config["scenarios"].items():
        if name in TABLES:
            raise InputError(f"scenarios.{name}: a table of the report has this name too: give the scenario another.")
        kinds = set()
        for trained_on, tested_on in pairs:
            dataset, axis, _ = parse_variant(tested_on)
            own = on_own_test_subset(config, trained_on, tested_on)
            kinds.add((own, axis is None))
            shown = f"scenarios.{name}: the pair [{trained_on}, {tested_on}]"
            if axis is not None and trained_on != dataset:
                raise InputError(
                    f"{shown} shifts the stain of another dataset than the fit's own: write [{dataset}, {tested_on}]."
                )
            if name == "in_domain" and (trained_on != tested_on):
                raise InputError(f"{shown} does not belong here: test each on itself.")
        if len(kinds) > 1:
            raise InputError(
                f"scenarios.{name}: it mixes tests on a fit's own dataset, on other ones, or on stain-shifted images, "
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
            if any(foreign_labels(config, *pair) != {} for pair in pairs):
                continue
            for metric in [entry["metric"]] if "metric" in entry else entry["metrics"]:
                if metric not in MASK_METRICS:
                    raise InputError(
                        f"{section}.{name}: scenarios.{entry['scenario']} tests nothing but masks, and {metric} asks "
                        "for classes: name another scenario or metric."
                    )


def _check_optional(config: Mapping[str, Any]) -> None:
    """`optional_methods` is `all` or names optional methods, and what the hypotheses compare is run."""
    wanted = config["optional_methods"]
    optional = [name for name, entry in config["methods"].items() if entry["optional"]]
    if isinstance(wanted, str) and wanted != "all":
        raise InputError(f"optional_methods: {wanted!r} is neither `all` nor a list: write [{wanted}].")
    for name in [] if wanted == "all" else wanted:
        if name not in optional:
            raise InputError(f"optional_methods: {name!r} is no optional method{meant(name, optional)}")
    run = methods_run(config)
    for name, hypothesis in config["hypotheses"].items():
        for method in (hypothesis[key] for key in COMPARED["hypotheses"]):
            if method not in run:
                raise InputError(
                    f"hypotheses.{name}: the method {method!r} is optional and not run: name it in `optional_methods`."
                )
