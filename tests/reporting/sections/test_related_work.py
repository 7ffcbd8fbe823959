"""The paper's Table 1 beside ours: every study is there, and says so where no build of it was run."""

from __future__ import annotations

import pandas as pd
import pytest
from finished_run import FinishedRun
from finished_run.configuration import method

from sgcldff.reporting.paper_values import related_work
from sgcldff.reporting.sections.method_table import Seeds
from sgcldff.reporting.sections.related_work import related_work_rows, related_work_section


@pytest.fixture
def rows(run: FinishedRun) -> pd.DataFrame:
    """The run's UNet++ stands in for the CNN of Islam et al., its runs under that name."""
    run.settings["methods"]["explainable_cnn"] = method("Explainable CNN", "baseline")
    for name in ("runs", "summary"):
        run.change(name, lambda table: table.replace({"method": {"unetpp": "explainable_cnn"}}))
    return related_work_rows(run.results, run.scenarios["in_domain"], run.methods)


def test_every_study_of_the_table_is_there_in_the_order_of_the_print(rows: pd.DataFrame) -> None:
    assert list(rows["study"].unique()) == [study.study for study in related_work()]
    assert len(related_work()) == 10


def test_a_build_has_the_mean_of_every_dataset_and_of_all(run: FinishedRun, rows: pd.DataFrame) -> None:
    ours = rows[rows["method"] == "explainable_cnn"].set_index("pair")
    assert list(ours.index) == ["", "bccd→bccd", "jtsc→jtsc", "cellavision→cellavision"]
    for pair in ours.index:
        value = run.results.value("in_domain", pair, "explainable_cnn", "accuracy")
        assert (ours.loc[pair, "mean"], ours.loc[pair, "sd"]) == (value.mean, value.sd)
    assert set(ours["printed_value"]) == {0.97} and set(ours["state"]) == {"measured"}


def test_a_build_that_is_not_in_the_report_was_not_run(rows: pd.DataFrame) -> None:
    assert set(rows.loc[rows["method"] != "explainable_cnn", "state"]) == {"not run"}


def test_what_is_printed_and_ours_stand_in_one_line_in_per_cent(run: FinishedRun, rows: pd.DataFrame) -> None:
    text = related_work_section(run.titles, run.scenarios["in_domain"], rows, Seeds(3, 3))
    line = next(line for line in text.splitlines() if line.startswith("| Islam et al."))
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    mean = rows[(rows["method"] == "explainable_cnn") & (rows["pair"] == "")].iloc[0]
    assert cells[2:6] == [
        *("≈ 97% classification", "Explainable CNN", "Accuracy"),
        f"{100 * mean['mean']:.1f} ± {100 * mean['sd']:.1f}",
    ]
    assert "| Kadry et al." not in text
    (sentence,) = [line for line in text.splitlines() if line.startswith("Not run: builds of ")]
    assert "Kadry et al." in sentence


def test_a_study_without_a_printed_number_has_none(rows: pd.DataFrame) -> None:
    assert rows.loc[rows["study"] == "Li et al.", "printed_value"].isna().all()
