"""What is implausible in a prepared dataset: none of it is refused, all is said in the log and on the card."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sgcldff.method import BACKGROUND, UNKNOWN

SAMPLED = 200  # images that are compared, at most, evenly spaced
GRID = 16  # places a side at which they are
ALIKE = 2.0  # grey levels: images that differ by less on average are alike
FLAT = 3.0  # grey levels: the standard deviation of an image that shows nothing


def cell_shares(masks: np.ndarray) -> np.ndarray:
    """The cell's share of the known pixels of each mask, uint8 [N, h, w] in the codes; NaN where none is known."""
    shares = np.full(len(masks), np.nan)
    for row, mask in enumerate(masks):  # one at a time: they stand on disk
        known = mask != UNKNOWN
        if known.any():
            shares[row] = (known & (mask != BACKGROUND)).sum() / known.sum()
    return shares


def doubts(images: np.ndarray, cells: np.ndarray, labels: Sequence[str]) -> list[str]:
    """What looks wrong, a sentence each.

    images: uint8 [N, h, w, 3]; cells: as of `cell_shares`; labels: N classes.
    """
    found = []
    known = cells[~np.isnan(cells)]
    if len(known) and not known.any():
        found.append(
            f"No mask shows a cell, of {len(known)}: check that they are not empty, and what their values mean "
            "(`mask_values` of a folder)."
        )
    elif len(known) and np.median(known) > 0.5:
        found.append(
            f"The cell covers {100 * np.median(known):.0f}% of the image in the median: check that the masks are not "
            "inverted."
        )
    if len(classes := set(labels)) == 1:
        found.append(f"All {len(labels)} images have the class {classes.pop()}: there is nothing to tell apart.")
    step = max(1, images.shape[1] // GRID)
    rows = np.unique(np.linspace(0, len(images) - 1, SAMPLED).astype(int))
    seen = np.stack([images[row][::step, ::step] for row in rows]).astype(np.float32)
    axes = (1, 2, 3)
    if np.median(seen.std(axis=(1, 2)).mean(axis=-1)) < FLAT:
        found.append(
            f"The images are nearly of one brightness ({seen.mean():.0f} of 255 on average): check that they are not "
            "empty, and how many bits they use (`bit_depth` of a folder)."
        )
    elif len(seen) > 1 and np.abs(seen - seen[0]).mean(axis=axes).max() < ALIKE:
        found.append(f"The images are all alike, {len(seen)} that were compared: check that they are not copies.")
    return found
