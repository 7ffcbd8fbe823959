"""The file from which a killed fit goes on: written whole after every epoch, read without running code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from sgcldff.errors import InputError
from sgcldff.tables.files import whole_file

TENSOR, PAIRS = "tensor", "pairs"  # what a tensor and a dictionary become in the JSON


def save_checkpoint(path: Path, content: dict[str, Any]) -> None:
    """At any moment, also of a kill, the path holds the whole content or what it held before.

    content: dictionaries, lists and tuples (read back as lists) of numbers, texts, None and tensors.
    """
    tensors: dict[str, Tensor] = {}
    described = json.dumps(_described(content, tensors))
    with whole_file(path) as part:
        save_file(tensors, part, metadata={"content": described})


def load_checkpoint(path: Path, fingerprint: str) -> dict[str, Any] | None:
    """The last finished epoch of the same fit, or None where there is none or it belongs to another fit.

    fingerprint: names what was asked; a checkpoint of other settings, data or code is not continued.
    Raises InputError where the file is damaged.
    """
    if not path.exists():
        return None
    try:
        with safe_open(path, framework="pt", device="cpu") as file:
            content = _restored(json.loads(file.metadata()["content"]), file)
        same = content["fingerprint"] == fingerprint
    except Exception as error:  # a damaged file surfaces as many kinds of error
        raise InputError(f"The checkpoint {path} cannot be read: delete it, and the fit starts again.") from error
    return content if same else None


def _described(value: Any, tensors: dict[str, Tensor]) -> Any:
    """The value as JSON can hold it; its tensors go into `tensors` (JSON has no integers for keys, an optimiser has).

    The order of a tensor's values in memory is kept: another order would round the optimiser's steps otherwise.
    """
    if isinstance(value, Tensor):
        name = str(len(tensors))
        channels_last = value.dim() == 4 and value.is_contiguous(memory_format=torch.channels_last)
        tensors[name] = value.detach().to("cpu", copy=True).contiguous()
        return {TENSOR: name, "channels_last": channels_last}
    if isinstance(value, dict):
        return {PAIRS: [[key, _described(each, tensors)] for key, each in value.items()]}
    if isinstance(value, list | tuple):
        return [_described(each, tensors) for each in value]
    return value


def _restored(value: Any, file: Any) -> Any:
    if isinstance(value, list):
        return [_restored(each, file) for each in value]
    if not isinstance(value, dict):
        return value
    if PAIRS in value:
        return {key: _restored(each, file) for key, each in value[PAIRS]}
    tensor = file.get_tensor(value[TENSOR])
    return tensor.contiguous(memory_format=torch.channels_last) if value["channels_last"] else tensor
