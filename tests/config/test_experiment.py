"""What an experiment answers of its own entries: tests, members, classes and labels."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.configuration import resolved

from sgcldff.config.experiment import Experiment

SCENARIOS = {
    "in_domain": [["jtsc", "jtsc"], ["cellavision", "cellavision"]],
    "shift": [["jtsc", "cellavision"], ["jtsc", "all_idb"]],
    "both": [["both", "cellavision"]],
    "left_out": [["one", "cellavision"]],
    "stain": [["jtsc", "jtsc@hue"]],
}
OVERLAY = {
    "datasets": ["jtsc", "cellavision", "all_idb"],
    "methods": ["full", "no_fusion"],
    "scenarios": SCENARIOS,
    "pools": {
        "both": {"title": "both stains", "members": ["jtsc", "cellavision"]},
        "one": {"title": "JTSC", "members": ["jtsc"]},
    },
    "stain_shift": {"hue": {"title": "Hue", "strongest": 30, "levels": [0.5, 1.0]}},
}


def experiment(**changes: Any) -> Experiment:
    return Experiment.model_validate(resolved(OVERLAY | changes))
