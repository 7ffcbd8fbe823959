from __future__ import annotations

import pandas as pd
import pytest

from sgcldff.errors import InputError
from sgcldff.reporting.figures.precision_recall import precision_recall_points
from sgcldff.reporting.figures.probabilities import in_domain_probabilities
from sgcldff.reporting.figures.roc import roc_points

CLASSES = ["a", "b", "c"]


def probabilities(labels: list[str], p_a: list[float]) -> pd.DataFrame:
    rest = [(1 - p) / 2 for p in p_a]
    return pd.DataFrame({"tested_on": "here", "label": labels, "p_a": p_a, "p_b": rest, "p_c": rest})


def test_the_area_under_the_points_is_the_auc_beside_the_curve():
    points = roc_points(probabilities(["a", "b", "a", "b"], [0.9, 0.4, 0.35, 0.1]), CLASSES)
    curve = points[points["class"] == "a"]
    x, y = curve["false_positive_rate"].to_numpy(), curve["true_positive_rate"].to_numpy()
    assert ((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2).sum() == pytest.approx(curve["auc"].iloc[0]) == pytest.approx(0.75)


def test_a_class_without_an_image_has_no_curve():
    frame = probabilities(["a", "b"], [0.9, 0.1])
    assert "c" not in set(roc_points(frame, CLASSES)["class"])
    assert "c" not in set(precision_recall_points(frame, CLASSES)["class"])


def test_a_class_that_is_alone_has_no_roc_curve():
    assert roc_points(probabilities(["a", "a"], [0.9, 0.1]), CLASSES).empty


def test_prevalence_is_the_share_of_the_class():
    points = precision_recall_points(probabilities(["a", "b", "b", "b"], [0.9, 0.1, 0.2, 0.3]), CLASSES)
    assert points.loc[points["class"] == "a", "prevalence"].unique() == [0.25]


def test_no_prediction_gives_no_curve():
    empty = in_domain_probabilities([], "full")
    assert roc_points(empty, CLASSES).empty and precision_recall_points(empty, CLASSES).empty


def test_only_the_methods_own_in_domain_predictions_are_pooled_over_seeds(run):
    frame = in_domain_probabilities(run.files.predictions, "unetpp")
    assert set(frame["method"]) == {"unetpp"} and (frame["trained_on"] == frame["tested_on"]).all()
    assert set(frame["seed"]) == {0, 1, 2} and len(frame) == 3 * 3 * 12


def test_a_method_that_does_not_classify_has_no_curve(tmp_path):
    frame = probabilities(["a", "b"], [float("nan")] * 2)
    frame = frame.assign(trained_on="here", method="m", seed=0, image_id="0")
    frame.to_parquet(tmp_path / "here.parquet")
    assert in_domain_probabilities([tmp_path / "here.parquet"], "m").empty


def test_a_prediction_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "here.parquet").write_text("nothing")
    with pytest.raises(InputError, match=r"here\.parquet is no prediction"):
        in_domain_probabilities([tmp_path / "here.parquet"], "m")


def test_predictions_of_two_label_spaces_have_the_curves_of_their_own_classes(tmp_path):
    keys = {"trained_on": "there", "tested_on": "there", "method": "m", "seed": 0, "image_id": ["0", "1"]}
    frame = probabilities(["a", "b"], [0.9, 0.1]).assign(**keys | {"trained_on": "here", "tested_on": "here"})
    frame.to_parquet(tmp_path / "here.parquet")
    other = pd.DataFrame(keys | {"label": ["y", "z"], "p_y": [0.8, 0.4], "p_z": [0.2, 0.6]})
    other.to_parquet(tmp_path / "there.parquet")
    both = in_domain_probabilities([tmp_path / "here.parquet", tmp_path / "there.parquet"], "m")
    points = roc_points(both, [*CLASSES, "y", "z"])
    assert {name: set(part["class"]) for name, part in points.groupby("dataset")} == {
        "here": {"a", "b"},
        "there": {"y", "z"},
    }
