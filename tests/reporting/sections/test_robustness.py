from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from finished_run import FinishedRun

from sgcldff.config.experiment import Axis
from sgcldff.errors import InputError
from sgcldff.reporting.sections.robustness import amount, robustness_section
from sgcldff.tables.read import read_table
from sgcldff.tables.robustness import ROBUSTNESS


def section(run: FinishedRun, curves: pd.DataFrame) -> str:
    axes = run.experiment.axes()
    return robustness_section(run.titles, "full", run.methods, axes, curves, {}, "tables/robustness.csv")


def cells(text: str, heading: str, title: str) -> list[str]:
    line = next(line for line in text[text.index(heading) :].splitlines() if line.startswith(f"| {title}"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_method_has_both_ends_its_loss_its_area_and_the_references_lead(stain_shifted, curves):
    text = section(stain_shifted, curves)
    assert cells(text, "**F1 along hue", "Without fusion")[1:] == [
        *("0.900", "0.700", "+20.0 (+17.0 to +23.0)", "0.850 (0.820 to 0.880)", "+3.0 (+1.0 to +5.0)", "3")
    ]


def test_accuracy_is_in_per_cent_and_the_reference_bold_without_a_lead_over_itself(stain_shifted, curves):
    shown = cells(section(stain_shifted, curves), "**Accuracy (%) along hue", "**SG-CLDFF**")
    assert shown[1:6] == ["93.0", "73.0", "+20.0 (+17.0 to +23.0)", "88.0 (85.0 to 91.0)", "—"]


def test_headings_give_the_strongest_shift_in_its_own_unit(stain_shifted, curves):
    text = section(stain_shifted, curves)
    assert "### Hue of the stain, up to 30°" in text
    assert "### Concentration of the stain, up to factor 2" in text


def test_datasets_are_named(stain_shifted, curves):
    assert "along hue of the stain, mean over BCCD, JTSC**" in section(stain_shifted, curves)
    alone = curves[curves["dataset"] != "jtsc"]
    assert "along hue of the stain, on BCCD**" in section(stain_shifted, alone)


def test_what_was_not_run_has_no_mask_or_no_interval_shows_so(stain_shifted, curves):
    curves.loc[curves["method"] == "no_fusion", ["ci_low", "ci_high"]] = np.nan
    text = section(stain_shifted, curves)
    assert cells(text, "**F1 along hue", "Without saliency")[1:] == [*["not run"] * 5, "—"]
    assert cells(text, "**F1 along hue", "Thresholding")[1:] == ["—"] * 6
    assert cells(text, "**F1 along hue", "Without fusion")[3:6] == ["+20.0", "0.850", "+3.0"]


def test_an_axis_without_runs_is_not_run(stain_shifted, curves):
    text = section(stain_shifted, curves[curves["axis"] == "hue"])
    assert text.split("### Concentration of the stain, up to factor 2\n\n")[1].startswith("not run.")


def test_without_an_axis_there_is_no_section(stain_shifted, curves):
    stain_shifted.settings["scenarios"] = {"in_domain": [["bccd", "bccd"]]}
    assert section(stain_shifted, curves) == ""


@pytest.mark.parametrize(("axis", "level", "text"), [("hue", 0.25, "7.5°"), ("concentration", 0.5, "factor 1.41")])
def test_a_level_is_shown_in_its_own_unit(perturbations, axis, level, text):
    assert amount(Axis.model_validate(perturbations[axis]), level) == text


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


def test_an_axis_says_which_datasets_its_means_go_without_and_which_are_absent(stain_shifted, curves, document):
    along = {"trained_on": "jtsc", "tested_on": "jtsc@hue", "method": "full", "seed": 0, "n_images": 9}
    without_masks = pd.DataFrame([along | {"n_annotated": 0, "n_labelled": 9}])
    stain_shifted.change("runs", lambda runs: pd.concat([runs, without_masks]))
    stain_shifted.change("robustness", lambda _: curves)
    stain_shifted.settings["absent"] = {"lisc": {"title": "LISC", "obtain": "put LISC Database.zip there"}}
    stain_shifted.settings["absent_pairs"] = {"stain_hue": [["lisc", "lisc@hue"]]}
    text = document(stain_shifted).split("## Robustness")[1].split("\n## ")[0]
    hue, concentration = text.split("### Concentration")
    assert "The mean IoU is without JTSC, hue of the stain, whose images have no masks." in hue
    assert "- **LISC**: put LISC Database.zip there." in hue and "LISC" not in concentration
