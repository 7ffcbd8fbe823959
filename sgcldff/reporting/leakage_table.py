"""What a split made after augmentation is worth: the same data divided by source and by image, in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sgcldff.reporting import markdown as md
from sgcldff.reporting.counted import basis_sentences
from sgcldff.reporting.labels import IN_PERCENT, METRIC_TITLES, caption
from sgcldff.reporting.notes import below, own_note, shared_notes
from sgcldff.reporting.run import Material
from sgcldff.tables.comparisons import decided
from sgcldff.tables.contract import Contract
from sgcldff.tables.read import read_table

HEADERS = ("Method", "Metric", "Divided by source", "Divided by image", "Difference", "95% interval", "p", "Note")


@dataclass(frozen=True)
class Siblings:
    """How near the parts of the splits of a dataset are to each other.

    images, sources: all of them, and the source images that they were made from; shared: mean over the seeds of the
    share of test images with an image of their own group in the training subset.
    """

    images: int
    sources: int
    shared: float


def read_siblings(prepared: Path, splits: Sequence[Path]) -> Siblings:
    """From index.csv in the folder `prepared` and the split files of its seeds; InputError where one is missing."""
    columns = ("image_id", "group", "source")
    index = read_table(prepared / "index.csv", Contract(columns, text=columns))
    group_of = index.set_index("image_id")["group"]
    shares = []
    for path in splits:
        parts = read_table(path, Contract(("image_id", "subset"), text=("image_id", "subset")))
        groups = {part: parts.loc[parts["subset"] == part, "image_id"].map(group_of) for part in ("train", "test")}
        shares.append(groups["test"].isin(set(groups["train"])).mean())
    return Siblings(len(index), index["source"].nunique(), float(pd.Series(shares).mean()))


def leakage_section(material: Material, table: pd.DataFrame, siblings: Mapping[str, Siblings]) -> str:
    """The section of the document, or "" where the configuration declares no `leakage`.

    table: leakage.csv of the statistics; siblings: those of both datasets.
    """
    declared = material.settings.get("leakage")
    if not declared:
        return ""
    honest, inflated = (siblings[declared[key]] for key in ("honest", "inflated"))
    reference = table[table["method"] == material.reference]
    blocks = [
        "## What a split after augmentation is worth",
        f"{honest.sources} source images stand in this data {honest.images / honest.sources:.3g} times each, once "
        "as they are and otherwise augmented. They are divided in two ways. *By source*, all copies of an image stand "
        f"in one part: {_share(honest)} of the test images have a copy, or another image of the same field, in the "
        "training subset. *By image*, each copy is taken for an image of its own, as it is where a dataset is "
        f"augmented first and divided afterwards: {_share(inflated)} of the test images have one there. Images, "
        "methods, settings and seeds are the same, and what the second gains is no skill on new images.",
        *_in_words(material, reference),
        caption(material, "By image minus by source, paired by seed (points)"),
    ]
    if table.empty:
        return "\n\n".join([*blocks, f"{md.NOT_RUN}."])
    order = material.methods()
    shown = table.sort_values("method", key=lambda names: names.map(order.index), kind="stable")
    shared = shared_notes(shown)
    rows = [_row(material, test, shared) for test in shown.itertuples()]
    told = [*basis_sentences(shown), *below(shared)]
    told.append(
        "± is the standard deviation over seeds. Controls have nothing to gain: they show how alike the two splits are."
    )
    return "\n\n".join([*blocks, md.table(HEADERS, rows, text_columns=2), " ".join(told)])


def _share(siblings: Siblings) -> str:
    return f"{md.number(100 * siblings.shared, 1)}%"


def _in_words(material: Material, tests: pd.DataFrame) -> list[str]:
    """A sentence for each metric of the reference; none where it was not run."""
    sentences = []
    for test in tests.itertuples():
        counts = decided(test)
        if md.is_missing(counts.low):
            told = "one seed, no interval" if test.n == 1 else "no interval"
        else:
            told = f"95% interval {md.interval(counts.low, counts.high, 1)}"
            told += "" if counts.low > 0 else "; not shown to be above zero"
        sentences.append(f"{METRIC_TITLES[test.metric]} **{md.points(test.mean)}** points ({told})")
    if not sentences:
        return []
    return [f"To {material.method_title(material.reference)} the leak is worth: {'; '.join(sentences)}."]


def _row(material: Material, test: Any, shared: Sequence[str]) -> list[str]:
    counts, percent = decided(test), test.metric in IN_PERCENT
    return [
        material.method_title(test.method),
        METRIC_TITLES[test.metric] + (" (%)" if percent else ""),
        md.mean_sd(test.honest, test.honest_sd, percent),
        md.mean_sd(test.inflated, test.inflated_sd, percent),
        md.points(test.mean, 2),
        md.interval(counts.low, counts.high),
        md.p_value(counts.p),
        own_note(test.note, shared),
    ]
