"""Each network sees images as its pretrained weights were trained to see them."""

from __future__ import annotations

import numpy as np
import pytest
import timm
from configuration import CATALOGUE

from sgcldff.training.batches import to_tensor

METHODS = CATALOGUE["methods"]
WEIGHTS = {
    "unet": "resnet34.a1_in1k",
    "segnet": "vgg16_bn.tv_in1k",
    "vgg_unet": "vgg16_bn.tv_in1k",
    "swin_unet": "swin_tiny_patch4_window7_224.ms_in1k",
    "efficientswin": "efficientnet_b0.ra_in1k",
    "saliency_centernet": "resnet18.a1_in1k",
    "transunet": "vit_base_r50_s16_224.orig_in21k",
    "full": "tf_efficientnet_lite0.in1k",
    "unetpp": "tf_efficientnet_lite0.in1k",
}


@pytest.mark.parametrize("name", WEIGHTS)
def test_images_are_normalised_as_the_weights_expect(name: str) -> None:
    expected = timm.get_pretrained_cfg(WEIGHTS[name])
    image = np.random.default_rng(0).integers(0, 256, (1, 4, 4, 3), np.uint8)
    how = METHODS[name].get("arguments", {}).get("normalisation", "fixed")
    wanted = (image / 255 - np.array(expected.mean)) / np.array(expected.std)
    assert np.allclose(to_tensor(image, how).permute(0, 2, 3, 1), wanted, atol=1e-5)


def test_every_method_with_weights_from_the_hub_is_among_them_or_says_why_not() -> None:
    hub = {name for name, entry in METHODS.items() if entry.get("arguments", {}).get("weights") == "hub"}
    # ResNeXt-CC takes HSV, which no weights were trained on; SegFormer's are not timm's.
    assert hub - set(WEIGHTS) == {"resnext_cc", "resnext_cc_mask", "segformer"}
