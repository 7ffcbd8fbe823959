"""The settings of the stage `attention`."""

from __future__ import annotations

from typing import Literal

from sgcldff.config.typed import Typed


class AttentionSettings(Typed):
    """A fit on one dataset, whose test images it is measured on."""

    dataset: str
    method: str
    seed: int
    device: Literal["auto", "cuda", "cpu"]
