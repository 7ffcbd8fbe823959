"""SG-CLDFF as a method: each arm trains like the full one but for the one thing that it names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from sgcldff.config.training import Training
from sgcldff.errors import InputError
from sgcldff.method import Run, Samples
from sgcldff.model.prior import priors
from sgcldff.model.saliency import SaliencyModule
from sgcldff.training.batches import Batch, to_tensor
from sgcldff.training.losses import alignment_loss, segmentation_loss
from sgcldff.training.sg_cldff import SGCLDFF

Draw = Callable[..., Samples]
Settings = Callable[..., Training]
CLASSES = ("one nucleus", "two nuclei")


def arm(**arguments: Any) -> SGCLDFF:
    return SGCLDFF(CLASSES, 64, weights="none", **arguments)


def history(draw: Draw, settings: Settings, **arguments: Any) -> list[dict[str, float]]:
    method = arm(**arguments)
    return method.fit(draw(8), draw(4, seed=1), Run(0, settings(epochs=1)))


def test_the_full_method_has_the_alignment_loss_of_the_paper(draw: Draw, settings: Settings) -> None:
    assert "train_alignment" in history(draw, settings)[0]


@pytest.mark.parametrize("arguments", [{"alignment": 0}, {"saliency": False}, {"saliency": False, "fusion": False}])
def test_arms_without_alignment_or_saliency_have_no_such_loss(
    draw: Draw, settings: Settings, arguments: dict[str, Any]
) -> None:
    assert "train_alignment" not in history(draw, settings, **arguments)[0]


def test_no_alignment_keeps_module_and_gate_and_starts_from_the_same_weights() -> None:
    networks = []
    for alignment in (0.5, 0):
        torch.manual_seed(1)
        networks.append(arm(alignment=alignment).build_network("none"))
    full, without = (network.state_dict() for network in networks)
    assert set(full) == set(without) and all(torch.equal(full[name], without[name]) for name in full)
    images = torch.randn(2, 3, 64, 64)
    outputs = [network.eval()(images) for network in networks]
    assert all(torch.equal(outputs[0][name], outputs[1][name]) for name in ("classes", "mask", "saliency"))


def test_the_gate_of_no_alignment_still_learns() -> None:
    network = arm(alignment=0).build_network("none")
    network(torch.randn(2, 3, 64, 64))["classes"].square().sum().backward()
    assert network.saliency.map.weight.grad.abs().sum() > 0


def test_alignment_is_weighted_with_lambda() -> None:
    outputs = {"saliency": torch.rand(2, 1, 16, 16)}
    prior = torch.rand(2, 64, 64)
    batch = Batch(torch.zeros(2, 3, 64, 64), torch.zeros(2), torch.zeros(2, 64, 64), prior)
    loss = alignment_loss(outputs["saliency"], prior)
    assert torch.equal(arm().extra_loss(outputs, batch)["alignment"], 0.5 * loss)
    assert torch.equal(arm(alignment=2.0).extra_loss(outputs, batch)["alignment"], 2.0 * loss)
    assert arm(alignment=0).extra_loss(outputs, batch) == {}


def test_shuffling_exchanges_the_priors_and_nothing_else(draw: Draw) -> None:
    train, run = draw(6), Run(0)
    own, shuffled = arm().prior(train, run), arm(shuffled=True).prior(train, run)
    assert np.array_equal(own, priors(train, "colour"))
    assert not any(np.array_equal(mine, given) for mine, given in zip(own, shuffled, strict=True))
    assert sorted(each.tobytes() for each in own) == sorted(each.tobytes() for each in shuffled)
    torch.manual_seed(1)
    full = arm().build_network("none").state_dict()
    torch.manual_seed(1)
    assert all(
        torch.equal(full[name], tensor)
        for name, tensor in arm(shuffled=True).build_network("none").state_dict().items()
    )


def test_the_prior_follows_the_argument(draw: Draw) -> None:
    train = draw(3)
    assert np.array_equal(arm(prior="mask").prior(train, Run(0)), 255 * (train.masks > 0))
    assert arm(alignment=0).prior(train, Run(0)) is None
    assert arm(saliency=False).prior(train, Run(0)) is None


def test_alignment_draws_the_saliency_to_the_prior(draw: Draw) -> None:
    torch.manual_seed(0)
    train, module = draw(8), SaliencyModule()
    images, prior = to_tensor(train.images, "fixed"), torch.from_numpy(priors(train, "colour")) / 255
    optimizer = torch.optim.Adam(module.parameters(), lr=3e-3)
    losses = []
    for _ in range(80):
        loss = alignment_loss(module(images), prior)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]
    assert losses[-1] < 0.6 * alignment_loss(torch.zeros(8, 1, 16, 16), prior)  # more than the empty map would do


def test_wrong_values_are_named_with_the_possible_ones(draw: Draw, settings: Settings) -> None:
    with pytest.raises(InputError, match="prior: depth.*colour, edges, mask"):
        arm(prior="depth")
    with pytest.raises(InputError, match="normalisation: none.*fixed, image"):
        arm(normalisation="none")
    with pytest.raises(InputError, match="gate_at: head"):
        history(draw, settings, gate_at="head")


@pytest.mark.parametrize("arguments", [{}, {"saliency": False, "fusion": False}, {"gate_at": "image"}])
def test_on_a_gpu_nothing_is_left_on_the_cpu(arguments: dict[str, Any]) -> None:
    """An imitated GPU: tensors without content that refuse to meet a tensor of another device."""
    torch.use_deterministic_algorithms(True, warn_only=True)
    method = arm(**arguments)
    with FakeTensorMode():
        with torch.device("cuda"):
            network = method.build_network("none")
            batch = Batch(
                torch.zeros(4, 3, 64, 64),
                torch.zeros(4, dtype=torch.int64),
                torch.zeros(4, 64, 64, dtype=torch.uint8),
                torch.zeros(4, 64, 64),
            )
        outputs = network(batch.images)
        losses = {"segmentation": segmentation_loss(outputs["mask"], batch.masks)} | method.extra_loss(outputs, batch)
        assert {each.device.type for each in (*outputs.values(), *losses.values())} == {"cuda"}


@pytest.mark.parametrize("arguments", [{}, {"fusion": False}, {"gate_at": "image"}])
def test_half_precision_trains_with_finite_gradients(draw: Draw, arguments: dict[str, Any]) -> None:
    method, train = arm(**arguments), draw(4)
    torch.manual_seed(0)
    network = method.build_network("none")
    prior = torch.from_numpy(priors(train, "colour")) / 255
    batch = Batch(torch.randn(4, 3, 64, 64), torch.from_numpy(train.labels), torch.from_numpy(train.masks), prior)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        outputs = network(batch.images)
    losses = method.extra_loss(outputs, batch) | {"segmentation": segmentation_loss(outputs["mask"], batch.masks)}
    sum(losses.values()).backward()
    gradients = [parameter.grad for name, parameter in network.named_parameters() if not name.startswith("classify")]
    assert all(each.dtype == torch.float32 and each.isfinite().all() for each in gradients)
