from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from prepared import dataset_files, write_prepared
from short_fits import fit_of

from sgcldff.config.stages.attention import AttentionSettings
from sgcldff.evaluation import attention
from sgcldff.evaluation.attention import attention_maps, evenly, measure_attention, measures, redrawn
from sgcldff.method import CYTOPLASM, NUCLEUS, UNKNOWN, Samples
from sgcldff.tables.attention import ATTENTION_METRICS, IMAGES_ATTENDED, OF_SALIENCY
from sgcldff.tables.read import read_table
from sgcldff.training.fit import FitFiles
from sgcldff.training.sg_cldff import SGCLDFF

SIZE = 64
ASKED = {"method": "method", "classes": ["x", "y"], "size": SIZE, "seed": 3}


def drawn(count: int = 8) -> Samples:
    """A purple cell with a nucleus on a pale field, the last without a mask."""
    generator = np.random.default_rng(0)
    images = generator.integers(190, 240, (count, SIZE, SIZE, 3), np.uint8)
    masks = np.zeros((count, SIZE, SIZE), np.uint8)
    masks[:, 20:44, 20:44], masks[:, 26:38, 26:38] = CYTOPLASM, NUCLEUS
    images[masks > 0] = images[masks > 0] // (2, 4, 2)
    masks[-1] = UNKNOWN
    return Samples(list("hgfedcba")[:count], images, np.arange(count) % 2, masks)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight images of two classes, prepared, four of them for the test."""
    samples, tmp_path = drawn(), tmp_path_factory.mktemp("prepared")
    subsets = ["train"] * 2 + ["validation"] * 2 + ["test"] * 4
    write_prepared(tmp_path, samples, ["x", "y"], subsets)
    return tmp_path


def measured(files: FitFiles, folder: Path) -> pd.DataFrame:
    settings = AttentionSettings(dataset="drawn", method="method", seed=3, device="cpu")
    out = folder / "new" / "attention.csv"
    measure_attention(settings, files.weights, files.record, dataset_files(folder), folder / "split.csv", out, 1)
    return read_table(out, IMAGES_ATTENDED)


@pytest.fixture(scope="module")
def of_a_fit(folder: Path) -> pd.DataFrame:
    """The table of a fit of SG-CLDFF."""
    return measured(
        fit_of("sgcldff.training.sg_cldff.SGCLDFF", {"weights": "none", "width": 16}, folder, **ASKED), folder
    )


@pytest.fixture
def method(monkeypatch: pytest.MonkeyPatch) -> SGCLDFF:
    """Not fitted; deletion and insertion take a single step."""
    monkeypatch.setattr(attention, "STEPS", 1)
    method = SGCLDFF(("x", "y"), SIZE, weights="none", width=16)
    method.network = redrawn(method, 0)
    return method


def test_a_fit_has_a_row_for_each_test_image_and_one_of_the_control(of_a_fit):
    assert tuple(of_a_fit.columns) == IMAGES_ATTENDED.columns
    assert of_a_fit["image_id"].tolist() == list("dcba") * 2
    assert of_a_fit["weights"].tolist() == ["trained"] * 4 + ["random"] * 4
    assert of_a_fit[["dataset", "method", "seed"]].drop_duplicates().values.tolist() == [["drawn", "method", 3]]


def test_what_needs_a_mask_is_missing_where_there_is_none(of_a_fit):
    without = of_a_fit[of_a_fit["image_id"] == "a"]
    located = [name for name in ATTENTION_METRICS if name.startswith(("saliency_", "cam_", "area_"))]
    located.remove("saliency_sd")
    assert without[located].isna().all(axis=None)
    assert of_a_fit.loc[of_a_fit["image_id"] == "d", "area_cell"].notna().all()
    others = ["prior_distance", "prior_correlation", "saliency_sd"]
    assert without[others].notna().all(axis=None)


def test_the_shares_of_the_area_are_those_of_the_mask(method):
    table = measures(method, method.network, drawn().first(2))
    assert table["area_cell"].tolist() == pytest.approx([24**2 / SIZE**2] * 2)
    assert table["area_nucleus"].tolist() == pytest.approx([12**2 / SIZE**2] * 2)


def test_the_numbers_are_those_of_the_maps(method):
    """S is made the prior itself: no distance, and the share of the prior in the cell."""
    samples = drawn().first(2)
    prior = torch.from_numpy(attention.priors(samples, "colour") / 255).float()
    coarse = torch.nn.functional.adaptive_avg_pool2d(prior, SIZE // 4)[:, None]
    method.network.saliency.forward = lambda images: coarse[[number % 2 for number in range(len(images))]]
    table = measures(method, method.network, samples)
    assert table["prior_distance"].tolist() == pytest.approx([0, 0], abs=1e-6)
    assert table["prior_correlation"].tolist() == pytest.approx([1, 1])
    assert (table["saliency_cell"] > 2 * table["area_cell"]).all()
    assert table["saliency_pointing"].tolist() == [1, 1]


def test_the_class_explained_is_the_one_that_the_network_names(method, monkeypatch):
    asked = []
    monkeypatch.setattr(
        attention, "grad_cam", lambda network, layer, images, targets: asked.extend(targets) or np.zeros((3, 64, 64))
    )
    images = drawn(3).images
    maps = attention_maps(method, method.network, images)
    assert asked == maps.named.tolist()
    predicted = method.predict(drawn(3).without_truth()).probabilities.argmax(axis=1)
    assert predicted.tolist() == maps.named.tolist()


def test_an_arm_without_the_module_has_no_measure_of_s():
    method = SGCLDFF(("x", "y"), SIZE, weights="none", width=16, saliency=False)
    method.network = redrawn(method, 0)
    table = measures(method, method.network, drawn().first(2))
    assert table[[*OF_SALIENCY, "agreement"]].isna().all(axis=None)
    assert table["area_cell"].notna().all()


def test_curves_are_measured_on_some_of_the_images_alone(method, monkeypatch):
    monkeypatch.setattr(attention, "MOST_CURVES", 2)
    table = measures(method, method.network, drawn(5))
    assert table["deletion"].notna().tolist() == table["insertion"].notna().tolist() == [True, *[False] * 3, True]


def test_the_control_keeps_to_its_seed_and_is_not_the_fit(method):
    first, again, other = (redrawn(method, seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["saliency.map.weight"], other["saliency.map.weight"])
    assert not torch.equal(first["saliency.map.weight"], method.network.state_dict()["saliency.map.weight"])


def test_no_more_than_so_many_images_are_taken_evenly():
    assert evenly(9, 3) == [0, 4, 8]
    assert evenly(3, 64) == [0, 1, 2]


def test_what_a_method_shows_its_network_is_what_is_measured(method, monkeypatch):
    seen = []
    monkeypatch.setattr(method, "seen", lambda samples: replace(samples, images=255 - samples.images))
    monkeypatch.setattr(attention, "attention_maps", lambda _, network, images: seen.append(images))
    assert measures(method, method.network, drawn(2)).empty
    assert np.array_equal(seen[0], 255 - drawn(2).images)


@pytest.mark.parametrize(
    ("class_path", "arguments"),
    [("baselines.controls.Chance", {}), ("baselines.unetpp.UNetPlusPlus", {"weights": "none"})],
)
def test_a_method_without_a_network_that_classifies_has_no_rows(folder, class_path, arguments):
    assert measured(fit_of(class_path, arguments, folder, **ASKED), folder).empty


def test_a_fit_that_failed_has_no_rows(folder):
    files = fit_of("baselines.controls.Chance", {}, folder, **ASKED)
    content = json.loads(files.record.read_text()) | {"failed": {"reason": "the loss", "try_again": False}}
    files.record.write_text(json.dumps(content))
    assert measured(files, folder).empty
