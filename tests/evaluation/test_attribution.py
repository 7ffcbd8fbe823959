from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from prepared import dataset_files, write_prepared
from short_fits import fit_of

from sgcldff.errors import InputError
from sgcldff.evaluation.attribution import explain, grad_cam, saliency_maps
from sgcldff.evaluation.predictions import write_predictions
from sgcldff.method import Prediction, Samples
from sgcldff.model.network import SGCLDFFNetwork
from sgcldff.reporting.figures.explanations import read_explanations
from sgcldff.tables.explained import EXPLAINED
from sgcldff.tables.read import read_table

SIZE = 64
ASKED = {"method": "full", "classes": ["x", "y"], "size": SIZE, "seed": 0}


def network(saliency: bool = True) -> SGCLDFFNetwork:
    torch.manual_seed(0)
    return SGCLDFFNetwork(
        3, SIZE, saliency=saliency, fusion=True, width=16, weights="none", gate_at="features", gate="S", heads="both"
    )  # fmt: skip


@pytest.fixture
def images() -> torch.Tensor:
    return torch.randn(2, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(1))


def test_grad_cam_is_the_rectified_sum_of_channels_weighted_by_their_mean_gradients(images):
    """Against Selvaraju et al. 2017, equations 1 and 2, written out with autograd."""
    net = network().eval()
    maps = grad_cam(net, net.fusion, images, [0, 2])
    stored = {}
    net.fusion.register_forward_hook(lambda _, __, output: stored.update(fused=output))
    for row, target in enumerate([0, 2]):
        logits = net(images[row : row + 1])["classes"]
        gradient = torch.autograd.grad(logits[0, target], stored["fused"])[0]
        coarse = torch.relu((gradient.mean(dim=(2, 3), keepdim=True) * stored["fused"]).sum(dim=1, keepdim=True))
        expected = torch.nn.functional.interpolate(coarse, (SIZE, SIZE), mode="bilinear")[0, 0].detach().numpy()
        np.testing.assert_allclose(maps[row], expected / expected.max(), atol=1e-5)


def test_grad_cam_leaves_the_network_without_gradients_and_in_its_evaluation_mode(images):
    net = network()
    grad_cam(net, net.fusion, images, [0, 1])
    assert not net.training
    assert all(parameter.grad is None for parameter in net.parameters())


def test_saliency_is_shown_at_the_size_of_the_images(images):
    maps = saliency_maps(network(), images)
    assert maps.shape == (2, SIZE, SIZE)
    assert maps.min() >= 0
    assert maps.max() <= 1


def test_an_arm_without_the_module_has_no_saliency_map(images):
    assert saliency_maps(network(saliency=False), images) is None


@pytest.fixture
def samples(tmp_path: Path) -> Samples:
    """Six images of two classes, prepared and split in `tmp_path`."""
    generator = np.random.default_rng(0)
    samples = Samples(
        list("abcdef"),
        generator.integers(0, 256, (6, SIZE, SIZE, 3), np.uint8),
        np.arange(6) % 2,
        generator.integers(0, 3, (6, SIZE, SIZE), np.uint8),
    )
    subsets = ["train"] * 2 + ["validation"] * 2 + ["test"] * 2
    write_prepared(tmp_path, samples, ["x", "y"], subsets)
    return samples


def test_an_explanation_holds_images_truth_masks_and_maps(samples: Samples, tmp_path: Path) -> None:
    files = fit_of("sgcldff.training.sg_cldff.SGCLDFF", {"weights": "none"}, tmp_path, **ASKED)
    prediction, out, table = tmp_path / "prediction.parquet", tmp_path / "new" / "maps.npz", tmp_path / "facts.csv"
    probabilities = np.array([[0.6, 0.4]] * 6)  # "x" for all: three right, three wrong
    write_predictions(
        prediction,
        trained_on="drawn",
        tested_on="drawn",
        method="full",
        seed=0,
        classes=["x", "y"],
        truth=samples,
        prediction=Prediction(probabilities, samples.masks > 1),
    )
    explain(files.weights, files.record, prediction, dataset_files(tmp_path), out, table)
    facts = read_table(table, EXPLAINED)
    shown = facts[facts["image_id"] != ""]
    with np.load(out) as maps:
        assert maps["rule"].tolist() == shown["rule"].tolist() == ["typical", "worst", "wrong", "border"]
        rows = [samples.image_ids.index(image_id) for image_id in maps["image_id"]]
        assert maps["image_id"].tolist() == shown["image_id"].tolist()
        assert np.array_equal(maps["image"], samples.images[rows])
        assert np.array_equal(maps["cell"], samples.masks[rows] > 0)
        assert np.array_equal(maps["nucleus"], samples.masks[rows] == 2) and maps["known"].all()
        assert np.array_equal(maps["mask"], samples.masks[rows] > 1)
        assert maps["prior"].shape == maps["saliency"].shape == maps["cam"].shape == (4, SIZE, SIZE)
        outside = [each[~cell].sum() / each.sum() for each, cell in zip(maps["cam"], maps["cell"], strict=True)]
        np.testing.assert_allclose(shown["cam_outside"], outside, rtol=1e-5)
    assert (shown["method"] == "full").all() and (shown["seed"] == 0).all()


def test_only_sg_cldff_is_explained(samples: Samples, tmp_path: Path) -> None:
    files = fit_of("baselines.controls.Chance", {}, tmp_path, **ASKED)
    outputs = tmp_path / "maps.npz", tmp_path / "f.csv"
    with pytest.raises(InputError, match=r"fit\.json is of Chance, and only SG-CLDFF is explained"):
        explain(files.weights, files.record, tmp_path / "none", dataset_files(tmp_path), *outputs)


def test_of_a_fit_that_failed_nothing_is_explained(samples: Samples, tmp_path: Path) -> None:
    files = fit_of("baselines.controls.Chance", {}, tmp_path, **ASKED)
    content = json.loads(files.record.read_text()) | {"failed": {"reason": "the loss", "try_again": False}}
    files.record.write_text(json.dumps(content))
    maps, facts = tmp_path / "maps.npz", tmp_path / "f.csv"
    explain(files.weights, files.record, tmp_path / "none", dataset_files(tmp_path), maps, facts)
    assert len(read_explanations(maps)["image_id"]) == 0
    assert read_table(facts, EXPLAINED).empty
