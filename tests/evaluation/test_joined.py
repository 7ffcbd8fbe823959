"""Scores that a bundle brought stand beside those that were scored here, as if one run had made both."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from sgcldff.errors import InputError
from sgcldff.evaluation.joined import joined_tables
from sgcldff.tables.checksum import file_sha256

TESTS = {"jtsc": ["jtsc", "jtsc@hue@1"]}


@pytest.fixture
def bundle(tmp_path: Path) -> tuple[Path, Path]:
    """measured.csv with the tables of two methods beside it, and the cost.json of the one that it is used of."""
    cost = {"trained_on": "jtsc", "method": "full", "seed": 1, "images": 1, "seconds": 1.0, "device": "CPU"}
    cost |= dict.fromkeys(("parameters", "multiply_adds", "memory_bytes", "latency_ms"))
    (tmp_path / "cost.json").write_text(json.dumps(cost))
    fit = {"trained_on": "jtsc", "method": ["full", "full", "full", "chance"], "seed": 1}
    runs = pd.DataFrame(fit | {"tested_on": ["jtsc", "jtsc@hue@1", "jtsc@hue", "jtsc"], "n_images": 1, "f1": 0.1 + 0.2})
    runs.assign(only_elsewhere=[None, None, None, 1.0]).to_csv(tmp_path / "runs.csv", index=False)
    scores = runs[runs["tested_on"] != "jtsc@hue"].drop(columns=["n_images", "f1"])
    scores.assign(image_id="a", label="x", metric="iou", value=0.5).to_parquet(tmp_path / "scores.parquet")
    scores.assign(truth="x", predicted="x", count=1).to_csv(tmp_path / "confusion.csv", index=False)
    cells = {"dataset": ["jtsc", "bccd"], "image_id": "a", "touches_border": 0, "area": 9, "n_cells": 1}
    pd.DataFrame(cells).to_csv(tmp_path / "cells.csv", index=False)
    row = {"trained_on": "jtsc", "method": "full", "seed": [1], "tests": "jtsc jtsc@hue@1"}
    row["cost_sha256"] = file_sha256(tmp_path / "cost.json")
    pd.DataFrame(row).to_csv(tmp_path / "measured.csv", index=False)
    return tmp_path / "measured.csv", tmp_path / "cost.json"


def test_the_rows_of_the_asked_fits_come_to_the_last_digit_and_areas_are_worked_out_anew(bundle):
    measured, cost = bundle
    (tables,) = joined_tables([measured], [cost], TESTS)
    assert list(tables["runs"]["tested_on"]) == ["jtsc", "jtsc@hue@1"]
    assert list(tables["runs"]["f1"]) == [0.1 + 0.2] * 2
    assert "only_elsewhere" not in tables["runs"]
    assert set(tables["scores"]["method"]) == set(tables["confusion"]["method"]) == {"full"}
    assert list(tables["cells"]["dataset"]) == ["jtsc"]


def test_a_test_that_is_not_asked_for_here_stays_in_the_bundle(bundle):
    measured, cost = bundle
    (tables,) = joined_tables([measured], [cost], {"jtsc": ["jtsc"]})
    assert {name: set(tables[name]["tested_on"]) for name in ("runs", "scores", "confusion")} == dict.fromkeys(
        ("runs", "scores", "confusion"), {"jtsc"}
    )


def test_a_fit_that_was_tested_here_since_is_not_taken_from_the_bundle(bundle):
    measured, cost = bundle
    cost.write_text(cost.read_text().replace("1.0", "2.0"))
    with pytest.raises(InputError, match="tested here meanwhile"):
        joined_tables([measured], [cost], TESTS)


def test_nothing_comes_where_no_fit_is_asked_for(bundle):
    assert joined_tables([bundle[0]], [], TESTS) == []


def test_a_fit_that_came_with_two_bundles_is_taken_once(bundle):
    measured, cost = bundle
    assert len(joined_tables([measured, measured], [cost], TESTS)) == 1
