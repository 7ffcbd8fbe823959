"""The verb `predict`: a person's own images, by a fit of a run."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from tqdm import tqdm

from sgcldff.errors import InputError

if TYPE_CHECKING:
    from sgcldff.data.own_images import OwnImage
    from sgcldff.evaluation.own_files import OwnRow
    from sgcldff.evaluation.own_images import OwnFit

DEVICES = ("auto", "cpu", "cuda")
EPILOG = "\n\n".join(
    [
        "Example: sgcldff predict smears/ --model results/fits/jtsc/full/seed-0 --out predicted --html",
        "An image is a crop that holds one cell, as the images that the fit was trained on. docs/predict.md has the "
        "columns, and what this may not be used for.",
        "Exit status: 0 where every image was predicted; 1 where some could not be read, each named in a line; 2 where "
        "none could, or the input is refused, with one sentence.",
    ]
)


def predict(
    images: Annotated[
        list[str], typer.Argument(help="Image files, folders with all folders in them, patterns such as 'a/*.png'.")
    ],
    model: Annotated[Path, typer.Option(help="Folder of a fit: <results>/fits/<dataset>/<method>/seed-<s>.")],
    out: Annotated[Path, typer.Option(help="Folder for predictions.csv, masks/ and overlays/.")],
    html: Annotated[bool, typer.Option("--html", help="Write index.html too, one page to look through.")] = False,
    device: Annotated[str, typer.Option(help="auto (a GPU where there is one), cpu or cuda.")] = "auto",
    bit_depth: Annotated[
        int | None,
        typer.Option(
            min=8, max=16, help="Bits that images of 16 bits a channel fill; without it as their largest value says."
        ),
    ] = None,
) -> None:
    """Predict your own images with a fit: class, probabilities and the mask of the cell, as a table and as pictures."""
    from sgcldff.data.own_images import find_images
    from sgcldff.evaluation.own_files import TABLE, tabulated
    from sgcldff.evaluation.own_images import open_fit
    from sgcldff.reporting.own_predictions import write_page

    if device not in DEVICES:
        raise InputError(f"--device {device} is not known: use {', '.join(DEVICES)}.")
    if (out / TABLE).exists():
        raise InputError(f"{out} holds predictions already: give another folder to --out, or move that one away.")
    fit = open_fit(model, device, _threads())
    found = find_images(images, out)
    troubles = [f"{named} {reason}" for named, reason in found.missing]
    for trouble in troubles:
        _say(f"skipped: {trouble}.")
    if not found.images:
        raise InputError("There is no image to predict: name files, or folders that hold some.")

    counts: Counter[str | None] = Counter()
    rows = _rows(fit, found.images, _depth(found.images, bit_depth), out, troubles)
    classes, about = fit.asked.classes, f"{fit.asked.method} trained on {fit.asked.trained_on}, seed {fit.asked.seed}"
    try:
        first = next(rows, None)
        if first is None:
            raise InputError(f"None of {len(found.images)} images could be read, and nothing was written.")
        table = _counted(tabulated(chain([first], rows), classes, out / TABLE), counts)
        if html:
            write_page(table, classes, about, out / "index.html")
        else:
            for _ in table:
                pass
    except OSError as error:
        raise InputError(f"{out} cannot be written ({error.strerror}): give another folder to --out.") from error
    where = out / ("index.html" if html else TABLE)
    print(f"Predicted {counts.total()} of {len(found.images)} images by {about}. Look at {where}.")
    if named := ", ".join(f"{name} {counts[name]}" for name in classes if counts[name]):
        print(named)
    if troubles:
        _say(f"{len(troubles)} could not be read: see the lines that begin with skipped.")
        raise typer.Exit(1)


def _rows(
    fit: OwnFit, images: Sequence[OwnImage], depth: int | None, out: Path, troubles: list[str]
) -> Iterator[OwnRow]:
    """The rows of what could be read, their pictures written; what could not is said and added to `troubles`."""
    from sgcldff.evaluation.own_files import store
    from sgcldff.evaluation.own_images import Unreadable, predict_own

    predictions = predict_own(fit, images, depth)
    for each in tqdm(predictions, total=len(images), unit="image", file=sys.stderr, disable=None):
        if isinstance(each, Unreadable):
            troubles.append(each.reason)
            tqdm.write(f"sgcldff: skipped: {each.reason}", file=sys.stderr)
        else:
            yield store(each, fit.asked.classes, out)


def _counted(rows: Iterator[OwnRow], counts: Counter[str | None]) -> Iterator[OwnRow]:
    for row in rows:
        counts[row.predicted] += 1
        yield row


def _depth(images: Sequence[OwnImage], declared: int | None) -> int | None:
    """Bits that images of 16 bits a channel fill, found as `prepare` finds them; said where there are such."""
    from sgcldff.data.sources.survey import survey

    seen = survey([image.path for image in images], (), (), declared)
    if seen.deep:
        _say(f"Images of 16 bits a channel: {seen.deep}, read as {seen.depth} bits (--bit-depth says otherwise).")
    return seen.depth


def _threads() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _say(text: str) -> None:
    print(f"sgcldff: {text}", file=sys.stderr)
