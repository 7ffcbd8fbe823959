from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sgcldff.errors import InputError
from sgcldff.reporting.leakage_table import Siblings, leakage_section, read_siblings
from sgcldff.reporting.run import Material, read_material
from sgcldff.tables.leakage import LEAKAGE
from sgcldff.tables.read import read_table

TWO_KINDS = {"by_source": Siblings(24, 12, 0.0), "by_image": Siblings(24, 12, 0.9)}


@pytest.fixture
def material(experiment) -> Material:
    read = read_material(experiment["settings"], experiment["runs"], experiment["statistics"])
    return replace(read, settings=read.settings | {"leakage": {"honest": "by_source", "inflated": "by_image"}})


@pytest.fixture
def table() -> pd.DataFrame:
    """Two methods and two metrics; the reference gains 8 points, thresholding nothing."""
    rows = []
    for method, gain in (("thresholding", 0.0), ("full", 8.0)):
        for metric in ("accuracy", "iou"):
            scores = {"honest": 0.8, "honest_sd": 0.02, "inflated": 0.8 + gain / 100, "inflated_sd": 0.01}
            plain = {"n": 5, "mean": gain, "t": 9.0, "df": 4, "p": 0.001, "ci_low": gain - 1, "ci_high": gain + 1}
            plain |= {"lower_bound": gain - 0.8, "upper_bound": gain + 0.8}
            corrected = {"t": 4.0, "df": 4, "p": 0.016, "low": gain - 2, "high": gain + 2}
            corrected |= {"lower": gain - 1.5, "upper": gain + 1.5}
            row = {"method": method, "metric": metric, **scores, **plain, "basis": "redrawn splits", "note": ""}
            rows.append(row | {f"corrected_{name}": value for name, value in corrected.items()})
    return pd.DataFrame(rows, columns=list(LEAKAGE.columns))


def cells(text: str, title: str, metric: str) -> list[str]:
    line = next(line for line in text.splitlines() if line.startswith(f"| {title}") and f"| {metric}" in line)
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_each_method_has_both_scores_and_the_difference_with_the_corrected_interval(material, table):
    text = leakage_section(material, table, TWO_KINDS)
    assert cells(text, "SG-CLDFF", "Accuracy")[1:7] == [
        *("Accuracy (%)", "80.0 ± 2.0", "88.0 ± 1.0", "+8.00", "+6.00 to +10.00", "0.016"),
    ]
    assert cells(text, "Thresholding", "IoU")[2:5] == ["0.800 ± 0.020", "0.800 ± 0.010", "0.00"]
    assert "corrected resampled t-test" in text


def test_sources_copies_and_the_share_with_siblings_are_said(material, table):
    text = leakage_section(material, table, TWO_KINDS)
    assert "12 source images stand in this data 2 times each" in text
    assert "0.0% of the test images have a copy" in text and "90.0% of the test images have one" in text


def test_what_the_leak_is_worth_to_the_reference_is_said_in_words(material, table):
    text = leakage_section(material, table, TWO_KINDS)
    assert "To SG-CLDFF the leak is worth: Accuracy **+8.0** points (95% interval +6.0 to +10.0);" in text


def test_a_difference_that_may_be_none_is_said_to_be_so(material, table):
    text = leakage_section(material, table.assign(corrected_low=-0.5), TWO_KINDS)
    assert "(95% interval −0.5 to +10.0; not shown to be above zero)" in text


def test_a_single_seed_has_no_interval(material, table):
    alone = table.assign(n=1, p=np.nan, corrected_low=np.nan, corrected_high=np.nan, corrected_p=np.nan)
    assert "**+8.0** points (one seed, no interval)" in leakage_section(material, alone, TWO_KINDS)


def test_methods_stand_in_the_order_of_the_configuration(material, table):
    text = leakage_section(material, table, TWO_KINDS)
    assert text.index("| SG-CLDFF") < text.index("| Thresholding")


def test_there_is_no_section_where_no_leakage_is_declared(material, table):
    assert leakage_section(replace(material, settings={}), table, {}) == ""


def test_nothing_measured_is_not_run(material, table):
    assert leakage_section(material, table.iloc[:0], TWO_KINDS).endswith("not run.")


def test_siblings_are_images_of_one_group_on_both_sides(tmp_path):
    names = ["a-0", "a-1", "b-0", "b-1"]
    index = pd.DataFrame({"image_id": names, "group": ["a-0", "a-0", "b-0", "b-0"], "source": ["a", "a", "b", "b"]})
    index.to_csv(tmp_path / "index.csv", index=False)
    for seed, parts in enumerate((["train", "test", "test", "test"], ["train", "train", "test", "test"])):
        pd.DataFrame({"image_id": names, "subset": parts}).to_csv(tmp_path / f"seed-{seed}.csv", index=False)
    found = read_siblings(tmp_path, [tmp_path / "seed-0.csv", tmp_path / "seed-1.csv"])
    assert (found.images, found.sources) == (4, 2)
    assert found.shared == pytest.approx((1 / 3 + 0) / 2)


def test_the_statistics_are_read_and_a_missing_column_is_named(table, tmp_path):
    file = tmp_path / "leakage.csv"
    table.to_csv(file, index=False)
    assert read_table(file, LEAKAGE)["note"].tolist() == [""] * 4
    table.drop(columns="inflated").to_csv(file, index=False)
    with pytest.raises(InputError, match=r"leakage\.csv lacks the columns inflated"):
        read_table(file, LEAKAGE)
