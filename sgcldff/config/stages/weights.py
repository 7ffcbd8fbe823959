"""The settings of the stage `weights`."""

from __future__ import annotations

from typing import Any

from sgcldff.config.typed import Typed


class WeightsSettings(Typed):
    """class_path, arguments: of the method; classes, size: with which it is built."""

    class_path: str
    arguments: dict[str, Any]
    classes: tuple[str, ...]
    size: int
