"""VSGNet-style: colour constancy, saliency without learning, and the two attentions of ULMI-Net."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from baselines.ulmi_net import ASCA, CSPA, WIDTHS, ULMINet
from baselines.vsgnet import VSGNet, colour_constancy, saliency
from sgcldff.errors import InputError

CLASSES = ("a", "b", "c")
FIELD, CELL = (0.9, 0.85, 0.8), (0.5, 0.3, 0.7)


def smear(size: int = 64) -> Tensor:
    """A pale field with a purple cell in it, [1, 3, size, size] in 0..1."""
    image = torch.tensor(FIELD)[None, :, None, None].expand(1, 3, size, size).clone()
    image[:, :, size // 4 : size // 2, size // 4 : size // 2] = torch.tensor(CELL)[None, :, None, None]
    return image


def network() -> nn.Module:
    torch.manual_seed(0)
    return VSGNet(CLASSES, 64).build_network("none")


@pytest.mark.parametrize("size", [64, 96])
def test_it_gives_a_mask_of_the_images_size_and_no_classes(size: int) -> None:
    outputs = network()(torch.rand(2, 3, size, size) * 2 - 1)
    assert {name: tuple(tensor.shape) for name, tensor in outputs.items()} == {"mask": (2, size, size)}


def test_colour_constancy_takes_out_the_colour_of_the_light() -> None:
    light = torch.tensor([0.9, 0.6, 0.8])[None, :, None, None]
    one, other = colour_constancy(smear()), colour_constancy(smear() * light)
    torch.testing.assert_close(other / other.mean(), one / one.mean())


def test_colour_constancy_leaves_a_grey_light_alone() -> None:
    grey = torch.rand(1, 1, 8, 8).expand(1, 3, 8, 8)
    torch.testing.assert_close(colour_constancy(grey), grey)


def test_the_light_is_the_minkowski_mean_of_each_channel() -> None:
    image = np.random.default_rng(0).random((1, 3, 4, 4))
    light = (image**6).mean(axis=(2, 3), keepdims=True) ** (1 / 6)
    balanced = colour_constancy(torch.from_numpy(image)).numpy()
    np.testing.assert_allclose(balanced, image * light.mean() / light)


def test_the_cell_is_salient_and_the_field_is_not() -> None:
    salient = saliency(smear())
    assert salient.shape == (1, 1, 64, 64) and salient.max() == 1 and salient.min() >= 0
    assert salient[0, 0, 20:28, 20:28].min() > 0.9
    assert salient[0, 0, 52:, 52:].max() < 0.01


def test_brightness_alone_is_not_salient() -> None:
    grey = torch.full((1, 3, 64, 64), 0.9)
    grey[:, :, 16:32, 16:32] = 0.4
    assert saliency(grey).max() < 1e-3


def test_an_image_of_one_colour_has_no_saliency_and_a_mask_all_the_same() -> None:
    assert saliency(torch.full((1, 3, 64, 64), 0.7)).max() < 1e-3
    for level in (-1.0, 0.4):
        assert network().eval()(torch.full((1, 3, 64, 64), level))["mask"].isfinite().all()


def test_the_saliency_guides_the_mask() -> None:
    torch.manual_seed(0)
    segment, image = ULMINet(channels=4).eval(), torch.rand(1, 4, 64, 64)
    there, elsewhere = torch.zeros(2, 1, 1, 64, 64)
    there[..., 16:32, 16:32] = 1
    assert not torch.allclose(segment(image, there), segment(image, elsewhere))


def test_asca_weighs_its_two_pathways_against_each_other() -> None:
    torch.manual_seed(0)
    weights = ASCA(8).weights(torch.rand(2, 8, 4, 4))
    assert weights.shape == (2, 8, 1, 1) and weights.std() > 0
    torch.testing.assert_close(weights[:, :4] + weights[:, 4:], torch.full((2, 4, 1, 1), 2.0))


def test_ascas_locating_pathway_looks_farther_than_its_detail_pathway() -> None:
    module = ASCA(8).eval()
    for pathway, reach in ((module.detail, 1), (module.location, 6)):
        image = torch.randn(1, 4, 21, 21, requires_grad=True)
        pathway[0](image)[0, :, 10, 10].sum().backward()
        rows = torch.nonzero(image.grad.abs().sum(dim=(0, 1, 3))).flatten()
        assert (10 - int(rows.min()), int(rows.max()) - 10) == (reach, reach)


def test_cspa_lets_every_level_weigh_the_channels_of_every_other() -> None:
    torch.manual_seed(0)
    module = CSPA((4, 6))
    fine, coarse, guide = torch.rand(1, 4, 8, 8), torch.rand(1, 6, 4, 4), torch.zeros(1, 1, 8, 8)
    first = module([fine, coarse], guide)[0]
    assert not torch.allclose(first, module([fine, 5 * coarse], guide)[0])


def test_cspa_adds_the_weights_of_channel_and_position() -> None:
    module = CSPA((4, 6))
    for layer in (module.channel[2], module.spatial[0]):
        nn.init.zeros_(layer.weight)
    nn.init.constant_(module.channel[2].bias, 0.0)
    nn.init.constant_(module.spatial[0].bias, 0.0)
    maps = [torch.rand(1, 4, 8, 8), torch.rand(1, 6, 4, 4)]
    for before, after in zip(maps, module(maps, torch.zeros(1, 1, 8, 8)), strict=True):
        torch.testing.assert_close(after, before * (0.5 + 0.5))


def test_it_is_ultra_light() -> None:
    assert sum(each.numel() for each in network().parameters()) < 250_000


def test_the_mask_starts_from_few_cell_pixels() -> None:
    assert torch.equal(network().segment.mask.bias, torch.tensor([-2.0]))


def test_the_loss_reaches_every_parameter() -> None:
    whole = network()
    whole(torch.rand(2, 3, 64, 64) * 2 - 1)["mask"].square().sum().backward()
    assert all(each.grad is not None and each.grad.abs().sum() > 0 for each in whole.parameters())


def test_half_precision_keeps_the_image_and_its_saliency_whole() -> None:
    whole = network()
    entered = []
    whole.segment.register_forward_pre_hook(lambda _, given: entered.extend(each.dtype for each in given))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        whole(torch.rand(2, 3, 64, 64) * 2 - 1)
    assert entered == [torch.float32, torch.float32]


def test_six_levels_go_down_to_a_thirty_second() -> None:
    whole, shapes = network().eval(), []
    whole.segment.down[-1].register_forward_hook(lambda *given: shapes.append(tuple(given[2].shape)))
    whole(torch.rand(1, 3, 64, 64))
    assert shapes == [(1, WIDTHS[-1], 2, 2)]


def test_images_that_were_normalised_one_by_one_are_refused() -> None:
    with pytest.raises(InputError, match="normalisation"):
        VSGNet(CLASSES, 64, normalisation="image")
