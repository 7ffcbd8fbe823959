"""cost.json is read whole or refused, and gives a row a method."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sgcldff.errors import InputError
from sgcldff.tables.costs import COST_KEYS, cost_of_methods, read_cost

COST = dict.fromkeys(COST_KEYS) | {"method": "unet", "images": 10, "seconds": 0.5, "device": "CPU", "latency_ms": 4.0}


def test_the_latency_of_a_method_is_the_median_of_its_fits() -> None:
    costs = [COST | {"latency_ms": latency} for latency in (1.0, 2.0, 90.0)]
    assert cost_of_methods(costs).loc[0, "latency_ms"] == 2.0


def test_what_failed_costs_nothing() -> None:
    failed = COST | {"failed": {"reason": "loss"}, "device": None, "latency_ms": None}
    assert cost_of_methods([failed]).empty
    assert cost_of_methods([failed, COST]).loc[0, "device"] == "CPU"


@pytest.mark.parametrize("text", ["{", "[]", json.dumps({"method": "unetpp"})])
def test_a_file_that_holds_no_cost_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "cost.json"
    path.write_text(text)
    with pytest.raises(InputError, match=r"cost\.json is no cost of a fit"):
        read_cost(path)


def test_a_cost_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cost\.json does not exist: run the test"):
        read_cost(tmp_path / "cost.json")
