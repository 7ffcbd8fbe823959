"""Which images a fit is tested on, what it is shown of them, and when its masks are predictions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from prepared import dataset_files
from safetensors.numpy import save_file
from short_fits import ONE_EPOCH

from sgcldff.config.stages.fit import FitSettings
from sgcldff.config.stages.predict import PredictSettings
from sgcldff.data.leakage import Audited, leakage_by_test
from sgcldff.data.perturbations import perturb
from sgcldff.data.reinhard import reinhard
from sgcldff.errors import InputError
from sgcldff.evaluation.predict import PredictFiles, predict_with_fit
from sgcldff.evaluation.predictions import read_predictions
from sgcldff.method import UNKNOWN, Method, Prediction, Run, Samples

CLASSES = ["neutrophil", "monocyte"]
SUBSETS = ["train"] * 4 + ["test"] * 2
HUE = {"hue": {"kind": "hue", "strongest": 30.0}}

LAB = [[60.0, 20.0, -10.0], [12.0, 6.0, 5.0]]  # mean and SD of L, a and b of the training images


class Brightness(Method):
    """Says by the mean grey level which class it is; its mask is what is darker than the mean."""

    def fit(self, train: Samples, validation: Samples, run: Run) -> list[dict[str, float]]:
        return []

    def predict(self, samples: Samples) -> Prediction:
        assert (samples.labels < 0).all() and (samples.masks == UNKNOWN).all()
        first = samples.images.mean(axis=(1, 2, 3)) / 255
        grey = samples.images.mean(axis=3)
        return Prediction(np.stack([first, 1 - first], axis=1), grey < grey.mean(axis=(1, 2), keepdims=True))

    def state(self) -> dict[str, np.ndarray]:
        return {"nothing": np.zeros(1)}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        pass


class Ruled(Brightness):
    segments_untaught = True


class Silent(Brightness):
    def predict(self, samples: Samples) -> Prediction:
        return Prediction(None, None)


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    """Two datasets of six images, the split of each for one seed, and what they share."""
    generator = np.random.default_rng(0)
    for name in ("a", "b"):
        folder = tmp_path / name
        folder.mkdir()
        np.save(folder / "images.npy", generator.integers(0, 256, (6, 32, 32, 3), dtype=np.uint8))
        masks = generator.integers(0, 3, (6, 32, 32), dtype=np.uint8)
        np.save(folder / "masks.npy", masks)
        ids = [f"{name}{number}" for number in range(6)]
        index = dict.fromkeys(("image_id", "group", "source", "sha256"), ids)
        index |= {"label": CLASSES * 3, "source_label": ["Neutro", "other"] * 3, "masked": "yes"}
        pd.DataFrame(index).to_csv(folder / "index.csv", index=False)
        pd.DataFrame({"image_id": ids, "subset": SUBSETS}).to_csv(folder / "split.csv", index=False)
    (tmp_path / "a--b.csv").write_text("first,second,kind\na1,b3,overlap\n")
    return tmp_path


def write_fit(folder: Path, method: type[Method], masks: int) -> tuple[Path, Path]:
    """Weights and record of a fit that had this many training masks."""
    settings = FitSettings(
        trained_on="a",
        members=["a"],
        method="mine",
        class_path=f"{__name__}.{method.__name__}",
        arguments={},
        classes=CLASSES,
        size=32,
        seed=0,
        training=ONE_EPOCH,
        device="cpu",
    )
    weights, record = folder / "weights.safetensors", folder / "fit.json"
    record.write_text(json.dumps({"asked": settings.model_dump(), "used": {"train_masks": masks, "train_lab": LAB}}))
    save_file({"nothing": np.zeros(1)}, weights)
    return weights, record


def predictions(
    prepared: Path,
    tested_on: str,
    method: type[Method] = Brightness,
    masks: int = 4,
    failed: dict[str, Any] | None = None,
    keep_going: bool = False,
    **changes: Any,
) -> pd.DataFrame:
    """The predictions of a fit of `method` that had this many training masks; failed: what its record says of that."""
    dataset = tested_on.partition("@")[0]
    values = {
        "trained_on": "a",
        "members": ["a"],
        "tested_on": [tested_on],
        "datasets": [dataset],
        "axes": HUE,
        "labels": {tested_on: None},
        "method": "mine",
        "at_test": None,
        "seed": 0,
        "classes": CLASSES,
        "device": "cpu",
    }
    settings = PredictSettings(**(values | changes))
    files = PredictFiles(
        datasets=[dataset_files(prepared / dataset)],
        splits=[prepared / dataset / "split.csv"] if dataset in settings.members else [],
        overlaps=[prepared / "a--b.csv"],
    )
    out = prepared / "predictions.parquet"
    weights, record = write_fit(prepared, method, masks)
    record.write_text(json.dumps(json.loads(record.read_text()) | {"failed": failed}))
    predict_with_fit(settings, weights, record, files, [out], prepared / "cost.json", 1, keep_going)
    return read_predictions(out)


def test_a_fit_is_tested_on_the_test_subset_of_its_own_dataset(prepared):
    assert predictions(prepared, "a")["image_id"].tolist() == ["a4", "a5"]


def test_a_fit_is_tested_on_all_of_another_dataset_but_what_it_may_have_seen(prepared):
    assert predictions(prepared, "b")["image_id"].tolist() == ["b0", "b1", "b2", "b4", "b5"]


@pytest.fixture
def grouped(prepared: Path) -> Path:
    """The same, but b2, b3 and b4 show one piece of a smear, of which b3 overlaps a1."""
    file = prepared / "b" / "index.csv"
    index = pd.read_csv(file)
    index.assign(group=index["group"].replace({"b3": "b2", "b4": "b2"})).to_csv(file, index=False)
    return prepared


def test_the_whole_group_of_an_image_that_it_may_have_seen_is_left_out(grouped):
    assert predictions(grouped, "b")["image_id"].tolist() == ["b0", "b1", "b5"]


@pytest.mark.parametrize(("trained_on", "tested_on"), [("a", "a"), ("a", "b"), ("b", "a"), ("both", "b")])
def test_the_images_with_predictions_are_those_of_the_audit(grouped, trained_on, tested_on):
    pools = {"both": ["a", "b"]}
    files = Audited(
        index={name: grouped / name / "index.csv" for name in ("a", "b")},
        duplicates={},
        overlaps={("a", "b"): grouped / "a--b.csv"},
        splits={name: {0: grouped / name / "split.csv"} for name in ("a", "b")},
    )
    audit = leakage_by_test(files, {trained_on: [tested_on]}, pools).iloc[0]
    members = pools.get(trained_on, [trained_on])
    frame = predictions(grouped, tested_on, trained_on=trained_on, members=members)
    whole = 2 if tested_on in members else 6
    assert frame["image_id"].nunique() == len(frame) == audit["images"] == whole - audit["left_out"]


def test_a_fit_on_a_pool_is_tested_on_the_test_subset_of_a_member(prepared):
    frame = predictions(prepared, "b", trained_on="both", members=["a", "b"])
    assert frame["image_id"].tolist() == ["b4", "b5"]


def test_stain_shifted_images_are_those_of_the_test_subset_under_the_same_truth(prepared):
    frame = predictions(prepared, "a@hue@0.5")
    images = np.load(prepared / "a/images.npy")[4:]
    shown = perturb(images, ["a4", "a5"], "hue", 30.0, 0.5)
    assert frame["image_id"].tolist() == ["a4", "a5"] and frame["label"].tolist() == CLASSES
    np.testing.assert_allclose(frame["p_neutrophil"], shown.mean(axis=(1, 2, 3)) / 255)
    assert not np.array_equal(shown, images)


def test_images_are_brought_to_the_colours_of_the_training_images_after_they_were_perturbed(prepared):
    frame = predictions(prepared, "a@hue@0.5", at_test="reinhard")
    images = perturb(np.load(prepared / "a/images.npy")[4:], ["a4", "a5"], "hue", 30.0, 0.5)
    shown = reinhard(images, np.array(LAB))
    np.testing.assert_allclose(frame["p_neutrophil"], shown.mean(axis=(1, 2, 3)) / 255)


class Adapted(Brightness):
    """Classes by how much brighter an image is than those it was adapted to."""

    level = 0.0

    def adapted(self, images: np.ndarray) -> Method:
        other = Adapted(self.classes, self.size)
        other.level = images.mean()
        return other

    def predict(self, samples: Samples) -> Prediction:
        first = (samples.images.mean(axis=(1, 2, 3)) - self.level + 255) / 510
        return Prediction(np.stack([first, 1 - first], axis=1), None)


def test_a_method_is_adapted_to_all_images_that_it_is_shown_and_no_further(prepared):
    images = np.load(prepared / "a/images.npy")[4:]
    frame = predictions(prepared, "a", Adapted, at_test="adabn")
    np.testing.assert_allclose(frame["p_neutrophil"], (images.mean(axis=(1, 2, 3)) - images.mean() + 255) / 510)
    plain = predictions(prepared, "a", Adapted)
    np.testing.assert_allclose(plain["p_neutrophil"], (images.mean(axis=(1, 2, 3)) + 255) / 510)


def test_what_has_no_statistics_is_not_adapted(prepared):
    with pytest.raises(InputError, match="Brightness has no batch normalisation to adapt"):
        predictions(prepared, "a", at_test="adabn")


def test_in_another_label_space_the_sources_labels_are_mapped_and_the_rest_is_unlabelled(prepared):
    frame = predictions(prepared, "b", labels={"b": {"Neutro": "monocyte", "other": None}})
    assert [label for label in frame["label"] if isinstance(label, str)] == ["monocyte"] * 3
    assert frame["label"].isna().tolist() == [False, True, False, False, True]


def test_masks_that_were_never_taught_are_no_predictions(prepared):
    assert predictions(prepared, "a", masks=0)["mask"].isna().all()


def test_masks_by_rule_need_no_teaching(prepared):
    assert predictions(prepared, "a", Ruled, masks=0)["mask"].notna().all()


def test_a_method_that_gives_nothing_is_named(prepared):
    with pytest.raises(InputError, match="mine gave neither probabilities nor masks"):
        predictions(prepared, "a", Silent)


def test_a_dataset_of_which_nothing_is_left_to_test_is_named(prepared):
    pairs = "".join(f"a{number},b{number},same pixels\n" for number in range(6))
    (prepared / "a--b.csv").write_text("first,second,kind\n" + pairs)
    with pytest.raises(InputError, match=r"b/index\.csv shows the same as one of a.*leave the pair \[a, b\] out"):
        predictions(prepared, "b")


def test_every_prediction_file_holds_the_test_of_its_place(prepared):
    """Several tests at once: files in the order of the names, datasets in an order of their own."""
    names = ["b", "a", "a@hue@0.5"]
    settings = PredictSettings(
        trained_on="a",
        members=["a"],
        tested_on=names,
        datasets=["a", "b"],
        axes=HUE,
        at_test=None,
        labels=dict.fromkeys(names),
        method="mine",
        seed=0,
        classes=CLASSES,
        device="cpu",
    )
    files = PredictFiles(
        datasets=[dataset_files(prepared / name) for name in ("a", "b")],
        splits=[prepared / "a" / "split.csv"],
        overlaps=[prepared / "a--b.csv"],
    )
    out = [prepared / f"{number}.parquet" for number in range(3)]
    predict_with_fit(settings, *write_fit(prepared, Brightness, 4), files, out, prepared / "cost.json", 1)
    frames = [read_predictions(file) for file in out]
    assert [frame["tested_on"].iloc[0] for frame in frames] == names
    assert [len(frame) for frame in frames] == [5, 2, 2]


def test_a_fit_that_failed_has_every_test_image_and_no_prediction(prepared):
    failed = {"reason": "the loss of epoch 3 is not finite", "try_again": False}
    frame = predictions(prepared, "a", failed=failed)
    assert frame["image_id"].tolist() == ["a4", "a5"] and frame["mask"].isna().all()
    assert frame[[f"p_{name}" for name in CLASSES]].isna().all(axis=None)
    assert json.loads((prepared / "cost.json").read_text())["failed"] == failed


def test_predictions_that_fail_stop_the_job_or_are_recorded_where_it_is_to_keep_going(prepared):
    with pytest.raises(InputError, match="neither probabilities nor masks"):
        predictions(prepared, "a", Silent)
    assert predictions(prepared, "a", Silent, keep_going=True)["mask"].isna().all()
    assert json.loads((prepared / "cost.json").read_text())["failed"]["try_again"]
