"""The table of costs: means over fits, dashes where nothing was measured."""

from __future__ import annotations

import math
from typing import Any

import pytest
from finished_run import FinishedRun

from sgcldff.reporting.methods import ReportedMethod
from sgcldff.reporting.sections.costs import cost_rows, costs_section


@pytest.fixture
def methods(run: FinishedRun) -> list[ReportedMethod]:
    return run.methods


def fit(method: str, seconds: float, *, epochs: int = 0, **more: Any) -> dict[str, Any]:
    asked = {"method": method, "training": {"learning_rate": 4e-4}, "arguments": more.pop("arguments", {})}
    return {"asked": asked, "used": {"epochs": epochs}, "seconds": seconds, **more}


def cost(method: str, images: int, seconds: float, multiply_adds: int | None = None) -> dict[str, Any]:
    cost = {"images": images, "seconds": seconds, "multiply_adds": multiply_adds, "latency_ms": 2.5}
    cost |= {"memory_bytes": None if multiply_adds is None else 3_000_000}
    return {"trained_on": "jtsc", "method": method, "seed": 0, "parameters": 7, "device": "CPU"} | cost


def test_times_are_means_over_fits_and_images(methods: list[ReportedMethod]) -> None:
    fits = [fit("unetpp", 60, epochs=10), fit("unetpp", 120, epochs=20)]
    row = cost_rows(methods, fits, [cost("unetpp", 10, 1.0, 5), cost("unetpp", 30, 1.0, 5)]).iloc[0]
    assert (row["fit_seconds"], row["epochs"], row["n_fits"]) == (90, 15, 2)
    assert row["predict_milliseconds"] == pytest.approx(1000 * 2 / 40)
    assert (row["parameters"], row["multiply_adds"], row["learning_rate"]) == (7, 5, 4e-4)


def test_a_fit_that_went_on_after_it_was_killed_has_no_time(methods: list[ReportedMethod]) -> None:
    fits = [fit("unetpp", 60, epochs=10), fit("unetpp", 2, epochs=10, resumed=True)]
    assert cost_rows(methods, fits, []).iloc[0]["fit_seconds"] == 60


def test_a_learning_rate_of_its_own_is_shown(methods: list[ReportedMethod]) -> None:
    fits = [fit("unetpp", 60, epochs=10, arguments={"learning_rate": 1e-3})]
    assert cost_rows(methods, fits, []).iloc[0]["learning_rate"] == 1e-3


def test_a_method_that_trains_no_network_has_neither_epochs_nor_multiply_adds(run: FinishedRun) -> None:
    frame = cost_rows(run.methods, [fit("thresholding", 3)], [cost("thresholding", 10, 1.0)])
    assert all(math.isnan(frame.iloc[0][name]) for name in ("epochs", "learning_rate", "multiply_adds"))
    line = next(
        line for line in costs_section(run.titles, frame, 96, 1).splitlines() if line.startswith("| Thresholding")
    )
    assert line.count("—") == 5


def test_a_method_that_was_not_run_has_no_row(methods: list[ReportedMethod]) -> None:
    assert list(cost_rows(methods, [fit("unetpp", 1)], [])["method"]) == ["unetpp"]


def test_latency_and_memory_of_one_image_stand_beside_the_time_in_batches(run: FinishedRun) -> None:
    frame = cost_rows(run.methods, [fit("unetpp", 60, epochs=10)], [cost("unetpp", 10, 1.0, 5)])
    lines = costs_section(run.titles, frame, 96, 1).splitlines()
    header = next(line for line in lines if line.startswith("| Method")).strip("| ").split("|")
    cells = next(line for line in lines if line.startswith("| UNet++")).strip("| ").split("|")
    shown = {name.strip(): cell.strip() for name, cell in zip(header, cells, strict=True)}
    assert [shown[name] for name in ("Memory (MB)", "Latency (ms)", "In batches (ms)")] == ["3.0", "2.50", "100.00"]
