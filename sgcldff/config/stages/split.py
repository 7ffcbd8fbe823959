"""The settings of the stage `split`."""

from __future__ import annotations

from sgcldff.config.typed import Typed


class SplitSettings(Typed):
    """train, validation, test: shares of the images of each class; grouped: False divides overlapping images too."""

    train: float
    validation: float
    test: float
    grouped: bool
