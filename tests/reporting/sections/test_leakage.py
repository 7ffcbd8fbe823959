from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from finished_run import FinishedRun, statistics_tables

from sgcldff.config.experiment import Leakage
from sgcldff.errors import InputError
from sgcldff.reporting.sections.leakage import Siblings, leakage_section, read_siblings
from sgcldff.tables.leakage import LEAKAGE
from sgcldff.tables.read import read_table

DECLARED = Leakage(honest="by_source", inflated="by_image")
TWO_KINDS = {"by_source": Siblings(24, 12, 0.0), "by_image": Siblings(24, 12, 0.9)}


def section(run: FinishedRun, tests: pd.DataFrame, declared: Leakage | None = DECLARED) -> str:
    return leakage_section(run.titles, "full", run.methods, declared, tests, TWO_KINDS)


@pytest.fixture
def table() -> pd.DataFrame:
    return statistics_tables.leakage()


def cells(text: str, title: str, metric: str) -> list[str]:
    line = next(line for line in text.splitlines() if line.startswith(f"| {title}") and f"| {metric}" in line)
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_each_method_has_both_scores_and_the_difference_with_the_corrected_interval(run, table):
    text = section(run, table)
    assert cells(text, "SG-CLDFF", "Accuracy")[1:7] == [
        *("Accuracy (%)", "80.0 ± 2.0", "88.0 ± 1.0", "+8.00", "+6.00 to +10.00", "0.016"),
    ]
    assert cells(text, "Thresholding", "IoU")[2:5] == ["0.800 ± 0.020", "0.800 ± 0.010", "0.00"]
    assert "corrected resampled t-test" in text


def test_sources_copies_and_the_share_with_siblings_are_said(run, table):
    text = section(run, table)
    assert "12 source images stand in this data 2 times each" in text
    assert "0.0% of the test images have a copy" in text and "90.0% of the test images have one" in text


def test_what_the_leak_is_worth_to_the_reference_is_said_in_words(run, table):
    text = section(run, table)
    assert "To SG-CLDFF the leak is worth: Accuracy **+8.0** points (95% interval +6.0 to +10.0)," in text


def test_a_difference_that_may_be_none_is_said_to_be_so(run, table):
    text = section(run, table.assign(corrected_low=-0.5))
    assert "(95% interval −0.5 to +10.0, not shown to be above zero)" in text


def test_a_single_seed_has_no_interval(run, table):
    alone = table.assign(n=1, p=np.nan, corrected_low=np.nan, corrected_high=np.nan, corrected_p=np.nan)
    assert "**+8.0** points (one seed, no interval)" in section(run, alone)


def test_methods_stand_in_the_order_of_the_configuration(run, table):
    text = section(run, table)
    assert text.index("| SG-CLDFF") < text.index("| Thresholding")


def test_there_is_no_section_where_no_leakage_is_declared(run, table):
    assert section(run, table, None) == ""


def test_nothing_measured_is_not_run(run, table):
    assert section(run, table.iloc[:0]).endswith("not run.")


def test_siblings_are_images_of_one_group_on_both_sides(tmp_path):
    names = ["a-0", "a-1", "b-0", "b-1"]
    index = pd.DataFrame({"image_id": names, "group": ["a-0", "a-0", "b-0", "b-0"], "source": ["a", "a", "b", "b"]})
    index.to_csv(tmp_path / "index.csv", index=False)
    for seed, subsets in enumerate((["train", "test", "test", "test"], ["train", "train", "test", "test"])):
        pd.DataFrame({"image_id": names, "subset": subsets}).to_csv(tmp_path / f"seed-{seed}.csv", index=False)
    siblings = read_siblings(tmp_path / "index.csv", [tmp_path / "seed-0.csv", tmp_path / "seed-1.csv"])
    assert (siblings.images, siblings.sources) == (4, 2)
    assert siblings.shared == pytest.approx((1 / 3 + 0) / 2)


def test_the_statistics_are_read_and_a_missing_column_is_named(table, tmp_path):
    file = tmp_path / "leakage.csv"
    table.to_csv(file, index=False)
    assert read_table(file, LEAKAGE)["note"].tolist() == [""] * 4
    table.drop(columns="inflated").to_csv(file, index=False)
    with pytest.raises(InputError, match=r"leakage\.csv lacks the columns inflated"):
        read_table(file, LEAKAGE)
