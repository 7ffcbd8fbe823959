"""What stands in the place of batch normalisation, which carries the statistics of the training stain to every test.

wbc-benchmark reports a ResNet50 trained on Raabin at 23 % on LISC with batch normalisation and 73 % with group
normalisation (Wu and He 2018), whose statistics are the image's own.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable

import torch
from torch import Tensor, nn

NORMS = ("batch", "group", "frozen")
GROUPS = 32  # as in Wu and He; fewer where they do not divide the channels


def with_norm(network: nn.Module, how: str) -> nn.Module:
    """The network, changed in place; weights and biases of the normalisation stay.

    `batch`: as it is; `group`: group normalisation everywhere; `frozen`: layers whose statistics came with pretrained
    weights keep them in training too, the others are as they are.
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
    norm = nn.GroupNorm(math.gcd(GROUPS, layer.num_features), layer.num_features, layer.eps)
    norm.load_state_dict({"weight": layer.weight, "bias": layer.bias})
    # timm's layer holds what follows it, too.
    following = [getattr(layer, name) for name in ("drop", "act") if hasattr(layer, name)]
    return nn.Sequential(norm, *following) if following else norm
