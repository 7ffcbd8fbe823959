"""Saliency-CenterNet-style: saliency and its window, CenterNet's targets, losses and boxes, the salient region."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
import torch

from baselines.centre_points import best_box, boxes_of, detection_losses, encode, focal_loss, radius
from baselines.itti_saliency import (
    most_salient_window,
    opponent_channels,
    saliency,
    symmetric_surround,
    weigh,
)
from baselines.saliency_centernet import CenterNet, SaliencyCenterNet, box_in_image, filled, focus, salient_region
from sgcldff.errors import InputError
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN, Samples
from sgcldff.training.batches import Batch


def mask_with(*boxes: tuple[int, int, int, int], size: int = 64) -> np.ndarray:
    """Codes with a rectangle of cytoplasm in each box (x0, y0, x1, y1)."""
    mask = np.full((size, size), BACKGROUND, np.uint8)
    for x0, y0, x1, y1 in boxes:
        mask[y0:y1, x0:x1] = CYTOPLASM
    return mask


def test_opponent_channels_are_ittis() -> None:
    red, green, blue = 0.8, 0.4, 0.6
    image = np.round(255 * np.array([[[red, green, blue]]])).astype(np.uint8)
    intensity, red_green, blue_yellow = (float(each[0, 0]) for each in opponent_channels(image))
    r, g, b = (each / 0.6 for each in (red, green, blue))
    assert intensity == pytest.approx(0.6)
    assert red_green == pytest.approx((r - (g + b) / 2) - (g - (r + b) / 2), abs=1e-5)
    assert blue_yellow == pytest.approx((b - (r + g) / 2) - ((r + g) / 2 - abs(r - g) / 2 - b), abs=1e-5)


def test_a_dark_pixel_has_no_hue() -> None:
    image = np.array([[[255, 255, 255], [20, 0, 0]]], np.uint8)
    _, red_green, blue_yellow = opponent_channels(image)
    assert red_green[0, 1] == 0 and blue_yellow[0, 1] == 0


def test_the_surround_is_the_largest_window_around_a_pixel_that_the_image_holds() -> None:
    channel = np.random.default_rng(0).random((7, 9)).astype(np.float32)
    surround = symmetric_surround(channel)
    assert surround[3, 4] == pytest.approx(channel.mean())
    assert surround[0, 0] == pytest.approx(channel[0, 0])
    assert surround[1, 3] == pytest.approx(channel[0:3, 0:7].mean())
    assert surround[5, 7] == pytest.approx(channel[4:7, 6:9].mean())


def test_a_map_with_many_peaks_weighs_less_than_one_with_one() -> None:
    one = np.zeros((96, 96), np.float32)
    one[48, 48] = 3
    many = one.copy()
    many[20, 20] = many[70, 20] = 1.5
    assert weigh(one).max() == 1
    assert weigh(many).max() == pytest.approx((1 - 0.5) ** 2)
    assert not weigh(np.full((96, 96), 2.0, np.float32)).any()


@pytest.mark.parametrize("stain", ["purple", "yellow"])
def test_a_cell_is_more_salient_than_its_field(draw, stain: str) -> None:
    image, mask = draw([(40, 52, 16, 2)], stain)
    salience = saliency(image)
    assert salience[mask == NUCLEUS].mean() > 3 * salience[mask == BACKGROUND].mean() > 0


@pytest.mark.parametrize("factor", [1, 2])
def test_the_window_holds_the_cell_and_lies_in_the_image(draw, factor: int) -> None:
    for x, y in ((20, 20), (48, 48), (76, 30)):
        image, mask = draw([(x, y, 15, 1)])
        large = cv2.resize(image, None, fx=factor, fy=factor)
        left, top, side = most_salient_window(large)
        assert 0 <= left <= left + side <= len(large) and 0 <= top <= top + side <= len(large)
        assert len(large) * 0.6 < side < len(large)
        cell = np.argwhere(mask != BACKGROUND) * factor
        assert (cell >= [top, left]).all() and (cell < [top + side, left + side]).all()


def test_an_image_of_one_colour_is_its_own_window() -> None:
    assert most_salient_window(np.full((64, 64, 3), 200, np.uint8)) == (0, 0, 64)


def test_boxes_are_those_of_the_whole_cells_without_scraps() -> None:
    mask = mask_with((8, 12, 28, 40), (40, 40, 60, 60), (0, 0, 2, 2))
    mask[20:30, 12:20] = NUCLEUS
    mask[62:, :] = UNKNOWN
    assert boxes_of(mask).tolist() == [[8, 12, 28, 40], [40, 40, 60, 60]]
    assert boxes_of(mask_with()).shape == (0, 4)


def test_the_radius_is_the_smallest_of_the_authors_three_cases() -> None:
    for width, height in ((5, 5), (9, 14), (24, 20)):
        total, area, overlap = width + height, width * height, 0.7
        cases = [
            (total + math.sqrt(total**2 - 4 * area * (1 - overlap) / (1 + overlap))) / 2,
            (2 * total + math.sqrt(4 * total**2 - 16 * (1 - overlap) * area)) / 2,
            (-2 * overlap * total + math.sqrt(4 * overlap**2 * total**2 + 16 * overlap * (1 - overlap) * area)) / 2,
        ]
        assert radius(width, height) == int(min(cases))


def test_targets_are_those_of_a_hand_computation() -> None:
    # Centre (18, 26) pixels, that is (4.5, 6.5) on the maps; 5 x 7 positions; radius 1, deviation 1/2.
    targets = encode(mask_with((8, 12, 28, 40))[None], np.array([1]), classes=2)
    assert targets.heat.shape == (1, 2, 16, 16) and not targets.heat[0, 0].any()
    heat = targets.heat[0, 1]
    assert radius(5, 7) == 1 and heat[6, 4] == 1
    assert heat[6, 5].item() == heat[5, 4].item() == pytest.approx(math.exp(-2))
    assert heat[7, 5].item() == pytest.approx(math.exp(-4))
    assert heat.count_nonzero() == 9
    assert targets.where.tolist() == [[0, 6, 4]]
    assert targets.sizes.tolist() == [[5, 7]] and targets.offsets.tolist() == [[0.5, 0.5]]


def test_two_blobs_of_one_class_meet_in_their_maximum() -> None:
    near, far = ((4, 4, 44, 44), (46, 4, 62, 44))
    both = encode(mask_with(near, far)[None], np.array([0]), 1).heat
    alone = [encode(mask_with(each)[None], np.array([0]), 1).heat for each in (near, far)]
    assert torch.equal(both, torch.maximum(*alone))


def test_the_focal_loss_is_that_of_a_hand_computation() -> None:
    targets = encode(mask_with((0, 0, 4, 4), size=8)[None], np.array([0]), 1)
    targets.heat = torch.tensor([[[[1.0, 0.5], [0.0, 0.0]]]])
    probability = torch.tensor([[[[0.6, 0.3], [0.2, 0.1]]]])
    hit = 0.4**2 * math.log(0.6)
    near = 0.5**4 * 0.3**2 * math.log(0.7)
    far = 0.2**2 * math.log(0.8) + 0.1**2 * math.log(0.9)
    assert focal_loss(torch.logit(probability), targets).item() == pytest.approx(-(hit + near + far), rel=1e-5)


def test_sizes_and_offsets_are_judged_at_the_centres_alone() -> None:
    masks = np.stack([mask_with((8, 12, 28, 40)), mask_with((8, 12, 28, 40), (40, 40, 60, 60))])
    targets = encode(masks, np.array([0, 1]), 2)
    sizes, offsets = torch.zeros(2, 2, 16, 16), torch.full((2, 2, 16, 16), 0.25)
    losses = detection_losses(torch.zeros(2, 2, 16, 16), sizes, offsets, targets)
    assert losses["size"].item() == pytest.approx(0.1 * (5 + 7 + 5 + 7 + 5 + 5) / 3)
    assert losses["offset"].item() == pytest.approx((0.5 + 0.5 + 0.5) / 3)


def test_an_image_without_a_known_mask_gives_no_loss_and_no_gradient() -> None:
    maps = [torch.randn(1, channels, 16, 16, requires_grad=True) for channels in (2, 2, 2)]
    losses = detection_losses(*maps, encode(np.full((1, 64, 64), UNKNOWN, np.uint8), np.array([0]), 2))
    total = sum(losses.values())
    total.backward()
    assert total.item() == 0 and not any(each.grad.any() for each in maps)


def test_the_best_box_of_perfect_maps_is_the_true_one() -> None:
    mask = mask_with((9, 12, 28, 41))
    targets = encode(mask[None], np.array([1]), 2)
    sizes, offsets = torch.zeros(1, 2, 16, 16), torch.zeros(1, 2, 16, 16)
    _, row, column = targets.where[0]
    sizes[0, :, row, column], offsets[0, :, row, column] = targets.sizes[0], targets.offsets[0]
    box = best_box(targets.heat, sizes, offsets)
    assert box.tolist() == [boxes_of(mask)[0].tolist()]
    whole = filled(box, 64, 64)[0] > 0
    assert np.array_equal(whole.numpy(), mask == CYTOPLASM)


def test_a_box_returns_from_its_window_to_the_image() -> None:
    mask = np.zeros((64, 64), bool)
    mask[16:48, 8:40] = True
    assert box_in_image(mask, np.array([10, 20, 32])).tolist() == [14, 28, 30, 44]
    assert box_in_image(np.zeros((64, 64), bool), np.array([10, 20, 32])).tolist() == [0, 0, 0, 0]


def test_focus_cuts_images_and_masks_alike() -> None:
    mask = mask_with((20, 24, 36, 40))
    image = np.where(mask[..., None] == CYTOPLASM, 90, 220).astype(np.uint8).repeat(3, axis=2)
    samples = Samples(["a"], image[None], np.zeros(1, np.int64), mask[None])
    seen = focus(samples, np.array([[16, 16, 32]]))
    assert seen.images.shape == samples.images.shape and boxes_of(seen.masks[0]).tolist() == [[8, 16, 40, 48]]
    assert (seen.images[0, 20:44, 12:36] == 90).all() and (seen.images[0, :12] == 220).all()


def test_the_salient_region_is_the_cell_within_the_box(draw) -> None:
    image, mask = draw([(48, 48, 18, 2)])
    cell = mask != BACKGROUND
    for slack in (0, 3):
        box = boxes_of(mask)[0] + [-slack, -slack, slack, slack]
        region = salient_region(image, box)
        assert (region & cell).sum() / (region | cell).sum() > 0.9
    half = salient_region(image, np.array([48.0, 30, 67, 67]))
    assert half.any() and not half[:, :48].any()


def test_boxes_without_area_or_surround_have_a_mask_too() -> None:
    image = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    assert not salient_region(image, np.zeros(4)).any()
    assert salient_region(image, np.array([0.0, 0, 64, 64])).all()
    assert salient_region(np.full_like(image, 9), np.array([8.0, 8, 24, 24])).sum() == 256


def test_the_network_gives_maps_at_stride_four_and_the_box_outside_training_alone() -> None:
    torch.manual_seed(0)
    network = CenterNet(3, 64, "none")
    images = torch.rand(2, 3, 64, 64)
    shapes = {name: tuple(each.shape) for name, each in network(images).items()}
    maps = {"heat": (2, 3, 16, 16), "sizes": (2, 2, 16, 16), "offsets": (2, 2, 16, 16)}
    assert shapes == maps | {"classes": (2, 3)}
    outputs = network.eval()(images)
    assert outputs["mask"].shape == (2, 64, 64)
    assert torch.equal(outputs["classes"], outputs["heat"].flatten(2).max(dim=2).values)


def test_it_starts_with_rare_peaks_and_boxes_of_half_the_image() -> None:
    torch.manual_seed(0)
    outputs = CenterNet(3, 64, "none").eval()(torch.rand(2, 3, 64, 64))
    assert 0.05 < torch.sigmoid(outputs["heat"]).mean() < 0.2
    assert torch.allclose(outputs["sizes"].mean(), torch.tensor(8.0), atol=0.5)
    assert torch.allclose(outputs["offsets"].mean(), torch.tensor(0.5), atol=0.1)


def test_the_losses_reach_every_weight_that_they_should() -> None:
    torch.manual_seed(0)
    method = SaliencyCenterNet(("a", "b", "c"), 64, weights="none")
    method.network = method.build_network("none")
    for name, each in method.network.named_parameters():
        if name.endswith("bn2.weight"):  # blocks start as identities
            torch.nn.init.ones_(each)
    masks = np.stack([mask_with((8, 12, 28, 40)), mask_with((30, 20, 60, 48))])
    batch = Batch(torch.rand(2, 3, 64, 64), torch.tensor([0, 2]), torch.from_numpy(masks), None)
    losses = method.extra_loss(method.network(batch.images), batch)
    assert set(losses) == {"centre", "size", "offset"}
    sum(losses.values()).backward()
    idle = [name for name, each in method.network.named_parameters() if each.grad is None or not each.grad.any()]
    assert idle == []


def test_weights_of_a_package_are_refused() -> None:
    with pytest.raises(InputError, match="weights: package"):
        CenterNet(3, 64, "package")
