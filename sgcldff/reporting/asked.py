"""Whether fits are of the configuration that a report is about.

Of fits that were made here Snakemake sees to it. Of fits that were joined it knows nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sgcldff.config.experiment import Experiment
from sgcldff.config.training import Training
from sgcldff.errors import InputError
from sgcldff.reporting.provenance import read_fit


def check_asked(experiment: Experiment, records: Iterable[Path]) -> None:
    """InputError where a fit.json is of another configuration than the experiment."""
    for record in records:
        made = read_fit(record)["asked"]
        # An older record may lack a key that has a default now.
        made = made | {"training": Training.model_validate(made["training"]).model_dump(mode="json")}
        entry = experiment.methods[made["method"]]
        asked = {
            "size": experiment.size,
            "training": experiment.training.model_dump(mode="json"),
            "class_path": entry.class_path,
            "arguments": dict(entry.arguments),
            "classes": list(experiment.classes(made["trained_on"])),
            "members": list(experiment.members(made["trained_on"])),
        }
        for key, value in asked.items():
            if made[key] != value:
                raise InputError(
                    f"{record} is of another configuration than this one: {difference(key, made[key], value)}. Correct "
                    f"the configuration, or delete {record.parent} and fit it again."
                )


def difference(name: str, value: Any, known: Any) -> str:
    """The first key in which two settings differ, with both values.

    >>> difference("training", {"epochs": 2, "noise": {"a": 1}}, {"epochs": 2, "noise": {"a": 3}})
    'training.noise.a is 1 and not 3'
    """
    if isinstance(value, dict) and isinstance(known, dict):
        key = next(key for key in {**known, **value} if value.get(key) != known.get(key))
        return difference(f"{name}.{key}", value.get(key), known.get(key))
    return f"{name} is {value} and not {known}"
