"""The file from which a killed fit goes on: written whole after every epoch, read without running code."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import torch

from sgcldff.errors import InputError


def save_checkpoint(path: Path, content: dict[str, Any]) -> None:
    """Write to a temporary name, then rename: at any moment the path holds a whole epoch or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    torch.save(content, temporary)
    os.replace(temporary, path)


def load_checkpoint(path: Path, fingerprint: str) -> dict[str, Any] | None:
    """The last finished epoch of the same fit, or None where there is none or it belongs to another experiment.

    fingerprint: names what was asked; a checkpoint of other settings, data or code is not continued.
    """
    if not path.exists():
        return None
    try:
        content = torch.load(path, weights_only=True, map_location="cpu")
        same = content["fingerprint"] == fingerprint
    except Exception as error:  # a damaged archive surfaces as many kinds of error
        raise InputError(f"The checkpoint {path} cannot be read: delete it, and the fit starts anew.") from error
    return content if same else None
