from __future__ import annotations

import pandas as pd
import pytest

from sgcldff.statistics.cost_ranks import lighter_than


def costs(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["method", "parameters", "multiply_adds", "latency_ms", "device"])


OTHERS = [("a", 20, 20, 20, "CPU"), ("b", 30, 30, 30, "CPU"), ("c", 40, 40, 40, "CPU")]


@pytest.mark.parametrize(
    ("ours", "expected"),
    [
        ((29, 29, 29), "SUPPORTED"),
        ((29, 29, 30), "INCONCLUSIVE"),
        ((29, 31, 29), "INCONCLUSIVE"),
        ((31, 31, 31), "REFUTED"),
        ((31, 31, 30), "INCONCLUSIVE"),
    ],
)
def test_lightweight_is_below_the_median_baseline_in_all_three_and_refuted_above_it_in_all_three(ours, expected):
    state, _ = lighter_than(costs(("full", *ours, "CPU"), *OTHERS), "full", ["a", "b", "c"])
    assert state == expected


def test_the_ranks_are_told():
    _, note = lighter_than(costs(("full", 10, 25, 99, "CPU"), *OTHERS), "full", ["a", "b", "c"])
    assert note == (
        "of 3 baselines with a network: fewer parameters than 3, fewer multiply–adds than 2, a lower latency than 0"
    )


def test_what_is_no_baseline_or_has_no_network_is_not_ranked_with():
    table = costs(("full", 10, 10, 10, "CPU"), *OTHERS, ("otsu", 1, None, 1, "CPU"), ("arm", 1, 1, 1, "CPU"))
    assert lighter_than(table, "full", ["a", "b", "c", "otsu"])[0] == "SUPPORTED"


def test_latencies_of_another_device_are_not_compared():
    table = costs(("full", 10, 10, 10, "CPU"), *[(*row[:4], "H100") for row in OTHERS])
    state, note = lighter_than(table, "full", ["a", "b", "c"])
    assert state == "INCONCLUSIVE" and note.endswith("a lower latency than 0 of 0 on the same device")


def test_without_a_baseline_there_is_nothing_to_say():
    assert lighter_than(costs(("full", 1, 1, 1, "CPU")), "full", ["a"]) is None
