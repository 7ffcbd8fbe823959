"""history.csv of a fit: a row an epoch, as CSV for whoever plots curves of their own.

Columns: epoch, learning_rate, then those that the network has: `train_<loss>` (mean over the training images, weighted
as it enters the sum), validation_f1 (macro), validation_accuracy, validation_iou (fractions, validation subset).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

LOSS = "train_"  # before the name of a loss
DECIDING = ("validation_f1", "validation_iou")  # epochs are compared by the first, and by the next where that is equal
LAST = 0.1  # a fit whose best epoch lies in this last share of its epochs was not done: its curve is not flat


def losses(row: Mapping[str, float]) -> dict[str, float]:
    """Each loss of an epoch by its name; their sum is what was minimised.

    >>> losses({"epoch": 1, "train_segmentation": 0.25, "validation_f1": 0.5})
    {'segmentation': 0.25}
    """
    return {name.removeprefix(LOSS): value for name, value in row.items() if name.startswith(LOSS)}


def rank(row: Mapping[str, float]) -> tuple[float, ...]:
    """What epochs are compared by: macro-F1, then IoU, without differences of rounding.

    An undefined score counts as 0, so that it is never better than another.
    """
    scores = [row[name] for name in DECIDING if name in row]
    return tuple(0.0 if math.isnan(score) else round(score, 9) for score in scores)


def best_row(rows: Sequence[Mapping[str, float]]) -> int:
    """The position of the epoch whose weights a fit keeps: the first of the highest `rank`."""
    return max(range(len(rows)), key=lambda position: (rank(rows[position]), -position))


def rises_to_the_end(rows: Sequence[Mapping[str, float]]) -> bool:
    """Whether the best epoch lies within the last tenth (LAST) of those that were run, one epoch at least.

    Of fits that had levelled off long before, chance would put so many there too.

    >>> [rises_to_the_end([{"validation_f1": f1} for f1 in scores]) for scores in ([0.1, 0.5, 0.9], [0.1, 0.9, 0.5])]
    [True, False]
    """
    return best_row(rows) >= len(rows) - math.ceil(LAST * len(rows))
