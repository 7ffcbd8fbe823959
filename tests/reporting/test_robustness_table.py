from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sgcldff.errors import InputError
from sgcldff.reporting.robustness_table import amount, robustness_section
from sgcldff.reporting.run import Material
from sgcldff.tables.read import read_table
from sgcldff.tables.robustness import ROBUSTNESS


@pytest.fixture
def material(stain_shifted) -> Material:
    return stain_shifted


def cells(text: str, heading: str, title: str) -> list[str]:
    line = next(line for line in text[text.index(heading) :].splitlines() if line.startswith(f"| {title}"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_method_has_both_ends_its_loss_its_area_and_the_references_lead(material, curves):
    text = robustness_section(material, curves)
    assert cells(text, "**F1 along hue", "Without fusion")[1:] == [
        *("0.900", "0.700", "+20.0 (+17.0 to +23.0)", "0.850 (0.820 to 0.880)", "+3.0 (+1.0 to +5.0)", "3")
    ]


def test_accuracy_is_in_per_cent_and_the_reference_bold_without_a_lead_over_itself(material, curves):
    found = cells(robustness_section(material, curves), "**Accuracy (%) along hue", "**SG-CLDFF**")
    assert found[1:6] == ["93.0", "73.0", "+20.0 (+17.0 to +23.0)", "88.0 (85.0 to 91.0)", "—"]


def test_headings_give_the_strongest_shift_in_its_own_unit(material, curves):
    text = robustness_section(material, curves)
    assert "### Hue of the stain, up to 30°" in text
    assert "### Concentration of the stain, up to factor 2" in text


def test_datasets_are_named(material, curves):
    assert "along hue of the stain, mean over BCCD, JTSC**" in robustness_section(material, curves)
    alone = curves[curves["dataset"] != "jtsc"]
    assert "along hue of the stain, on BCCD**" in robustness_section(material, alone)


def test_what_was_not_run_has_no_mask_or_no_interval_shows_so(material, curves):
    curves.loc[curves["method"] == "no_fusion", ["ci_low", "ci_high"]] = np.nan
    text = robustness_section(material, curves)
    assert cells(text, "**F1 along hue", "Without saliency")[1:] == [*["not run"] * 5, "—"]
    assert cells(text, "**F1 along hue", "Thresholding")[1:] == ["—"] * 6
    assert cells(text, "**F1 along hue", "Without fusion")[3:6] == ["+20.0", "0.850", "+3.0"]


def test_an_axis_without_runs_is_not_run(material, curves):
    text = robustness_section(material, curves[curves["axis"] == "hue"])
    assert text.split("### Concentration of the stain, up to factor 2\n\n")[1].startswith("not run.")


def test_without_an_axis_there_is_no_section(material, curves):
    bare = replace(material, settings=material.settings | {"perturbations": {}})
    assert robustness_section(bare, curves) == ""


@pytest.mark.parametrize(("axis", "level", "told"), [("hue", 0.25, "7.5°"), ("concentration", 0.5, "factor 1.41")])
def test_a_level_is_told_in_its_own_unit(perturbations, axis, level, told):
    assert amount(perturbations[axis], level) == told


def test_a_table_is_read_as_it_was_written(curves, tmp_path):
    curves.to_csv(tmp_path / "robustness.csv", index=False)
    read = read_table(tmp_path / "robustness.csv", ROBUSTNESS)
    pd.testing.assert_frame_equal(read[["dataset", "level", "mean"]], curves[["dataset", "level", "mean"]])


def test_a_missing_or_cut_table_is_refused(curves, tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        read_table(tmp_path / "robustness.csv", ROBUSTNESS)
    curves.drop(columns="quantity").to_csv(tmp_path / "robustness.csv", index=False)
    with pytest.raises(InputError, match="lacks the columns quantity"):
        read_table(tmp_path / "robustness.csv", ROBUSTNESS)


def test_an_axis_says_which_datasets_its_means_go_without_and_which_are_absent(material, curves):
    stain_shifted = pd.DataFrame({"trained_on": ["jtsc"], "tested_on": "jtsc@hue", "n_annotated": 0, "n_labelled": 9})
    absent = {"lisc": {"title": "LISC", "obtain": "put LISC Database.zip there"}}
    settings = material.settings | {"absent": absent, "absent_pairs": {"stain_hue": [["lisc", "lisc@hue"]]}}
    text = robustness_section(
        replace(material, settings=settings, runs=pd.concat([material.runs, stain_shifted])), curves
    )
    hue, concentration = text.split("### Concentration")
    assert "The mean IoU is without JTSC, hue of the stain, whose images have no masks." in hue
    assert "- **LISC**: put LISC Database.zip there." in hue and "LISC" not in concentration
