"""The file from which a killed fit goes on: written whole after every epoch, read without running code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from sgcldff.errors import InputError
from sgcldff.tables.files import whole_file


def save_checkpoint(path: Path, content: dict[str, Any]) -> None:
    """At any moment, also of a kill, the path holds the whole content or what it held before."""
    with whole_file(path) as part:
        torch.save(content, part)


def load_checkpoint(path: Path, fingerprint: str) -> dict[str, Any] | None:
    """The last finished epoch of the same fit, or None where there is none or it belongs to another fit.

    fingerprint: names what was asked; a checkpoint of other settings, data or code is not continued.
    Raises InputError where the file is damaged.
    """
    if not path.exists():
        return None
    try:
        content = torch.load(path, weights_only=True, map_location="cpu")
        same = content["fingerprint"] == fingerprint
    except Exception as error:  # a damaged archive surfaces as many kinds of error
        raise InputError(f"The checkpoint {path} cannot be read: delete it, and the fit starts again.") from error
    return content if same else None
