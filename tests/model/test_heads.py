"""The two heads on the fused map."""

from __future__ import annotations

import torch

from sgcldff.model.heads import ClassificationHead, SegmentationHead


def test_the_mask_has_the_size_of_the_image() -> None:
    assert SegmentationHead(8)(torch.randn(2, 8, 16, 12)).shape == (2, 64, 48)


def test_there_is_a_logit_for_each_class() -> None:
    assert ClassificationHead(8, classes=5)(torch.randn(2, 8, 16, 16)).shape == (2, 5)


def test_the_class_does_not_depend_on_where_the_cell_lies() -> None:
    head = ClassificationHead(4, classes=3).eval()
    here, there = torch.zeros(1, 4, 16, 16), torch.zeros(1, 4, 16, 16)
    here[..., 4:7, 4:7] = 1
    there[..., 9:12, 8:11] = 1
    with torch.inference_mode():
        assert torch.allclose(head(here), head(there), atol=1e-6)


def test_dropout_is_off_when_predicting() -> None:
    head = ClassificationHead(8, classes=3)
    fused = torch.randn(2, 8, 4, 4)
    head.train()(fused)
    head.eval()
    assert torch.equal(head(fused), head(fused))
