from __future__ import annotations

import re

import pytest

from sgcldff.reporting.labels import metric_heading, metric_title, score_cell


@pytest.fixture
def section(run, document) -> str:
    return document(run).split("## Further metrics")[1].split("\n## ")[0]


def headers(section: str, caption: str) -> list[str]:
    line = next(line for line in section.split(f"**{caption}")[1].splitlines() if line.startswith("|"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_outlines_and_probabilities_have_tables_of_their_own(section):
    assert headers(section, "Outlines")[1:4] == ["Boundary F1", "NSD", "HD95 (px) ↓"]
    assert headers(section, "Probabilities")[1:5] == ["Specificity", "Average precision", "Brier score ↓", "ECE ↓"]


def test_no_table_has_more_than_nine_columns(section):
    assert all(len(headers(section, name)) <= 9 for name in ("Further", "Outlines", "Probabilities"))


def test_a_distance_is_shown_in_pixels_and_not_in_hundredths(run, section):
    value = run.results.value("in_domain", "", "unetpp", "hd95")
    assert value.mean > 5  # pixels in the fixture
    row = next(line for line in section.split("**Outlines")[1].splitlines() if line.startswith("| UNet++"))
    assert f"| {value.mean:.2f} ± {value.sd:.2f} |" in re.sub(" +", " ", row)


def test_the_definitions_say_their_tolerances_and_bins(section):
    assert "Boundary F1 at 2 px (0.75% of the diagonal, rounded up)" in section and "at 1 px" in section
    assert "95th percentile of the Hausdorff distance) in pixels of the 96×96 images" in section
    assert "15 bins of equal width" in section


def test_images_without_a_distance_are_counted(run, document):
    own = run.results.runs["trained_on"] == run.results.runs["tested_on"]
    run.change("runs", lambda runs: runs.assign(n_without_distance=(own & (runs["method"] == "unetpp")).astype(int)))
    assert "- UNet++: 9 × one mask empty or both (HD95 undefined, left out)" in document(run)


def test_a_score_is_shown_in_its_unit():
    assert score_cell("accuracy", 0.934, 0.01) == "93.4 ± 1.0"
    assert score_cell("hd95", 4.217, 0.3) == "4.22 ± 0.30"
    assert score_cell("brier", 0.2, float("nan")) == "0.200 ± —"


def test_a_metric_of_a_class_names_the_class():
    assert metric_title("average_precision_monocyte") == "Average precision (monocyte)"
    assert metric_title("precision_monocyte") == "Precision (monocyte)"


def test_lower_is_better_has_an_arrow_and_higher_has_none():
    assert metric_heading("ece").endswith("↓") and "↓" not in metric_heading("nsd")
