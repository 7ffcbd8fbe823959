"""Losses, against sums by hand and other libraries."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from segmentation_models_pytorch.losses import DiceLoss
from sklearn.utils.class_weight import compute_class_weight
from torch.nn import functional as F

from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN
from sgcldff.training.losses import alignment_loss, class_weights, segmentation_loss


def codes(*images: list[list[int]]) -> torch.Tensor:
    return torch.tensor(images, dtype=torch.uint8)


@pytest.fixture
def images() -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    masks = torch.randint(0, 3, (3, 8, 8), dtype=torch.uint8)
    return torch.randn(3, 8, 8), masks


def test_classes_weigh_in_inverse_proportion_to_their_number() -> None:
    labels = np.array([0] * 6 + [1] * 3 + [2])
    weights = class_weights(labels, 3)
    assert np.allclose(weights, compute_class_weight("balanced", classes=np.arange(3), y=labels))
    assert weights[labels].mean() == pytest.approx(1)
    assert weights.dtype == np.float32


def test_a_class_without_training_images_weighs_nothing() -> None:
    assert class_weights(np.array([0, 0, 2, 2]), 3).tolist() == pytest.approx([2 / 3, 0, 2 / 3])


def test_segmentation_loss_by_hand() -> None:
    logits = torch.tensor([[[0.0, math.log(3)]]])  # probabilities 1/2 and 3/4
    cross_entropy = (math.log(2) - math.log(3 / 4)) / 2
    dice = 1 - (2 * 3 / 4 + 1) / (1 / 2 + 3 / 4 + 1 + 1)
    assert segmentation_loss(logits, codes([[BACKGROUND, NUCLEUS]])).item() == pytest.approx(cross_entropy + dice)


def test_segmentation_loss_agrees_with_two_libraries(images: tuple[torch.Tensor, torch.Tensor]) -> None:
    logits, masks = images
    cell = (masks > 0).float()
    dice_loss = DiceLoss("binary", smooth=0.5)  # it doubles the constant: (2 I + 2 s) / (A + B + 2 s)
    dice = sum(dice_loss(logits[i, None, None], cell[i, None, None]) for i in range(3)) / 3
    expected = F.binary_cross_entropy_with_logits(logits, cell) + dice
    assert segmentation_loss(logits, masks).item() == pytest.approx(expected.item(), abs=1e-6)


def test_cytoplasm_and_nucleus_are_the_same_cell(images: tuple[torch.Tensor, torch.Tensor]) -> None:
    logits, masks = images
    one_code = torch.where(masks == NUCLEUS, CYTOPLASM, masks)
    assert torch.equal(segmentation_loss(logits, masks), segmentation_loss(logits, one_code))


def test_unknown_pixels_change_neither_the_loss_nor_a_gradient(images: tuple[torch.Tensor, torch.Tensor]) -> None:
    logits, masks = images
    masks[:, :, 4:] = UNKNOWN
    logits.requires_grad_()
    loss = segmentation_loss(logits, masks)
    loss.backward()
    cut = segmentation_loss(logits[:, :, :4], masks[:, :, :4])
    assert loss.item() == pytest.approx(cut.item(), abs=1e-6)
    assert not logits.grad[:, :, 4:].any() and logits.grad[:, :, :4].all()


def test_an_image_without_a_mask_leaves_the_others_loss_as_it_is(images: tuple[torch.Tensor, torch.Tensor]) -> None:
    logits, masks = images
    masks[1] = UNKNOWN
    kept = [0, 2]
    expected = segmentation_loss(logits[kept], masks[kept])
    assert segmentation_loss(logits, masks).item() == pytest.approx(expected.item(), abs=1e-6)


def test_a_batch_without_any_mask_has_no_loss_and_finite_gradients() -> None:
    logits = torch.randn(2, 4, 4, requires_grad=True)
    loss = segmentation_loss(logits, torch.full((2, 4, 4), UNKNOWN, dtype=torch.uint8))
    loss.backward()
    assert loss.item() == 0 and not logits.grad.any()


def test_an_empty_mask_is_met_by_an_empty_prediction() -> None:
    empty = torch.zeros(1, 4, 4, dtype=torch.uint8)
    assert segmentation_loss(torch.full((1, 4, 4), -30.0), empty).item() == pytest.approx(0, abs=1e-6)
    assert segmentation_loss(torch.full((1, 4, 4), 30.0), empty).item() > 1


def test_extreme_logits_keep_loss_and_gradients_finite() -> None:
    logits = torch.tensor([[[1e4, -1e4], [1e4, -1e4]]], requires_grad=True)
    loss = segmentation_loss(logits, codes([[NUCLEUS, NUCLEUS], [BACKGROUND, BACKGROUND]]))
    loss.backward()
    assert loss.isfinite() and logits.grad.isfinite().all()


def test_segmentation_loss_has_the_gradient_of_finite_differences() -> None:
    torch.manual_seed(1)
    logits = torch.randn(1, 2, 2, requires_grad=True)
    masks = codes([[BACKGROUND, NUCLEUS], [UNKNOWN, CYTOPLASM]])
    segmentation_loss(logits, masks).backward()
    for row, column in np.ndindex(2, 2):
        step = torch.zeros(1, 2, 2)
        step[0, row, column] = 1e-2
        with torch.no_grad():
            slope = (segmentation_loss(logits + step, masks) - segmentation_loss(logits - step, masks)) / 2e-2
        assert logits.grad[0, row, column].item() == pytest.approx(slope.item(), abs=1e-4)


def test_alignment_is_the_mean_absolute_difference_at_the_size_of_the_saliency() -> None:
    prior = torch.zeros(1, 4, 4)
    prior[0, :2, :2] = 1
    prior[0, 0, 2] = 1  # a quarter of the upper right
    saliency = torch.tensor([[[[0.5, 0.5], [0.25, 0.0]]]])
    assert alignment_loss(saliency, prior).item() == pytest.approx((0.5 + 0.25 + 0.25 + 0) / 4)


def test_alignment_is_zero_where_saliency_is_the_prior() -> None:
    prior = torch.rand(2, 16, 16)
    assert alignment_loss(prior[:, None], prior).item() == 0


def test_losses_of_half_precision_outputs_are_computed_in_float32() -> None:
    masks = torch.zeros(1, 4, 4, dtype=torch.uint8)
    assert segmentation_loss(torch.randn(1, 4, 4).bfloat16(), masks).dtype == torch.float32
    assert alignment_loss(torch.rand(1, 1, 2, 2).bfloat16(), torch.rand(1, 4, 4)).dtype == torch.float32
