"""How every network is trained: the configuration's `training` section."""

from __future__ import annotations

from typing import Literal

from sgcldff.config.typed import Typed


class Augmentation(Typed):
    """Of the training subset alone (docs/readings.md, R12 and R15).

    rotation: degrees, at most; flips: whether images are mirrored; contrast: at most this share up or down; noise: SD
    in grey levels of 255, at most; hue, concentration: the stain in optical density, at most so many degrees or times.
    """

    rotation: float
    flips: bool
    contrast: float
    noise: float
    hue: float = 0.0
    concentration: float = 1.0


class Training(Typed):
    """Adam with a step decay and early stopping (Experimental Setup 5).

    decay_every, patience: epochs; precision: of forward and backward passes, bfloat16 where the device has it.
    """

    epochs: int
    batch_size: int
    learning_rate: float
    decay_factor: float
    decay_every: int
    patience: int
    precision: Literal["float32", "bfloat16"]
    augmentation: Augmentation
