"""The settings of the stage `prepare`."""

from __future__ import annotations

from typing import Any

from sgcldff.config.typed import Typed


class PrepareSettings(Typed):
    """dataset: its key; class_path, arguments: of its class; size: pixels a side.

    labels: what the source calls an image -> its class, or None where the experiment leaves it out; classes: those that
    take part.
    """

    dataset: str
    class_path: str
    arguments: dict[str, Any]
    labels: dict[str, str | None]
    classes: tuple[str, ...]
    size: int
