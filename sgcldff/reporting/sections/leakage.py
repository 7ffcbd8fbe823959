"""What a split made after augmentation is worth: the same data divided by source and by image, in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sgcldff.config.experiment import Leakage
from sgcldff.reporting import markdown as md
from sgcldff.reporting.basis import basis_sentences
from sgcldff.reporting.labels import IN_PERCENT, METRIC_TITLES, metric_heading
from sgcldff.reporting.methods import ReportedMethod
from sgcldff.reporting.notes import below, own_note, shared_notes
from sgcldff.reporting.titles import Titles
from sgcldff.tables.comparisons import decided
from sgcldff.tables.contract import Contract
from sgcldff.tables.read import read_table

INDEX = Contract(("image_id", "group", "source"), text=("image_id", "group", "source"))  # what is read of an index
SPLIT = Contract(("image_id", "subset"), text=("image_id", "subset"))
HEADERS = ("Method", "Metric", "Divided by source", "Divided by image", "Difference", "95% interval", "p", "Note")


@dataclass(frozen=True)
class Siblings:
    """How near the subsets of the splits of a dataset are to each other.

    images, sources: all of them, and the source images that they were made from; shared: mean over the seeds of the
    share of test images with an image of their own group in the training subset.
    """

    images: int
    sources: int
    shared: float


def read_siblings(index_file: Path, splits: Sequence[Path]) -> Siblings:
    """From the index of a dataset and the splits of its seeds; InputError where a file is missing."""
    index = read_table(index_file, INDEX)
    group_of = index.set_index("image_id")["group"]
    shares = []
    for file in splits:
        split = read_table(file, SPLIT)
        groups = {name: split.loc[split["subset"] == name, "image_id"].map(group_of) for name in ("train", "test")}
        shares.append(groups["test"].isin(set(groups["train"])).mean())
    return Siblings(len(index), index["source"].nunique(), float(pd.Series(shares).mean()))


def leakage_section(
    titles: Titles,
    reference: str,
    methods: Sequence[ReportedMethod],
    declared: Leakage | None,
    tests: pd.DataFrame,
    siblings: Mapping[str, Siblings],
) -> str:
    """The section of the document, or "" where the configuration declares no `leakage`.

    tests: leakage.csv of the statistics; siblings: those of both datasets.
    """
    if declared is None:
        return ""
    honest, inflated = siblings[declared.honest], siblings[declared.inflated]
    blocks = [
        "## What a split after augmentation is worth",
        f"{honest.sources} source images stand in this data {honest.images / honest.sources:.3g} times each, once "
        "as they are and otherwise augmented. They are divided in two ways. *By source*, all copies of an image stand "
        f"in one subset: {_share(honest)} of the test images have a copy, or another image of the same field, in the "
        "training subset. *By image*, each copy is taken for an image of its own, as it is where a dataset is "
        f"augmented first and divided afterwards: {_share(inflated)} of the test images have one there. Images, "
        "methods, settings and seeds are the same, and what the second gains is no skill on new images.",
        *_in_words(titles.method(reference), tests[tests["method"] == reference]),
        titles.caption("By image minus by source, paired by seed (points)"),
    ]
    if tests.empty:
        return "\n\n".join([*blocks, f"{md.NOT_RUN}."])
    order = [method.key for method in methods]
    shown = tests.sort_values("method", key=lambda names: names.map(order.index), kind="stable")
    shared = shared_notes(shown)
    rows = [_row(titles, test, shared) for test in shown.itertuples()]
    sentences = [*basis_sentences(shown), *below(shared)]
    sentences.append(
        "± is the standard deviation over seeds. Controls have nothing to gain: they show how alike the two splits are."
    )
    return "\n\n".join([*blocks, md.table(HEADERS, rows, text_columns=2), " ".join(sentences)])


def _share(siblings: Siblings) -> str:
    return f"{md.number(100 * siblings.shared, 1)}%"


def _in_words(reference_title: str, tests: pd.DataFrame) -> list[str]:
    """A sentence for each metric of the reference; none where it was not run."""
    sentences = []
    for test in tests.itertuples():
        deciding = decided(test)
        if md.is_missing(deciding.low):
            interval = "one seed, no interval" if test.n == 1 else "no interval"
        else:
            interval = f"95% interval {md.interval(deciding.low, deciding.high, 1)}"
            interval += "" if deciding.low > 0 else ", not shown to be above zero"
        sentences.append(f"{METRIC_TITLES[test.metric]} **{md.points(test.mean)}** points ({interval})")
    if not sentences:
        return []
    return [f"To {reference_title} the leak is worth: {', '.join(sentences)}."]


def _row(titles: Titles, test: Any, shared: Sequence[str]) -> list[str]:
    deciding, percent = decided(test), test.metric in IN_PERCENT
    return [
        titles.method(test.method),
        metric_heading(test.metric),
        md.mean_sd(test.honest, test.honest_sd, percent),
        md.mean_sd(test.inflated, test.inflated_sd, percent),
        md.points(test.mean, 2),
        md.interval(deciding.low, deciding.high),
        md.p_value(deciding.p),
        own_note(test.note, shared),
    ]
