"""The frozen CNN: what is read off it, and that nothing changes it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from baselines.deep_features.encoder import LAYER_FEATURES, STAGE_CHANNELS, OutputLayers, PooledStages, read_off
from sgcldff.model.cnn_stages import efficientnet_lite0


def pooled(mask_head: bool = False, seed: int = 0) -> PooledStages:
    torch.manual_seed(seed)
    return PooledStages("none", mask_head)


def test_stages_give_the_mean_and_the_standard_deviation_of_every_channel() -> None:
    network = pooled().eval()
    images = torch.randn(2, 3, 64, 64)
    maps = images
    expected = []
    for stage, channels in zip(network.encoder, STAGE_CHANNELS, strict=True):
        maps = stage(maps)
        assert maps.shape[1] == channels
        expected.append((maps.mean(dim=(2, 3)), maps.var(dim=(2, 3), correction=0).sqrt()))
    assert maps.shape[-1] == 2
    means, deviations = (torch.cat(stages, dim=1) for stages in zip(*expected, strict=True))
    assert torch.allclose(network(images)["features"], torch.cat([means, deviations], dim=1), atol=1e-6)


def test_output_layers_are_the_pooled_last_map_and_the_logits_of_the_whole_cnn() -> None:
    network = OutputLayers("package").eval()
    images = torch.randn(2, 3, 64, 64)
    pooled_map, logits = network(images)["features"].split(LAYER_FEATURES, dim=1)
    whole = efficientnet_lite0("package").eval()
    assert torch.allclose(logits, whole(images), atol=1e-5)
    assert torch.allclose(pooled_map, whole.forward_features(images).mean(dim=(2, 3)), atol=1e-5)


def test_the_stages_have_the_packaged_weights() -> None:
    stem, pretrained = PooledStages("package").encoder[0][0].weight, efficientnet_lite0("package").conv_stem.weight
    assert torch.equal(stem, pretrained)


@pytest.mark.parametrize("network", [pooled(True), OutputLayers("none")], ids=["stages", "layers"])
def test_training_leaves_the_encoder_in_evaluation_mode(network: torch.nn.Module) -> None:
    before = {name: tensor.clone() for name, tensor in network.encoder.state_dict().items()}
    network.train()(torch.randn(4, 3, 64, 64))
    assert not any(module.training for module in network.encoder.modules())
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.encoder.state_dict().items())


def test_gradients_reach_the_whole_mask_head_and_nothing_else() -> None:
    network = pooled(True).train()
    outputs = network(torch.randn(2, 3, 64, 64))
    assert outputs["mask"].shape == (2, 64, 64)
    outputs["mask"].square().mean().backward()
    learned = {name for name, each in network.named_parameters() if each.grad is not None}
    assert learned == {f"head.{name}" for name, _ in network.head.named_parameters()}
    assert all(each.grad.abs().sum() > 0 for each in network.head.parameters())


def test_outputs_are_read_off_in_the_order_of_the_images(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sgcldff.training.loop.CPU_PIXELS", 2 * 64**2)
    images = np.random.default_rng(0).integers(0, 256, (5, 64, 64, 3), dtype=np.uint8)
    network = pooled(True)
    together = read_off(network, images, "fixed", "cpu")
    alone = [read_off(network, images[[each]], "fixed", "cpu") for each in range(5)]
    assert set(together) == {"features", "mask"} and together["mask"].shape == (5, 64, 64)
    np.testing.assert_allclose(together["features"], [each["features"][0] for each in alone], rtol=1e-3, atol=1e-5)
