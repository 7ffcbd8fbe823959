"""TransUNet: its size, tokens, positions and cascade; the source's 105 M parameters are built without memory."""

from __future__ import annotations

import pytest
import timm
import torch
from torch import nn

from baselines import transunet
from baselines.transunet import CascadeStep, TransUNet, TransUNetNetwork
from sgcldff.errors import InputError

CLASSES = ("a", "b", "c")


def without_memory(size: int) -> TransUNetNetwork:
    with torch.device("meta"):
        return TransUNet(CLASSES, size).build_network("none")


@pytest.fixture(scope="module")
def whole() -> TransUNetNetwork:
    return without_memory(64)


def narrow_transformer(size: int = 64) -> nn.Module:
    """The hybrid with one layer of 48 channels."""
    torch.manual_seed(0)
    options = {"embed_dim": 48, "depth": 1, "num_heads": 3, "pos_drop_rate": 0.1, "proj_drop_rate": 0.1}
    return timm.create_model("vit_base_r50_s16_224", img_size=size, num_classes=0, **options)


@pytest.fixture(scope="module")
def narrow() -> TransUNetNetwork:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transunet, "TOKEN", 48)
        patch.setattr(transunet, "hub_network", lambda *_, **__: narrow_transformer())
        return TransUNetNetwork(64, "none")


def test_it_has_the_published_number_of_parameters() -> None:
    assert round(sum(each.numel() for each in without_memory(224).parameters()) / 1e6, 2) == 105.28


def test_it_gives_a_mask_of_the_images_size_and_no_classes(whole: TransUNetNetwork) -> None:
    outputs = whole(torch.zeros(2, 3, 64, 64, device="meta"))
    assert {name: tuple(tensor.shape) for name, tensor in outputs.items()} == {"mask": (2, 64, 64)}
    assert outputs["mask"].is_meta  # nothing was left on the CPU


def test_tokens_and_skips_have_the_strides_of_the_source(whole: TransUNetNetwork) -> None:
    tokens, skips = whole.encoder(torch.zeros(1, 3, 64, 64, device="meta"))
    assert tuple(tokens.shape) == (1, 768, 4, 4)
    assert [tuple(skip.shape[1:]) for skip in skips] == [(512, 8, 8), (256, 16, 16), (64, 32, 32)]


def test_a_position_of_the_image_has_one_embedding_and_the_class_token_none(narrow: TransUNetNetwork) -> None:
    assert torch.equal(narrow.encoder.positions, narrow_transformer().pos_embed[:, 1:])
    assert not any("cls_token" in name for name in narrow.state_dict())


def test_attention_uses_no_fused_kernel_and_only_the_mlps_drop_out(whole: TransUNetNetwork) -> None:
    for block in whole.encoder.blocks:
        assert not block.attn.fused_attn and block.attn.proj_drop.p == 0
        assert block.mlp.drop1.p == block.mlp.drop2.p == 0.1
    assert len(whole.encoder.blocks) == 12 and whole.encoder.dropout.p == 0.1


def test_a_step_of_the_cascade_doubles_the_size_and_reads_its_skip() -> None:
    step = CascadeStep(8, 4, 6).eval()
    features, skip = torch.randn(1, 8, 3, 3), torch.randn(1, 4, 6, 6)
    assert step(features, skip).shape == (1, 6, 6, 6)
    assert not torch.equal(step(features, skip), step(features, skip + 1))


def test_the_loss_reaches_every_parameter(narrow: TransUNetNetwork) -> None:
    images = torch.randn(2, 3, 64, 64).to(memory_format=torch.channels_last)
    narrow(images)["mask"].square().sum().backward()
    assert all(each.grad is not None for each in narrow.parameters())
    assert narrow.encoder.resnet.stem.conv.weight.grad.abs().sum() > 0
    assert narrow.encoder.positions.grad.abs().sum() > 0


def test_it_runs_in_half_precision(narrow: TransUNetNetwork) -> None:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert narrow(torch.randn(2, 3, 64, 64))["mask"].isfinite().all()


def test_its_weights_come_from_the_hub_unless_asked_otherwise() -> None:
    assert TransUNet(CLASSES, 64).weights == "hub"


def test_packaged_weights_are_refused() -> None:
    with pytest.raises(InputError, match="weights: package"):
        TransUNet(CLASSES, 64).build_network("package")


def test_a_size_that_the_strides_do_not_divide_is_refused() -> None:
    with pytest.raises(InputError, match="size: 72"):
        TransUNet(CLASSES, 72)
