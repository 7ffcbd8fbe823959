from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sgcldff.errors import InputError
from sgcldff.reporting.figures.precision_recall import COMBINED, draw_precision_recall, precision_recall_points
from sgcldff.reporting.figures.probabilities import in_domain_probabilities
from sgcldff.reporting.figures.reliability import reliability_points
from sgcldff.reporting.figures.roc import MACRO, roc_points
from sgcldff.reporting.figures.style import class_colours
from sgcldff.tables.definitions import CALIBRATION_BINS

CLASSES = ["a", "b", "c"]


def probabilities(labels: list[str], p_a: list[float]) -> pd.DataFrame:
    rest = [(1 - p) / 2 for p in p_a]
    return pd.DataFrame({"tested_on": "here", "label": labels, "p_a": p_a, "p_b": rest, "p_c": rest, "seed": 0})


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


def two_seeds(p_a: list[float], other_p_a: list[float]) -> pd.DataFrame:
    """Two images of each class in each of two seeds, with these probabilities of a; c is never shown."""
    labels = ["a", "a", "b", "b"]
    return pd.concat([probabilities(labels, p_a), probabilities(labels, other_p_a).assign(seed=1)])


def test_the_macro_curve_is_the_mean_of_the_seeds_and_its_spread_theirs():
    # Seed 0 ranks a perfectly, seed 1 not at all; b has half of what a has not.
    points = roc_points(two_seeds([0.9, 0.8, 0.2, 0.1], [0.2, 0.1, 0.9, 0.8]), ["a"])
    macro = points[points["class"] == MACRO]
    assert macro["auc"].unique() == [0.5] and macro["auc_sd"].unique() == pytest.approx(2**-0.5)
    middle = macro[macro["false_positive_rate"] == 0.5].iloc[0]
    assert (middle["true_positive_rate"], middle["true_positive_rate_sd"]) == pytest.approx((0.5, 2**-0.5))
    assert macro["n_seeds"].unique() == [2]


def test_a_class_has_the_mean_and_spread_of_its_area_over_the_seeds_that_have_one():
    apart = two_seeds([0.9, 0.8, 0.2, 0.1], [0.2, 0.1, 0.9, 0.8])
    lacking = probabilities(["b", "b"], [0.4, 0.3]).assign(seed=2)
    first = roc_points(pd.concat([apart, lacking]), ["a"]).query("`class` == 'a'").iloc[0]
    assert (first["auc_of_seeds"], first["auc_sd"], first["n_seeds"]) == pytest.approx((0.5, 2**-0.5, 2))


def test_the_macro_curve_is_the_mean_of_the_classes_of_a_seed():
    points = roc_points(probabilities(["a", "b", "a", "b"], [0.9, 0.4, 0.35, 0.1]), CLASSES)
    areas = points.groupby("class")["auc"].first()
    assert areas[MACRO] == pytest.approx((areas["a"] + areas["b"]) / 2)
    assert points.loc[points["class"] == MACRO, "true_positive_rate_sd"].isna().all()


def test_average_precision_has_its_mean_and_spread_over_the_seeds():
    points = precision_recall_points(two_seeds([0.9, 0.8, 0.2, 0.1], [0.2, 0.1, 0.9, 0.8]), ["a"])
    of_seeds = [1.0, (1 / 3 + 2 / 4) / 2]
    first = points.iloc[0]
    assert first["average_precision_of_seeds"] == pytest.approx(sum(of_seeds) / 2)
    assert first["average_precision_sd"] == pytest.approx(abs(of_seeds[0] - of_seeds[1]) / 2**0.5)
    assert first["average_precision"] != pytest.approx(first["average_precision_of_seeds"])


def two_datasets() -> pd.DataFrame:
    """Each ranks its own a perfectly, but what one gives its b is above what the other gives its a."""
    here = two_seeds([0.9, 0.8, 0.7, 0.6], [0.9, 0.8, 0.7, 0.6])
    there = two_seeds([0.5, 0.4, 0.2, 0.1], [0.95, 0.85, 0.2, 0.1])
    return pd.concat([here, there.assign(tested_on="there")])


def test_the_combined_curve_ranks_the_images_of_all_datasets_together_in_each_seed():
    first = precision_recall_points(two_datasets(), ["a"]).groupby("dataset").first()
    assert list(first.loc[["here", "there"], "average_precision_of_seeds"]) == [1.0, 1.0]
    of_seeds = [(1 + 1 + 3 / 5 + 4 / 6) / 4, 1.0]
    combined = first.loc[COMBINED]
    assert combined["average_precision_of_seeds"] == pytest.approx(np.mean(of_seeds))
    assert combined["average_precision_sd"] == pytest.approx(np.std(of_seeds, ddof=1))
    assert (combined["n_positive"], combined["prevalence"]) == (8, 0.5)


def test_a_dataset_whose_fits_do_not_know_a_class_is_no_part_of_its_combined_curve():
    frame = two_datasets()
    frame.loc[frame["tested_on"] == "there", ["p_a", "label"]] = [float("nan"), "y"]
    combined = precision_recall_points(frame, ["a"]).groupby("dataset").first().loc[COMBINED]
    assert (combined["n_positive"], combined["prevalence"]) == (4, 0.5)


def test_one_dataset_has_no_combined_curve():
    assert set(precision_recall_points(two_seeds([0.9, 0.8, 0.2, 0.1], [0.9, 0.8, 0.2, 0.1]), ["a"])["dataset"]) == {
        "here"
    }


def test_the_combined_curve_has_a_panel_after_those_of_the_datasets(run):
    names = {"here": ["a"], "there": ["a", "b"]}
    points = precision_recall_points(two_datasets(), CLASSES)
    figure = draw_precision_recall(run.titles, "full", names, class_colours(CLASSES), points)
    assert [axes.get_title() for axes in figure.axes] == ["here", "there", COMBINED]
    legend = [text.get_text() for text in figure.axes[2].get_legend().get_texts()]
    assert [text.split(":")[0] for text in legend] == ["a", "b"]
    assert legend[0].startswith("a: AP 0.908 ± 0.130")


def test_a_bin_of_the_reliability_diagram_has_its_accuracy_and_mean_confidence():
    frame = probabilities(["a", "b", "a", "b"], [0.94, 0.96, 1.0, 0.55])
    points = reliability_points(frame)
    last = points.iloc[-1]
    assert (last["from"], last["to"], last["n_images"]) == pytest.approx((14 / 15, 1, 3))
    assert (last["confidence"], last["accuracy"]) == pytest.approx((2.9 / 3, 2 / 3))
    assert len(points) == 2 and points["n_images"].sum() == 4


def test_the_error_of_the_reliability_diagram_is_the_calibration_error():
    from sgcldff.metrics.calibration import calibration_error

    drawn = np.random.default_rng(0).dirichlet(np.ones(3), 80)
    labels = np.random.default_rng(1).integers(0, 3, 80)
    frame = pd.DataFrame(drawn, columns=[f"p_{name}" for name in CLASSES])
    points = reliability_points(frame.assign(tested_on="here", label=np.take(CLASSES, labels), seed=0))
    gap = (points["confidence"] - points["accuracy"]).abs() * points["n_images"] / 80
    assert gap.sum() == pytest.approx(calibration_error(labels, drawn, CALIBRATION_BINS))


def test_images_without_a_true_class_are_in_no_bin():
    frame = probabilities(["a", "b"], [0.9, 0.1]).assign(label=["a", None])
    assert reliability_points(frame)["n_images"].tolist() == [1]


def test_prevalence_is_the_share_of_the_class():
    points = precision_recall_points(probabilities(["a", "b", "b", "b"], [0.9, 0.1, 0.2, 0.3]), CLASSES)
    assert points.loc[points["class"] == "a", "prevalence"].unique() == [0.25]


def test_no_prediction_gives_no_curve():
    empty = in_domain_probabilities([], "full")
    assert roc_points(empty, CLASSES).empty and precision_recall_points(empty, CLASSES).empty
    assert reliability_points(empty).empty


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
        "here": {"a", "b", MACRO},
        "there": {"y", "z", MACRO},
    }
