"""The verbs of the command line from source to split, and those that describe what was prepared."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Annotated

import typer

from sgcldff.stages.asked import Mirror, Prepared, Settings, asked_for


def fetch(
    settings: Settings,
    raw: Annotated[Path, typer.Option(help="Folder that receives the files as they are at the source.")],
    mirror: Mirror = None,
) -> None:
    """Download a dataset, or generate it, and verify every file."""
    from sgcldff.data.sources.dataset import build_dataset

    asked = asked_for(settings)
    build_dataset(asked["class"], asked["arguments"]).fetch(raw, mirror)


def prepare(
    settings: Settings,
    raw: Annotated[Path, typer.Option(help="Folder of the fetched dataset.")],
    out: Annotated[Path, typer.Option(help="Folder of the prepared dataset: arrays, tables and keypoints.")],
    mirror: Mirror = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes that work through the images.")] = 1,
) -> None:
    """Check every image, bring it to one size, map its label; a raw file that went missing is fetched again first."""
    from sgcldff.data.prepare import prepare as run
    from sgcldff.data.sources.dataset import build_dataset

    asked = asked_for(settings)
    dataset = build_dataset(asked["class"], asked["arguments"])
    dataset.fetch(raw, mirror)
    run(asked["dataset"], dataset, raw, out, asked["size"], asked["classes"], asked["labels"], jobs)


def overlaps(
    first: Annotated[Path, typer.Option(help="Folder of a prepared dataset.")],
    second: Annotated[Path, typer.Option(help="Folder of another one.")],
    out: Annotated[Path, typer.Option(help="CSV of first, second and kind.")],
) -> None:
    """Find the images that two datasets share: the same pixels, or a piece of the same smear."""
    from sgcldff.data.duplicates.search import find_shared

    find_shared(first, second, out)


def leakage(
    settings: Settings,
    results: Annotated[Path, typer.Option(help="Results folder: prepared datasets, overlaps and splits are read.")],
    out: Annotated[Path, typer.Option(help="Folder for duplicates_by_dataset.csv and leakage_by_test.csv.")],
) -> None:
    """Count the duplicates of every dataset, and the tested images of which a fit has seen one."""
    from sgcldff.data.leakage import Audited, duplicates_by_dataset, leakage_by_test
    from sgcldff.layout import Layout
    from sgcldff.tables.files import write_table

    asked, layout = asked_for(settings), Layout(results)
    names = asked["datasets"]
    files = Audited(
        {name: layout.prepared(name) for name in names},
        {pair: layout.overlaps(*pair) for pair in combinations(sorted(names), 2)},
        {name: {seed: layout.split(name, seed) for seed in asked["seeds"]} for name in names},
    )
    out.mkdir(parents=True, exist_ok=True)
    write_table(duplicates_by_dataset(files), out / "duplicates_by_dataset.csv")
    write_table(leakage_by_test(files, asked["tests"], asked["pools"]), out / "leakage_by_test.csv")


def split(
    prepared: Prepared,
    settings: Settings,
    seed: Annotated[int, typer.Option(help="Decides the draw.")],
    out: Annotated[Path, typer.Option(help="CSV of image_id and subset.")],
) -> None:
    """Divide a dataset into training, validation and test subset."""
    from sgcldff.data.dataset_files import read_index
    from sgcldff.data.split import SUBSETS
    from sgcldff.data.split import split as run

    asked = asked_for(settings)
    shares = tuple(asked["split"][part] for part in SUBSETS)
    parts = run(read_index(prepared), seed, shares, str(prepared / "index.csv"), grouped=asked["grouped"])
    out.parent.mkdir(parents=True, exist_ok=True)
    parts.to_csv(out, index=False)


def card(
    settings: Settings,
    raw: Annotated[Path, typer.Option(help="Folder of the fetched dataset.")],
    results: Annotated[Path, typer.Option(help="Results folder: the prepared dataset and its splits are read.")],
    out: Annotated[Path, typer.Option(help="Folder for README.md, contact_sheet.png, croissant.json and facts.json.")],
    mirror: Mirror = None,
) -> None:
    """Describe a prepared dataset; a raw file that went missing is fetched again first."""
    from sgcldff.data.cards.card import write_card
    from sgcldff.data.sources.dataset import build_dataset
    from sgcldff.layout import Layout

    asked, layout = asked_for(settings), Layout(results)
    name = asked["dataset"]
    dataset = build_dataset(asked["class"], asked["arguments"])
    dataset.fetch(raw, mirror)
    splits = [layout.split(name, seed) for seed in asked["seeds"]]
    write_card(dataset, raw, layout.prepared(name), splits, layout.duplicates(name), asked, out)
