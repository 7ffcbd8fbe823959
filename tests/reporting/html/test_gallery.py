from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from finished_run.data_files import explained, write_explanations

from sgcldff.reporting.figures.explanations import read_explanations
from sgcldff.reporting.html.gallery import gallery
from sgcldff.reporting.sections.explanations import with_analysis


@pytest.fixture
def arrays(tmp_path) -> dict[str, np.ndarray]:
    return read_explanations(write_explanations(tmp_path / "bccd.npz"))


@pytest.fixture
def facts() -> pd.DataFrame:
    """Of two images, and of three rules that no image meets."""
    return with_analysis(explained("bccd").fillna({"image_id": ""}))


def changed(facts: pd.DataFrame, **values: object) -> pd.DataFrame:
    """With other values for the image that was named wrongly."""
    facts.loc[facts["image_id"] == "001", list(values)] = list(values.values())
    return facts


def test_an_image_is_found_by_dataset_class_and_how_it_failed(run, arrays, facts):
    right, wrong = gallery(run.titles, changed(facts, iou=0.4), {"bccd": arrays})
    assert (right.dataset, right.label, right.outcomes) == ("BCCD", "neutrophil", ("right",))
    assert (wrong.label, wrong.outcomes) == ("lymphocyte", ("wrong", "poor"))
    assert wrong.words == "named monocyte (0.70); IoU 0.40"


def test_a_cell_at_the_border_and_two_cells_are_found(run, arrays, facts):
    first, second = gallery(run.titles, changed(facts, touches_border=1, n_cells=2), {"bccd": arrays})
    assert second.outcomes == ("wrong", "border", "cells") and first.outcomes == ("right",)


def test_an_image_says_why_it_was_chosen_and_what_was_measured_of_it(run, arrays, facts):
    first, second = gallery(run.titles, facts, {"bccd": arrays})
    assert (first.rule, second.rule) == ("IoU nearest the median", "highest probability of a wrong class")
    assert first.analysis == facts["analysis"][0]


def test_an_image_without_an_iou_has_a_dash_and_is_no_failure_of_the_mask(run, arrays, facts):
    _, second = gallery(run.titles, changed(facts, iou=np.nan), {"bccd": arrays})
    assert second.words.endswith("IoU —") and "poor" not in second.outcomes


def test_an_image_without_a_true_class_is_neither_right_nor_wrong(run, arrays, facts):
    _, second = gallery(run.titles, changed(facts, label=""), {"bccd": arrays})
    assert second.label == "class unknown" and second.outcomes == ()


def test_an_arm_without_saliency_has_no_such_map(run, arrays, facts):
    del arrays["saliency"]
    first, _ = gallery(run.titles, facts, {"bccd": arrays})
    assert list(first.panels) == ["image", "outlines", "prior A", "Grad-CAM"]


def test_a_dataset_whose_fit_failed_has_no_image(run, facts):
    assert gallery(run.titles, facts.head(0), {}) == []
