"""The settings of the stage `fit`."""

from __future__ import annotations

from typing import Any, Literal

from sgcldff.config.training import Training
from sgcldff.config.typed import Typed


class FitSettings(Typed):
    """One fit: a method on a dataset or pool, for one seed.

    trained_on: the dataset or pool; members: its datasets, in the order of the files; class_path, arguments: of the
    method; classes: those it tells apart; size: pixels a side.
    """

    trained_on: str
    members: tuple[str, ...]
    method: str
    class_path: str
    arguments: dict[str, Any]
    classes: tuple[str, ...]
    size: int
    seed: int
    training: Training
    device: Literal["auto", "cuda", "cpu"]
