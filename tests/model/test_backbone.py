"""The EfficientSwin backbone gives the maps that the paper prints, and the same ones to every arm."""

from __future__ import annotations

import pytest
import torch

from sgcldff.errors import InputError
from sgcldff.model.backbone import EfficientSwin, SwinPair


def drawn(levels: tuple[int, ...], gate_at: str = "features", size: int = 64) -> EfficientSwin:
    torch.manual_seed(7)
    return EfficientSwin(size, "none", gate_at, levels).eval()


@pytest.mark.parametrize(("size", "sides"), [(224, (56, 28, 14)), (96, (24, 12, 6)), (64, (16, 8, 4))])
def test_the_maps_have_the_printed_sizes_and_scale_with_the_image(size: int, sides: tuple[int, ...]) -> None:
    backbone = drawn((0, 1, 2), size=size)
    with torch.inference_mode():
        maps = backbone(torch.zeros(1, 3, size, size), torch.ones(1, 1, size // 4, size // 4))
    expected = [(1, width, side, side) for width, side in zip((64, 128, 256), sides, strict=True)]
    assert [tuple(each.shape) for each in maps] == expected


@pytest.mark.parametrize("size", [64, 96, 128, 224, 384])
def test_windows_divide_every_map_and_the_second_block_of_a_pair_shifts(size: int) -> None:
    for pair in drawn((0, 1, 2), size=size).swin.values():
        plain, shifted = pair.blocks
        assert plain.window_size == shifted.window_size == (size // 32, size // 32)
        assert plain.input_resolution[0] % plain.window_size[0] == 0
        assert plain.shift_size == (0, 0)
        assert shifted.shift_size == (size // 64, size // 64)


def test_maps_that_are_not_wanted_are_not_made() -> None:
    backbone = drawn((2,))
    first, second, third = backbone(torch.zeros(1, 3, 64, 64), None)
    assert first is None and second is None and third.shape == (1, 256, 4, 4)
    assert list(backbone.swin) == ["f3"]


def test_the_deepest_map_is_the_same_whether_or_not_the_others_are_wanted() -> None:
    images = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        assert torch.equal(drawn((2,))(images, None)[2], drawn((0, 1, 2))(images, None)[2])


def test_a_saliency_of_one_changes_nothing_and_a_saliency_of_zero_hides_the_image() -> None:
    backbone, images = drawn((0, 1, 2)), torch.randn(2, 3, 64, 64)
    saliency = torch.ones(2, 1, 16, 16)
    with torch.inference_mode():
        for plain, open_gate in zip(backbone(images, None), backbone(images, saliency), strict=True):
            assert torch.allclose(plain, open_gate, atol=1e-6)
        for one, other in zip(backbone(images, 0 * saliency), backbone(-images, 0 * saliency), strict=True):
            assert torch.equal(one, other)


def test_the_gate_at_the_image_hides_the_image_before_the_first_stage() -> None:
    backbone, images = drawn((0,), gate_at="image"), torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        hidden = backbone(images, torch.zeros(1, 1, 16, 16))[0]
        assert torch.equal(hidden, backbone(torch.zeros_like(images), None)[0])


def test_the_next_stage_goes_on_from_the_map_before_the_projection() -> None:
    backbone, images = drawn((0, 1, 2)), torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        before = backbone(images, None)[1]
        backbone.swin["f1"].project[0].weight.zero_()
        assert torch.equal(before, backbone(images, None)[1])


def test_a_pair_of_swin_blocks_lets_neighbouring_windows_exchange_information() -> None:
    torch.manual_seed(0)
    pair = SwinPair(8, 64, side=8, window=4).eval()
    features = torch.randn(1, 8, 8, 8)
    changed = features.clone()
    changed[0, :, 3, 3] += 1  # the last position of the first window
    with torch.inference_mode():
        moved = (pair(features) - pair(changed)).abs().amax(dim=1)[0]
    assert moved[0, 0] > 0  # the same window
    assert moved[5, 5] > 0  # the window diagonally behind it


@pytest.mark.parametrize("size", [32, 100, 225])
def test_a_size_that_the_strides_do_not_divide_is_refused(size: int) -> None:
    with pytest.raises(InputError, match=f"size: {size}.*multiple of 32"):
        EfficientSwin(size, "none", "features", (0, 1, 2))


def test_an_unknown_place_of_the_gate_is_refused() -> None:
    with pytest.raises(InputError, match="gate_at: middle.*features, image"):
        EfficientSwin(64, "none", "middle", (0, 1, 2))
