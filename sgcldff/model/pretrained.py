"""Networks and their pretrained weights, from the hub or a file: had as they were asked for, or refused; never silently
random.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import timm
import torch
from safetensors.torch import load as load_safetensors
from torch import Tensor, nn

from sgcldff.errors import InputError

WEIGHTS_KEYS = {"file", "sha256"}  # of the argument `weights` where it names a file
# What checkpoints of self-supervised training hold around the network (DINOv2 and DinoBloom: the teacher's backbone).
WRAPPERS = ("state_dict", "model", "teacher")
PREFIX, OTHER_HEADS = "backbone.", ("dino_head", "ibot_head")


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


def hub_network(name: str, weights: str | Mapping[str, str], **options: Any) -> nn.Module:
    """timm's network `name`, with pretrained weights from the `hub` or a file, or with random ones (`none`).

    weights: see `NetworkMethod`; options: of `timm.create_model`. Raises InputError where the weights are not to be
    had, where a file does not fit the network, and for an unknown value.
    """
    if isinstance(weights, Mapping):
        overlay = {"state_dict": read_weights(weights)}
        with _fitting(weights, name):
            return timm.create_model(name, pretrained=True, pretrained_cfg_overlay=overlay, **options)
    if weights == "none":
        return timm.create_model(name, pretrained=False, **options)
    if weights != "hub":
        raise InputError(f"Unknown `weights: {weights}` of {name}: give hub, none, or a file with its sha256.")
    with hub_weights(name):
        return timm.create_model(name, pretrained=True, **options)


def take_file(network: nn.Module, weights: Mapping[str, str], name: str) -> None:
    """Give a network that timm does not build the weights of a file, under the network's own names.

    Raises InputError as `read_weights` does, and where they do not fit the network.
    """
    tensors = read_weights(weights)
    with _fitting(weights, name):
        network.load_state_dict(tensors)


def read_weights(weights: Mapping[str, str]) -> dict[str, Tensor]:
    """The tensors of a file of weights by name: safetensors, or what torch saved and reads without running code.

    weights: {file, sha256}. Raises InputError where the file is missing, is another one than the sha256 says, or holds
    no weights.
    """
    if set(weights) != WEIGHTS_KEYS:
        raise InputError(f"`weights: {dict(weights)}` names no file of weights: give `file` and `sha256`.")
    file = Path(weights["file"])
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InputError(f"The weights {file} cannot be read ({error.strerror}): put the file there.") from error
    found = hashlib.sha256(content).hexdigest()
    if found != weights["sha256"]:
        raise InputError(f"The sha256 of the weights {file} is {found}, and not {weights['sha256']}: correct either.")
    try:
        if file.suffix == ".safetensors":
            return load_safetensors(content)
        return _tensors(torch.load(file, map_location="cpu", weights_only=True))
    except (RuntimeError, ValueError, pickle.UnpicklingError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{file} holds no weights ({reason}): give safetensors, or a state_dict of torch.") from error


@contextmanager
def _fitting(weights: Mapping[str, str], name: str) -> Iterator[None]:
    try:
        yield
    except (RuntimeError, KeyError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{weights['file']} does not fit {name} ({reason}): name weights of this network.") from error


def _tensors(checkpoint: Any) -> dict[str, Tensor]:
    """The network's own tensors, out of what training stored around them."""
    while isinstance(checkpoint, Mapping) and (wrapped := next((w for w in WRAPPERS if w in checkpoint), None)):
        checkpoint = checkpoint[wrapped]
    if not isinstance(checkpoint, Mapping) or not any(isinstance(value, Tensor) for value in checkpoint.values()):
        raise ValueError("no tensors by name")
    return {
        name.removeprefix(PREFIX): tensor
        for name, tensor in checkpoint.items()
        if isinstance(tensor, Tensor) and not name.startswith(OTHER_HEADS)
    }
