"""The datasets of a run: what took part, what was not available, and what fits have seen of their test images."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sgcldff.errors import InputError
from sgcldff.reporting import markdown as md
from sgcldff.reporting.labels import caption
from sgcldff.reporting.result_tables import absent_lines
from sgcldff.reporting.rows import NOT_AVAILABLE
from sgcldff.reporting.run import Material
from sgcldff.tables.contract import Contract
from sgcldff.tables.read import read_table

FACTS = "facts.json"
PAIR_COLUMNS = ("dataset", "other", "images", "groups", "same_pixels", "overlap", "involved")
TEST_COLUMNS = ("trained_on", "tested_on", "seed", "images", "left_out", "held_back", "leaking")

Facts = Mapping[str, Any]
"""What a dataset's card says: the content of its facts.json."""


@dataclass(frozen=True)
class Audit:
    """pairs: a row a dataset or two datasets; tests: a row a fit's data, dataset that it is tested on, and seed."""

    pairs: pd.DataFrame
    tests: pd.DataFrame


def read_facts(card: Path) -> dict[str, Any]:
    """The facts in the folder of a card; InputError where they are missing or damaged."""
    file = card / FACTS
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"The file {file} does not exist: run the target `cards` first.") from error
    except ValueError as error:
        raise InputError(f"The file {file} is not JSON ({error}): delete it and run the target `cards`.") from error


def read_audit(folder: Path) -> Audit:
    """duplicates_by_dataset.csv and leakage_by_test.csv; InputError where one is missing or damaged."""
    return Audit(
        read_table(folder / "duplicates_by_dataset.csv", Contract(PAIR_COLUMNS, text=("dataset", "other"))),
        read_table(folder / "leakage_by_test.csv", Contract(TEST_COLUMNS, text=("trained_on", "tested_on"))),
    )


def datasets_section(material: Material, facts: Mapping[str, Facts], links: Mapping[str, str], audit: Audit) -> str:
    """The section of the document; facts and links (to the cards) by dataset, in the order of the tables."""
    return "\n\n".join(
        [
            "## Datasets",
            *_overview(material, facts, links),
            *_by_class(material, facts),
            *_left_out(material, facts),
            *_audit(material, audit),
        ]
    )


def _overview(material: Material, facts: Mapping[str, Facts], links: Mapping[str, str]) -> list[str]:
    rows = []
    for name, one in facts.items():
        about, duplicates = one["about"], one["duplicates"]
        rows.append(
            [
                f"[{material.dataset_title(name)}]({links[name]})",
                one["images"],
                one["groups"]["number"],
                duplicates.get("same pixels", 0),
                duplicates.get("overlap", 0),
                f"{100 * one['masked'] / one['images']:.0f}%",
                about["stain"] or md.MISSING,
                about["licence"] or md.MISSING,
                "yes" if about["redistributable"] else "no" if about["licence"] else md.MISSING,
            ]
        )
    absent = material.absent
    rows += [[entry["title"], NOT_AVAILABLE, *[md.MISSING] * 7] for entry in absent.values()]
    headers = ["Dataset", "Images", "Groups", "Pairs, same pixels", "Pairs, overlapping", "With a mask"]
    told = [
        caption(material, "What took part; each name leads to the dataset's card"),
        md.table([*headers, "Stain", "Licence", "Images may be passed on"], rows),
        _how_divided(material, facts),
    ]
    return [*told, *([absent_lines(material, absent)] if absent else [])]


def _how_divided(material: Material, facts: Mapping[str, Facts]) -> str:
    told = "A group is an image, what overlaps with it, and what its source says belongs to it; no split divides one."
    apart = [material.dataset_title(name) for name, one in facts.items() if not one["groups"]["kept"]]
    return f"{told} Only {' and '.join(apart)} was divided image by image, on purpose." if apart else told


def _by_class(material: Material, facts: Mapping[str, Facts]) -> list[str]:
    """A table for each label space, of the datasets whose own it is."""
    blocks = []
    for space in dict.fromkeys(one["space"] for one in facts.values()):
        mine = {name: one for name, one in facts.items() if one["space"] == space}
        classes = next(iter(mine.values()))["spaces"][space]
        rows = [
            [
                material.dataset_title(name),
                *[one["classes"].get(label, {}).get("images", 0) for label in classes],
                one["images"],
            ]
            for name, one in mine.items()
        ]
        title = f"Images that took part, by class ({space})"
        blocks += [caption(material, title), md.table(["Dataset", *classes, "All"], rows)]
    return blocks


def _left_out(material: Material, facts: Mapping[str, Facts]) -> list[str]:
    rows = [
        [material.dataset_title(name), each["label"] or md.MISSING, each["reason"], each["images"]]
        for name, one in facts.items()
        for each in one["left_out"]
    ]
    headers = ["Dataset", "Label in the source", "Reason", "Images"]
    told = md.table(headers, rows, text_columns=3) if rows else "None."
    return [caption(material, "Images of the sources that were left out"), told]


def _audit(material: Material, audit: Audit) -> list[str]:
    return [
        "### Leakage, audited",
        "Images that show the same piece of a smear are found by content, within each dataset and between every two: "
        "those with the same pixels, and those that overlap, turned, mirrored or zoomed ones among them.",
        *_shared(material, audit.pairs),
        *_seen(material, audit.tests),
    ]


def _shared(material: Material, pairs: pd.DataFrame) -> list[str]:
    between = pairs[pairs["dataset"] != pairs["other"]]
    none = between[between["involved"] == 0]
    rows = []
    for row in pairs.drop(none.index).itertuples():
        names = dict.fromkeys(material.dataset_title(name) for name in (row.dataset, row.other))
        rows.append([" and ".join(names), *map(md.count, (row.images, row.same_pixels, row.overlap, row.involved))])
    headers = ["Within, or between", "Images", "Pairs, same pixels", "Pairs, overlapping", "Images in a pair"]
    blocks = [caption(material, "Images that show the same"), md.table(headers, rows)]
    if len(between):
        blocks.append(f"Pairs of datasets without an image in common: {len(none)} of {len(between)}.")
    return blocks


def _seen(material: Material, tests: pd.DataFrame) -> list[str]:
    """A row a test in which a fit has seen something of the test images, mean over the seeds; the others in words."""
    counts = ["left_out", "held_back", "leaking"]
    means = tests.groupby(["trained_on", "tested_on"], sort=False)[["images", *counts]].mean()
    found = means[(means[counts] > 0).any(axis=1)]
    told = (
        "Tests whose images show nothing that the fit was shown, with no image set aside for it: "
        f"{len(means) - len(found)} of {len(means)}, each in {md.seeds(tests['seed'].nunique())}."
    )
    if found.empty:
        return [told]
    rows = [[material.pair_title(pair), *(md.number(value, 1) for value in row)] for pair, row in found.T.items()]
    headers = ["Fit → test", "Test images", "Left out of the test", "Kept from the fit", "Leaking"]
    title = "The other tests (images, mean over the seeds)"
    note = (
        "A test on a dataset that was not fitted leaves out what overlaps with a fitted one; a fit on several datasets "
        "is not shown what overlaps with a later part of another. What a fit was shown all the same leaks."
    )
    return [told, caption(material, title), md.table(headers, rows), note]
