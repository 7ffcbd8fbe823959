"""The settings of the stage `score`."""

from __future__ import annotations

from sgcldff.config.typed import Typed


class ScoreSettings(Typed):
    """axes: axis of perturbation -> its levels above 0; tests: what is trained on -> what its fits are tested on."""

    axes: dict[str, tuple[float, ...]]
    tests: dict[str, tuple[str, ...]]
