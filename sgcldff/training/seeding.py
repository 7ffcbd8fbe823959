"""Seeds: one number decides the split, the initial weights, the order of images and every augmentation.

Each use draws from a stream of its own, named by what it is for, so that no use shifts another and a fit that goes on
from an epoch draws what an unbroken one would have drawn.
"""

from __future__ import annotations

import zlib

import numpy as np


def stream(seed: int, use: str, *position: int) -> np.random.Generator:
    """The generator of one use of a seed, e.g. stream(3, "augmentation", epoch, image)."""
    return np.random.default_rng([seed, zlib.crc32(use.encode()), *position])


def torch_seed(seed: int, use: str, *position: int) -> int:
    """A seed for torch's own generator, from the same streams."""
    return int(stream(seed, use, *position).integers(2**31))
