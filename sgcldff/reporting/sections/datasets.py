"""The datasets of a run: what took part, what was not available, and what fits have seen of their test images."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sgcldff.config.experiment import Absent
from sgcldff.errors import InputError
from sgcldff.reporting import markdown as md
from sgcldff.reporting.results import NOT_AVAILABLE
from sgcldff.reporting.sections.availability import absent_lines
from sgcldff.reporting.titles import Titles
from sgcldff.tables.contract import Contract
from sgcldff.tables.read import read_table

DUPLICATES = Contract(  # duplicates_by_dataset.csv
    ("dataset", "other", "images", "groups", "same_pixels", "overlap", "involved"), text=("dataset", "other")
)
TESTS = Contract(  # leakage_by_test.csv
    ("trained_on", "tested_on", "seed", "images", "left_out", "held_back", "leaking"), text=("trained_on", "tested_on")
)

Facts = Mapping[str, Any]  # what the card of a dataset says: the content of its facts.json


@dataclass(frozen=True)
class Audit:
    """pairs: a row a dataset or two datasets; tests: a row a fit's data, dataset that it is tested on, and seed."""

    pairs: pd.DataFrame
    tests: pd.DataFrame


def read_facts(file: Path) -> dict[str, Any]:
    """The facts of a card; InputError where the file is missing or damaged."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"The file {file} does not exist: run the target `cards` first.") from error
    except ValueError as error:
        raise InputError(f"The file {file} is not JSON ({error}): delete it and run the target `cards`.") from error


def read_audit(duplicates_by_dataset: Path, leakage_by_test: Path) -> Audit:
    """The two tables of the audit; InputError where one is missing or damaged."""
    return Audit(read_table(duplicates_by_dataset, DUPLICATES), read_table(leakage_by_test, TESTS))


def datasets_section(
    titles: Titles,
    facts: Mapping[str, Facts],
    links: Mapping[str, str],
    audit: Audit,
    absent: Mapping[str, Absent],
) -> str:
    """The section of the document; facts and links (to the cards) by dataset, in the order of the tables."""
    return "\n\n".join(
        [
            "## Datasets",
            *_overview(titles, facts, links, absent),
            *_by_class(titles, facts),
            *_left_out(titles, facts),
            *_audit(titles, audit),
        ]
    )


def _overview(
    titles: Titles, facts: Mapping[str, Facts], links: Mapping[str, str], absent: Mapping[str, Absent]
) -> list[str]:
    rows = []
    for name, card in facts.items():
        about, duplicates = card["about"], card["duplicates"]
        rows.append(
            [
                f"[{titles.dataset(name)}]({links[name]})",
                card["images"],
                card["groups"]["number"],
                duplicates.get("same pixels", 0),
                duplicates.get("overlap", 0),
                f"{100 * card['masked'] / card['images']:.0f}%",
                about["stain"] or md.MISSING,
                about["licence"] or md.MISSING,
                "yes" if about["redistributable"] else "no" if about["licence"] else md.MISSING,
            ]
        )
    rows += [[entry.title, NOT_AVAILABLE, *[md.MISSING] * 7] for entry in absent.values()]
    headers = ["Dataset", "Images", "Groups", "Pairs, same pixels", "Pairs, overlapping", "With a mask"]
    blocks = [
        titles.caption("What took part. Each name leads to the dataset's card"),
        md.table([*headers, "Stain", "Licence", "Images may be passed on"], rows),
        _how_divided(titles, facts),
    ]
    return [*blocks, *([absent_lines(absent, absent)] if absent else [])]


def _how_divided(titles: Titles, facts: Mapping[str, Facts]) -> str:
    sentence = (
        "A group is an image, what overlaps with it, and what its source says belongs to it. No split divides one."
    )
    by_image = [titles.dataset(name) for name, card in facts.items() if not card["groups"]["kept"]]
    if not by_image:
        return sentence
    return f"{sentence} Only {' and '.join(by_image)} was divided image by image, on purpose."


def _by_class(titles: Titles, facts: Mapping[str, Facts]) -> list[str]:
    """A table for each label space, of the datasets whose own it is."""
    blocks = []
    for space in dict.fromkeys(card["space"] for card in facts.values()):
        of_space = {name: card for name, card in facts.items() if card["space"] == space}
        classes = next(iter(of_space.values()))["spaces"][space]
        rows = [
            [
                titles.dataset(name),
                *[card["classes"].get(label, {}).get("images", 0) for label in classes],
                card["images"],
            ]
            for name, card in of_space.items()
        ]
        title = f"Images that took part, by class ({space})"
        blocks += [titles.caption(title), md.table(["Dataset", *classes, "All"], rows)]
    return blocks


def _left_out(titles: Titles, facts: Mapping[str, Facts]) -> list[str]:
    rows = [
        [titles.dataset(name), group["label"] or md.MISSING, group["reason"], group["images"]]
        for name, card in facts.items()
        for group in card["left_out"]
    ]
    headers = ["Dataset", "Label in the source", "Reason", "Images"]
    table = md.table(headers, rows, text_columns=3) if rows else "None."
    return [titles.caption("Images of the sources that were left out"), table]


def _audit(titles: Titles, audit: Audit) -> list[str]:
    return [
        "### Leakage, audited",
        "Images that show the same piece of a smear are found by content, within each dataset and between every two: "
        "those with the same pixels, and those that overlap, turned, mirrored or zoomed ones among them.",
        *_shared(titles, audit.pairs),
        *_seen(titles, audit.tests),
    ]


def _shared(titles: Titles, pairs: pd.DataFrame) -> list[str]:
    between = pairs[pairs["dataset"] != pairs["other"]]
    none = between[between["involved"] == 0]
    rows = []
    for row in pairs.drop(none.index).itertuples():
        names = dict.fromkeys(titles.dataset(name) for name in (row.dataset, row.other))
        rows.append([" and ".join(names), *map(md.count, (row.images, row.same_pixels, row.overlap, row.involved))])
    headers = ["Within, or between", "Images", "Pairs, same pixels", "Pairs, overlapping", "Images in a pair"]
    blocks = [titles.caption("Images that show the same"), md.table(headers, rows)]
    if len(between):
        blocks.append(f"Pairs of datasets without an image in common: {len(none)} of {len(between)}.")
    return blocks


def _seen(titles: Titles, tests: pd.DataFrame) -> list[str]:
    """A row a test in which a fit has seen something of the test images, mean over the seeds; the others in words."""
    counts = ["left_out", "held_back", "leaking"]
    means = tests.groupby(["trained_on", "tested_on"], sort=False)[["images", *counts]].mean()
    seen = means[(means[counts] > 0).any(axis=1)]
    sentence = (
        "Tests that share nothing with what the fit was shown, and lost no image for that: "
        f"{len(means) - len(seen)} of {len(means)}, each in {md.seeds(tests['seed'].nunique())}."
    )
    if seen.empty:
        return [sentence]
    rows = [[titles.pair(pair), *(md.number(value, 1) for value in row)] for pair, row in seen.T.items()]
    headers = ["Fit → test", "Test images", "Left out of the test", "Kept from the fit", "Leaking"]
    title = "The other tests (images, mean over the seeds)"
    note = (
        "A test on a dataset that was not fitted leaves out what overlaps with a fitted one; a fit on several datasets "
        "is not shown what overlaps with a later subset of another. What a fit was shown all the same leaks."
    )
    return [sentence, titles.caption(title), md.table(headers, rows), note]
