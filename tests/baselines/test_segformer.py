"""SegFormer-B0: its size, its outputs, the source's dropout and upsampling, and what an unreachable hub gives."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from baselines.segformer import SegFormer, SegFormerNetwork
from sgcldff.errors import InputError

CLASSES = ("a", "b", "c")


@pytest.fixture(scope="module")
def network() -> SegFormerNetwork:
    torch.manual_seed(0)
    return SegFormer(CLASSES, 64).build_network("none")


def test_it_has_the_published_number_of_parameters(network: SegFormerNetwork) -> None:
    assert round(sum(each.numel() for each in network.parameters()) / 1e6, 1) == 3.7


@pytest.mark.parametrize("size", [64, 96])
def test_it_gives_a_mask_of_the_images_size_and_no_classes(size: int, network: SegFormerNetwork) -> None:
    outputs = network(torch.randn(2, 3, size, size))
    assert {name: tuple(tensor.shape) for name, tensor in outputs.items()} == {"mask": (2, size, size)}


def test_logits_of_stride_four_are_upsampled_without_aligned_corners(network: SegFormerNetwork) -> None:
    images = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        coarse = network.eval().mask(network.decoder(network.encoder(images)))
        expected = F.interpolate(coarse, size=(64, 64), mode="bilinear", align_corners=False)
        assert coarse.shape == (1, 1, 16, 16)
        torch.testing.assert_close(network(images)["mask"], expected[:, 0])


def test_whole_channels_drop_out_ahead_of_the_logits(network: SegFormerNetwork) -> None:
    assert isinstance(network.dropout, torch.nn.Dropout2d) and network.dropout.p == 0.1


def test_the_loss_reaches_every_parameter(network: SegFormerNetwork) -> None:
    images = torch.randn(2, 3, 64, 64).to(memory_format=torch.channels_last)
    network.eval()(images)["mask"].square().sum().backward()
    assert all(each.grad is not None for each in network.parameters())
    assert network.encoder.patch_embed1.proj.weight.grad.abs().sum() > 0


def test_it_runs_in_half_precision(network: SegFormerNetwork) -> None:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert network(torch.randn(2, 3, 64, 64))["mask"].isfinite().all()


def test_nothing_is_left_on_the_cpu() -> None:
    whole = SegFormer(CLASSES, 64).build_network("none").to("meta")
    assert whole(torch.zeros(2, 3, 64, 64, device="meta"))["mask"].is_meta


def test_a_hub_out_of_reach_is_an_input_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise ConnectionError("no route")

    monkeypatch.setattr("segmentation_models_pytorch.encoders.hf_hub_download", unreachable)
    with pytest.raises(InputError, match="mit_b0 cannot be had from the hub"):
        SegFormer(CLASSES, 64).build_network("hub")


def test_packaged_weights_are_refused() -> None:
    with pytest.raises(InputError, match="weights: package"):
        SegFormer(CLASSES, 64).build_network("package")
