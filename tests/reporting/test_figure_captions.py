from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from finished_run import FinishedRun

from sgcldff.reporting.figure_captions import counted, counted_otherwise, figure_captions
from sgcldff.reporting.files import FIGURES

# These are of fits or of single images: `counted_otherwise`.
OF_NO_RUNS = {"architecture", "explanations", "training_curves", "training_curves_others"}


def captions(run: FinishedRun, runs: pd.DataFrame | None = None) -> dict[str, str]:
    shown = run.results.runs if runs is None else runs
    declared = run.experiment.hypotheses
    return figure_captions(FIGURES, "full", "in_domain", run.scenarios, declared, shown, (0, 1, 2), {})


def test_every_figure_of_runs_has_its_n(stain_shifted):
    runs = stain_shifted.results.runs
    written = captions(stain_shifted, pd.concat([runs, runs.assign(tested_on=runs["tested_on"] + "@hue")]))
    assert list(written) == list(FIGURES)
    assert {name for name, text in written.items() if not re.search(r"\(n: .*3 seeds, ", text)} == OF_NO_RUNS


@pytest.mark.parametrize(
    ("name", "datasets"), [("roc", 1), ("iou_by_method", 1), ("paired_dots", 2), ("comparisons", 3), ("transfer", 3)]
)
def test_n_is_that_of_the_runs_that_the_figure_shows(run, name, datasets):
    run.settings["scenarios"] = {"in_domain": [["bccd", "bccd"]], "cross_stain": [["bccd", "jtsc"], ["jtsc", "bccd"]]}
    run.settings["scenarios"]["domain_shift"] = [["jtsc", "cellavision"]]
    run.settings["hypotheses"]["fusion"]["scenario"] = "cross_stain"
    if name == "comparisons":
        run.settings["hypotheses"]["fusion"]["scenario"] = "domain_shift"
    assert f"{datasets} dataset" in captions(run)[name]


def test_seeds_of_the_hypotheses_arms_alone_count_in_their_figures_alone(run):
    run.change("runs", lambda runs: pd.concat([runs, runs[runs["method"] == "full"].assign(seed=3)]))
    written = captions(run)
    assert "(n: cross-stain 4 seeds" in written["paired_dots"] and "(n: 3 seeds" in written["roc"]


def test_a_figure_without_runs_has_no_n(run):
    assert captions(run)["robustness"] == FIGURES["robustness"]
    assert captions(run, run.results.runs.head(0)) == FIGURES


def test_an_image_counts_once_however_many_fits_and_methods_are_tested_on_it():
    keys = [("a", "a", "full"), ("b", "a", "full"), ("a", "a", "unet"), ("a", "a@hue=1", "full")]
    runs = pd.DataFrame(keys, columns=["trained_on", "tested_on", "method"]).assign(seed=0, n_images=[9, 40, 9, 9])
    assert counted(runs) == "1 seed, 1 dataset, 40 images a seed"


def test_figures_of_fits_and_of_single_images_say_how_many(run, rendered):
    text = rendered(run).files.pages["figures"].read_text(encoding="utf-8")
    counts = {name: re.findall(rf"\(n: ([^()]*)\)\]\(.*/{name}\.png\)", text) for name in OF_NO_RUNS}
    # Three seeds of two networks of the paper's own, and of another, on three datasets.
    assert counts["training_curves"] == ["18 fits"] and counts["training_curves_others"] == ["9 fits"]
    assert counts["architecture"] == ["1 fit"]
    assert re.fullmatch(r"\d+ images, 3 datasets, 1 seed", counts["explanations"][0])


def test_an_image_that_no_rule_found_is_not_counted():
    explained = pd.DataFrame({"dataset": ["a", "a"], "image_id": ["1", ""]})
    curves = pd.DataFrame(columns=["trained_on", "method", "seed"])
    assert counted_otherwise(curves, {"training_curves": ["full"]}, explained) == {
        "explanations": "1 image, 1 dataset, 1 seed",
        "architecture": "1 fit",
    }


def test_captions_of_the_snakemake_report_are_those_of_the_report():
    folder = Path(__file__).resolve().parents[2] / "workflow/report"
    for name in FIGURES:
        assert f'{{{{ snakemake.params.captions["{name}"] }}}}.\n\nn: ' in (folder / f"{name}.rst").read_text()
