"""What is seen of a fit while it runs: a line an epoch, and on a terminal a bar with the time left below them."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Mapping
from types import TracebackType

from tqdm import tqdm

from sgcldff.tables.history import losses

# The scores of an epoch, by what a line calls them.
SCORES = {"F1": "validation_f1", "accuracy": "validation_accuracy", "IoU": "validation_iou"}


class EpochLines:
    """Tells of each epoch on standard error; to be used as a context.

    done: epochs of an earlier leg; total: those that the fit has at most. No line holds a carriage return: a log of
    them can be read and searched. The bar stands on a terminal alone.
    """

    def __init__(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        self.start = time.monotonic()
        self.bar = tqdm(initial=done, total=total, unit="epoch", disable=None)

    def __enter__(self) -> EpochLines:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.bar.close()

    def tell(self, row: Mapping[str, float], better: bool) -> None:
        """row: of the history; better: than every epoch before it."""
        epoch = int(row["epoch"])
        gone = time.monotonic() - self.start
        left = gone / (epoch - self.done) * (self.total - epoch)
        when = f"{tqdm.format_interval(gone)} gone, about {tqdm.format_interval(left)} left"
        best = "; the best so far" if better else ""
        tqdm.write(f"epoch {epoch} of {self.total}, {when}: {described(row)}{best}", file=sys.stderr)
        self.bar.update()

    def end(self, epochs: int, best: int) -> None:
        """After so many epochs: which one's weights are kept."""
        early = epochs < self.total
        stopped = f"stopped after epoch {epochs}, for none after epoch {best} was better; " if early else ""
        tqdm.write(f"{stopped}the weights of epoch {best} are kept", file=sys.stderr)


def described(row: Mapping[str, float]) -> str:
    """Scores and losses of an epoch, those that there are.

    >>> described({"epoch": 3, "train_classification": 0.5, "train_segmentation": 0.25, "validation_f1": 0.8125})
    'validation F1 0.812; loss 0.7500 (classification 0.5000, segmentation 0.2500)'
    """
    scores = [f"{title} {_number(row[name], 3)}" for title, name in SCORES.items() if name in row]
    parts = {name: _number(value, 4) for name, value in losses(row).items()}
    loss = f"loss {_number(sum(losses(row).values()), 4)}"
    if len(parts) > 1:
        loss += f" ({', '.join(f'{name} {value}' for name, value in parts.items())})"
    return "; ".join([f"validation {', '.join(scores)}", loss])


def _number(value: float, decimals: int) -> str:
    return "undefined" if math.isnan(value) else f"{value:.{decimals}f}"
