"""UNet++: segmentation alone or with a class head, the encoder's weights, the start of its mask."""

from __future__ import annotations

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from baselines.unetpp import UNetPlusPlus
from sgcldff.errors import InputError
from sgcldff.model.cnn_stages import efficientnet_lite0
from sgcldff.model.heads import ClassificationHead

CLASSES = ("a", "b", "c")


def network(weights: str = "none", seed: int = 0, second_head: bool = False) -> torch.nn.Module:
    torch.manual_seed(seed)
    return UNetPlusPlus(CLASSES, 64, second_head=second_head).build_network(weights)


@pytest.mark.parametrize("size", [64, 96])
def test_alone_it_gives_a_mask_of_the_images_size(size: int) -> None:
    outputs = network()(torch.randn(2, 3, size, size))
    assert {name: tuple(tensor.shape) for name, tensor in outputs.items()} == {"mask": (2, size, size)}


def test_with_the_second_head_it_gives_class_logits_too() -> None:
    outputs = network(second_head=True)(torch.randn(2, 3, 64, 64))
    assert {name: tuple(tensor.shape) for name, tensor in outputs.items()} == {"classes": (2, 3), "mask": (2, 64, 64)}


def test_the_second_head_is_sg_cldffs_on_the_encoder_map_at_a_sixteenth_of_the_image() -> None:
    whole = network(second_head=True).eval()
    images = torch.randn(1, 3, 64, 64)
    assert isinstance(whole.class_head, ClassificationHead)
    (sixteenth,) = (each for each in whole.network.encoder(images) if each.shape[-2:] == (4, 4))
    assert torch.equal(whole(images)["classes"], whole.class_head(sixteenth))


def test_outputs_are_logits() -> None:
    outputs = network(second_head=True).eval()(5 * torch.randn(2, 3, 64, 64))
    assert not torch.allclose(outputs["classes"].sum(dim=1), torch.ones(2))
    assert outputs["mask"].min() < 0


def test_the_mask_starts_from_few_cell_pixels() -> None:
    assert torch.equal(network().network.segmentation_head[0].bias, torch.tensor([-2.0]))


def test_the_encoder_starts_with_the_packaged_weights() -> None:
    encoder, pretrained = (
        network("package").network.encoder.model.state_dict(),
        efficientnet_lite0("package").state_dict(),
    )
    assert "conv_stem.weight" in encoder and "blocks.6.0.conv_pw.weight" in encoder
    assert all(torch.equal(tensor, pretrained[name]) for name, tensor in encoder.items())


def test_no_weights_are_random_ones_that_follow_the_seed() -> None:
    first, again, other = (network(seed=seed).state_dict() for seed in (1, 1, 2))
    stem = "network.encoder.model.conv_stem.weight"
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first[stem], other[stem])
    assert not torch.equal(first[stem], efficientnet_lite0("package").state_dict()["conv_stem.weight"])


def test_an_unknown_source_of_weights_is_refused() -> None:
    with pytest.raises(InputError, match="weights: imagenet"):
        network("imagenet")


def test_both_heads_reach_the_encoder() -> None:
    for output in ("classes", "mask"):
        whole = network(second_head=True)
        whole(torch.randn(2, 3, 64, 64))[output].square().sum().backward()
        assert whole.network.encoder.model.conv_stem.weight.grad.abs().sum() > 0


def test_on_a_gpu_nothing_is_left_on_the_cpu() -> None:
    with FakeTensorMode():
        with torch.device("cuda"):
            whole = UNetPlusPlus(CLASSES, 64, second_head=True).build_network("none")
        outputs = whole(torch.zeros(2, 3, 64, 64, device="cuda"))
        assert {each.device.type for each in outputs.values()} == {"cuda"}
