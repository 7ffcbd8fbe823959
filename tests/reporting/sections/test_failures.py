"""What failed, told before any number, and marked in the rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from finished_run import FinishedRun

from sgcldff.reporting.sections.failures import failures_section


@pytest.fixture
def failing(run: FinishedRun, tmp_path: Path) -> FinishedRun:
    """UNet++ failed in seed 1 on JTSC, and chance everywhere."""
    fits = []
    for number, record in enumerate(run.files.fits):
        content = json.loads(record.read_text())
        asked = content["asked"]
        unlucky = (asked["method"], asked["trained_on"], asked["seed"]) == ("unetpp", "jtsc", 1)
        if unlucky or asked["method"] == "chance":
            content["failed"] = {"reason": "the loss of epoch 3 is not finite", "try_again": False}
        fits.append(tmp_path / f"fit-{number}.json")
        fits[-1].write_text(json.dumps(content))
    run.change("summary", lambda table: table[table["method"] != "chance"])
    return run.with_files(fits=fits)


def test_the_report_names_each_fit_that_failed_and_why(
    failing: FinishedRun, document: Callable[[FinishedRun], str]
) -> None:
    text = document(failing)
    section = text.split("## What failed")[1].split("\n## ")[0]
    assert "- UNet++ on JTSC, seed 1: the loss of epoch 3 is not finite" in section


def test_a_method_that_failed_in_every_seed_says_so_in_its_cells(
    failing: FinishedRun, document: Callable[[FinishedRun], str]
) -> None:
    table_2 = document(failing).split("## Table 2")[1].split("\n## ")[0]
    row = next(line for line in table_2.splitlines() if "Control: chance" in line)
    assert "failed" in row and "not run" not in row


def test_where_nothing_failed_nothing_is_said(run: FinishedRun) -> None:
    assert failures_section(run.titles, {}, []) == ""


def test_fits_with_smaller_batches_for_want_of_memory_are_named(run: FinishedRun) -> None:
    asked = {"trained_on": "jtsc", "method": "full", "seed": 2, "training": {"batch_size": 32}}
    text = failures_section(run.titles, {}, [{"asked": asked, "used": {"batch_size": 16}}])
    assert "SG-CLDFF on JTSC, seed 2 (16 images)" in text
