"""The settings of the stage `card`."""

from __future__ import annotations

from typing import Any

from sgcldff.config.typed import Typed


class CardSettings(Typed):
    """A dataset as the configuration has it.

    class_path, arguments: of its class; grouped: whether overlapping images stay together; space: its own label space;
    labels: label space -> what the source calls an image -> class or None; classes: label space -> classes that take
    part; seeds: of the splits.
    """

    dataset: str
    title: str
    class_path: str
    arguments: dict[str, Any]
    grouped: bool
    space: str
    labels: dict[str, dict[str, str | None]]
    classes: dict[str, tuple[str, ...]]
    seeds: tuple[int, ...]
