"""What stands in the place of batch normalisation, which carries the statistics of the training stain to every test.

wbc-benchmark reports a ResNet50 trained on Raabin at 23 % on LISC with batch normalisation and 73 % with group
normalisation (Wu and He 2018), whose statistics are the image's own.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable

import torch
from torch import Tensor, nn

NORMS = ("batch", "group", "frozen")
GROUPS, LEAST = 32, 16  # at most so many groups, of at least so many channels: both settings of Wu and He hold


def with_norm(network: nn.Module, how: str) -> nn.Module:
    """The network, changed in place.

    `batch`: as it is; `group`: group normalisation everywhere, from which an image with the statistics that the layer
    came with gets what batch normalisation gave it; `frozen`: layers whose statistics came with pretrained weights keep
    them in training too, the others are as they are.
    """
    if how == "group":
        _replace(network)
    elif how == "frozen":
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d) and module.running_mean.any():
                module.register_forward_pre_hook(_evaluate)
    return network


def adapted(network: nn.Module, batches: Iterable[Tensor]) -> nn.Module:
    """A copy whose statistics of batch normalisation are those of these images (AdaBN; Li, Wang, Shi et al. 2018).

    batches: normalised images [B, 3, H, W], about as many in each; their mean is taken, whatever `with_norm` froze. All
    else, dropout too, is as in prediction. A network without such layers comes back as it is.
    """
    network = copy.deepcopy(network).eval()
    layers = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    for layer in layers:
        layer.reset_running_stats()
        layer.momentum = None  # the mean of all batches
        layer.train()
        layer._forward_pre_hooks.clear()
    with torch.inference_mode():
        for batch in batches if layers else ():
            network(batch)
    return network.eval()


def _evaluate(module: nn.Module, _: tuple[Tensor, ...]) -> None:
    module.eval()


def _replace(module: nn.Module) -> None:
    for name, child in module.named_children():
        if isinstance(child, nn.BatchNorm2d):
            setattr(module, name, _grouped(child))
        else:
            _replace(child)


def _grouped(layer: nn.BatchNorm2d) -> nn.Module:
    """Group normalisation in the place of a layer, and what timm's layer holds behind it.

    The scale and shift of each channel take in how its mean and SD differ from those of its group. Copied as they are,
    they undo what the pretrained weights know: no feature of the encoder was left, and SG-CLDFF did not learn to name
    cells (docs/settings.md).
    """
    channels = layer.num_features
    groups = max(
        count for count in range(1, GROUPS + 1) if channels % count == 0 and (count == 1 or channels // count >= LEAST)
    )
    norm = nn.GroupNorm(groups, channels, layer.eps)
    mean, variance = (each.view(groups, -1) for each in (layer.running_mean, layer.running_var))
    of_group = mean.mean(dim=1, keepdim=True)
    # Of all values in the group: within its channels, and between their means.
    group_sd = (variance.mean(dim=1, keepdim=True) + mean.var(dim=1, keepdim=True, correction=0) + layer.eps).sqrt()
    sd = (variance + layer.eps).sqrt()
    weight = layer.weight * (group_sd / sd).flatten()
    bias = layer.bias + layer.weight * ((of_group - mean) / sd).flatten()
    norm.load_state_dict({"weight": weight, "bias": bias})
    following = [getattr(layer, name) for name in ("drop", "act") if hasattr(layer, name)]
    return nn.Sequential(norm, *following) if following else norm
