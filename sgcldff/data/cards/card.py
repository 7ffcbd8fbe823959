"""The card of a dataset: what it is, who made it, what it holds and what is wrong with it, in Markdown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tabulate import tabulate

from sgcldff.config.stages.card import CardSettings
from sgcldff.data.cards.contact_sheet import draw_contact_sheet
from sgcldff.data.cards.croissant import croissant, write_croissant
from sgcldff.data.cards.facts import CardSources, gather_facts, write_facts
from sgcldff.data.dataset_files import read_index
from sgcldff.data.sources.dataset import Dataset
from sgcldff.data.subsets import SUBSETS
from sgcldff.tables.files import write_text

SHEET, CROISSANT, FACTS = "contact_sheet.png", "croissant.json", "facts.json"  # stand beside the card

MISSING = "—"

CODES = (
    "Masks are brought to four codes: 0 background, 1 cytoplasm, 2 nucleus, 255 unknown. The cell is cytoplasm and "
    "nucleus together."
)


@dataclass(frozen=True)
class CardFiles:
    """What a card consists of, all in one folder: Markdown, contact sheet, Croissant metadata, facts as JSON."""

    readme: Path
    sheet: Path
    croissant: Path
    facts: Path


def write_card(settings: CardSettings, dataset: Dataset, raw: Path, files: CardSources, out: CardFiles) -> None:
    """Write the card of a dataset; raw: folder of its source.

    Raises InputError for a missing or damaged file, of the source or of the prepared dataset.
    """
    facts = gather_facts(settings, dataset, raw, files)
    draw_contact_sheet(dataset, raw, read_index(files.prepared.index), facts, out.sheet)
    write_croissant(croissant(facts, files, out.croissant.parent), out.croissant)
    write_facts(facts, out.facts)
    write_text(render_card(facts), out.readme)


def render_card(facts: Mapping[str, Any]) -> str:
    """The card; facts: as `gather_facts` gives them. What is not known is a dash."""
    about = facts["about"]
    sections = [
        f"# {facts['title']}",
        about["what"],
        _doubts(facts["doubts"]),
        f"![Images of each class with the outlines of their masks]({SHEET})",
        _origin(about),
        _classes(facts),
        _left_out(facts),
        _groups(facts),
        _masks(facts),
        _measured(facts),
        _labels(facts),
        _faults(about["faults"]),
        "## How the files were read\n\n" + ("\n".join(f"- {remark}" for remark in facts["remarks"]) or MISSING),
        "## Files\n\n"
        f"The tables describe the images as this run prepared them, {facts['size']}×{facts['size']} pixels; the "
        f"contact sheet shows them as the source has them. `{CROISSANT}` describes the prepared files for machines "
        f"(Croissant), `{FACTS}` holds the numbers of this card.",
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _doubts(doubts: Sequence[str]) -> str:
    return "\n".join(f"> **Warning.** {doubt}\n>" for doubt in doubts).removesuffix("\n>")


def _origin(about: Mapping[str, Any]) -> str:
    licence = f"[{about['licence']}]({about['licence_url']})" if about["licence_url"] else about["licence"]
    rows = [
        ("Made by", ", ".join([*about["creators"], *about["institutions"]])),
        ("Published", about["year"] or ""),
        ("Source", f"<{about['url']}>" if about["url"] else ""),
        ("Stain", about["stain"]),
        ("Masks", about["masks"]),
        ("Labels", about["labels"]),
        ("Licence", licence),
        ("Images may be passed on", "yes" if about["redistributable"] else "no" if about["licence"] else ""),
        ("To be cited", about["citation"]),
    ]
    return _table(["", ""], [(name, value or MISSING) for name, value in rows], text_columns=2)


def _classes(facts: Mapping[str, Any]) -> str:
    rows = []
    for label, counts in facts["classes"].items():
        subsets = [_drawn(numbers) for numbers in counts["subsets"].values()]
        rows.append([label, counts["images"], counts["groups"], *subsets])
    by_class = [counts["subsets"] for counts in facts["classes"].values()]
    totals = [[sum(seed) for seed in zip(*(counts[name] for counts in by_class), strict=True)] for name in SUBSETS]
    rows.append(["all", facts["images"], facts["groups"]["number"], *map(_drawn, totals)])
    note = (
        f"A subset is drawn again for each seed: the mean over {facts['seeds']} seeds, with the least and the most "
        "where they differ. Groups of several classes are counted in each."
    )
    headers = ["Class", "Images", "Groups", *map(str.capitalize, SUBSETS)]
    return "\n\n".join(["## Images by class and subset", _table(headers, rows), note])


def _drawn(numbers: Sequence[int]) -> str:
    """Images in a subset: one number a seed."""
    if not numbers:
        return MISSING
    low, high = min(numbers), max(numbers)
    return str(low) if low == high else f"{sum(numbers) / len(numbers):.1f} ({low} to {high})"


def _left_out(facts: Mapping[str, Any]) -> str:
    rows = [[entry["label"] or MISSING, entry["reason"], entry["images"]] for entry in facts["left_out"]]
    table = _table(["Label", "Reason", "Images"], rows, text_columns=2) if rows else "Nothing."
    return f"## Left out\n\n{table}"


def _groups(facts: Mapping[str, Any]) -> str:
    groups, duplicates = facts["groups"], facts["duplicates"]
    pairs = ", ".join(f"{kind} {number:,}" for kind, number in sorted(duplicates.items())) or "none"
    kept = "no split divides it" if groups["kept"] else "splits divide it here, on purpose, to measure what that leaks"
    return (
        "## Groups and duplicates\n\n"
        "Images that show the same piece of a smear, or that the source says belong together, are one group: "
        f"{kept}. {facts['images']:,} images are {groups['number']:,} groups; {groups['shared']:,} of them share a "
        f"group with another, the largest has {groups['largest']}. Pairs found by content: {pairs}."
    )


def _masks(facts: Mapping[str, Any]) -> str:
    masked, images = facts["masked"], facts["images"]
    share = f"{masked:,} of {images:,} images ({100 * masked / images:.0f}%) have a mask."
    without = "" if masked == images else " The others serve classification, and have no score of segmentation."
    return f"## Masks\n\n{share}{without} {CODES}"


def _measured(facts: Mapping[str, Any]) -> str:
    shapes = [
        [label, counts["masked"], _quartiles(counts["cell"]), _quartiles(counts["nucleus"]), _known(counts["cut"])]
        for label, counts in facts["classes"].items()
    ]
    headers = ["Class", "With a mask", "Cell in the image (%)", "Nucleus in the cell (%)", "Cell cut by the border"]
    colours = [[region, *_colour(colour)] for region, colour in facts["colours"].items()]
    sizes = facts["sizes"]
    (width, height), (narrow, wide), (low, high) = sizes["most"], sizes["widths"], sizes["heights"]
    sentence = f"{100 * sizes['share']:.0f}% of {sizes['read']} images read at the source are {width}×{height} pixels"
    if sizes["share"] < 1:
        sentence += f"; widths go from {narrow} to {wide}, heights from {low} to {high}"
    return "\n\n".join(
        [
            "## Measured",
            f"{sentence}.",
            "Shares of the area, median (quartiles) over the images:",
            _table(headers, shapes),
            "Colours, the median over the images of each one's median; the optical density is −log₁₀ of the "
            "channel's share of full intensity, so that stains can be compared:",
            _table(["Region", "RGB", "Hex", "OD red", "OD green", "OD blue"], colours),
        ]
    )


def _quartiles(values: Sequence[float] | None) -> str:
    if values is None:
        return MISSING
    low, middle, high = (f"{100 * value:.1f}" for value in values)
    return f"{middle} ({low} to {high})"


def _known(number: int | None) -> str:
    return MISSING if number is None else str(number)


def _colour(colour: Sequence[int] | None) -> list[str]:
    if colour is None:
        return [MISSING] * 5
    densities = [f"{abs(math.log10(max(channel, 1) / 255)):.2f}" for channel in colour]
    return [", ".join(map(str, colour)), "`#" + "".join(f"{channel:02x}" for channel in colour) + "`", *densities]


def _labels(facts: Mapping[str, Any]) -> str:
    """A column a label space; a row a label of the source, in the order of the tables, which name them all."""
    tables, held = facts["labels"], facts["source_labels"]
    names = dict.fromkeys(label for table in tables.values() for label in table)
    rows = [
        [name, held.get(name, 0), *(_class(table.get(name), facts["spaces"][space]) for space, table in tables.items())]
        for name in names
    ]
    note = f"The dataset's own space is {facts['space']}. What has no class ({MISSING}) or one that is not in the "
    note += "experiment is left out there."
    return "\n\n".join(["## What the labels become", _table(["Label of the source", "Images", *tables], rows), note])


def _class(label: str | None, classes: Sequence[str]) -> str:
    if label is None:
        return MISSING
    return label if label in classes else f"{label} (not in the experiment)"


def _faults(faults: Sequence[str]) -> str:
    return "## Known faults\n\n" + ("\n".join(f"- {fault}" for fault in faults) or MISSING)


def _table(headers: Sequence[str], rows: Sequence[Sequence[Any]], text_columns: int = 1) -> str:
    """A GitHub table; the first `text_columns` are set left, the others right; numbers are not parsed."""
    cells = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    alignment = ["left"] * text_columns + ["right"] * (len(headers) - text_columns)
    return tabulate(cells, headers=headers, tablefmt="github", disable_numparse=True, colalign=alignment)
