"""A bundle as part of a run: what it carries for that, and how its scores come to stand in a folder of results.

It has no weights and, but for the reference's on its own test subsets, no predictions: its fits are not made or tested
again, and their scores are taken as they are.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from sgcldff.config.experiment import Experiment
from sgcldff.errors import InputError
from sgcldff.layout import Layout
from sgcldff.sharing.crate import checksums, first_changed
from sgcldff.sharing.run_files import built_blocks, fit_files, own_predictions
from sgcldff.sharing.same_run import check_prepared, same_bytes
from sgcldff.tables.checksum import file_sha256
from sgcldff.tables.contract import Contract
from sgcldff.tables.costs import fit_of_cost
from sgcldff.tables.files import write_table
from sgcldff.tables.joined import AXES, FIT, MEASURED, TABLES
from sgcldff.tables.read import read_table
from sgcldff.tables.runs import RUN_KEYS, RUNS
from sgcldff.variants import parse_variant

DATA = "data.csv"
MEASURED_FILE = "measured.csv"
CHECKSUMS = Contract(("dataset", "file", "sha256"), text=("dataset", "file", "sha256"))


def record_files(experiment: Experiment, layout: Layout) -> list[Path]:
    """What a report reads of the fits and their datasets beside the statistics, without weights and pictures."""
    datasets = list(experiment.datasets)
    splits = [layout.split(name, seed) for name in datasets for seed in experiment.every_seed]
    overlaps = [layout.overlaps(*pair) for pair in combinations(datasets, 2)]
    fits = [file for name in ("record", "history") for file in fit_files(experiment, layout, name)]
    shown = own_predictions(experiment, layout)
    return [*splits, *overlaps, *fits, *shown, built_blocks(experiment, layout)]


def data_checksums(layout: Layout, datasets: Iterable[str]) -> pd.DataFrame:
    """CHECKSUMS of the prepared images, masks and index of these datasets."""
    rows = [
        (dataset, file.name, file_sha256(file)) for dataset in datasets for file in layout.prepared(dataset).values()
    ]
    return pd.DataFrame(rows, columns=list(CHECKSUMS.columns))


def check_bundles(bundles: Mapping[Path, str], results: Path) -> None:
    """InputError where a bundle is not as it was written, shares its name, or has other scores of a fit than another.

    bundles: `results` of each bundle -> the name under which it is joined; results: the folder that they are joined to.
    """
    named: dict[str, Path] = {}
    for part, name in bundles.items():
        if (first := named.setdefault(name, part)) != part:
            raise InputError(f"{part.parent} is called as {first.parent} is: give one of the two another name.")
        listed = checksums(part.parent)
        if changed := first_changed(part.parent, listed):
            raise InputError(f"{part.parent / changed} is not the file that was bundled: get the bundle again.")
        for table in (*TABLES.values(), DATA):
            if not (part / table).exists():
                raise InputError(f"{part / table} is missing: bundle that run again, with this version.")
    there = [folder for folder in sorted(Layout(results).joined().glob("*")) if folder.is_dir()]
    folders = [*there, *(part for part, name in bundles.items() if name not in {folder.name for folder in there})]
    for folder in there:
        part = named.get(folder.name)
        if part and not all(same_bytes(part / table, folder / table) for table in TABLES.values()):
            raise InputError(f"{folder} holds other scores than {part}: give the bundle another name.")
    for one, other in combinations(folders, 2):
        _check_same_scores(one, other)


def _check_same_scores(one: Path, other: Path) -> None:
    """InputError where two folders have different scores of the same run."""
    tables = []
    for folder in (one, other):
        runs = read_table(folder / TABLES["runs"], RUNS)
        tables.append(runs[~runs["tested_on"].map(is_area).astype(bool)].set_index(list(RUN_KEYS)))
    rows, columns = tables[0].index.intersection(tables[1].index), tables[0].columns.intersection(tables[1].columns)
    first, second = (table.loc[rows, columns] for table in tables)
    apart = (first != second) & ~(first.isna() & second.isna())
    if apart.to_numpy().any():
        row, column = np.argwhere(apart.to_numpy())[0]
        run = ", ".join(map(str, rows[row][:-1]))
        raise InputError(
            f"{one / TABLES['runs']} and {other / TABLES['runs']} have different scores of {run}, seed {rows[row][-1]} "
            f"({columns[column]} {first.iat[row, column]} and {second.iat[row, column]}): join one of the two."
        )


def is_area(tested_on: str) -> bool:
    """Whether a run is the area under a curve along an axis of perturbation, worked out from other runs.

    >>> is_area("bccd@hue"), is_area("bccd@hue@0.5"), is_area("bccd")
    (True, False, False)
    """
    _, axis, level = parse_variant(tested_on)
    return axis is not None and level is None


def check_bundled_data(part: Path, own: Layout, datasets: Iterable[str]) -> None:
    """InputError where the run of a bundle saw other images or masks than are prepared here.

    part: its `results`; datasets: those that its fits and predictions are of.
    """
    rows = read_table(part / DATA, CHECKSUMS)
    if lacking := sorted(set(datasets) - set(rows["dataset"])):
        raise InputError(f"{part / DATA} says nothing of {', '.join(lacking)}: bundle that run again.")
    for row in rows.itertuples():
        mine = own.results / "data" / row.dataset / row.file
        check_prepared(mine, row.dataset, row.sha256, f"{part / DATA} names another")


def _axes(provenance: Path) -> str:
    """What AXES holds, of a bundle's provenance.json."""
    axes = json.loads(provenance.read_text(encoding="utf-8"))["configuration"]["perturbations"]
    return json.dumps({name: {key: axis[key] for key in ("kind", "strongest")} for name, axis in axes.items()})


def join_scores(part: Path, joined: Path, costs: Iterable[Path]) -> None:
    """Copy the tables of a bundle into the folder, which appears whole, where it does not stand there yet.

    costs: of the fits that they are used of.
    """
    runs = read_table(part / TABLES["runs"], RUNS)
    tests = runs.groupby(list(FIT))["tested_on"].agg(" ".join)
    fits = {fit_of_cost(cost): file_sha256(cost) for cost in costs}
    rows = [(*fit, tests[fit], checksum) for fit, checksum in fits.items() if fit in tests.index]
    measured = pd.DataFrame(rows, columns=list(MEASURED.columns))
    axes = _axes(part.parent / "provenance.json")
    if joined.exists():
        if not read_table(joined / MEASURED_FILE, MEASURED).equals(measured):
            write_table(measured, joined / MEASURED_FILE)
        (joined / AXES).write_text(axes, encoding="utf-8")
        return
    whole = joined.parent.with_name("joined.part")  # the graph looks into every folder of `joined`
    shutil.rmtree(whole, ignore_errors=True)
    whole.mkdir(parents=True)
    for name in TABLES.values():
        shutil.copyfile(part / name, whole / name)
    write_table(measured, whole / MEASURED_FILE)
    (whole / AXES).write_text(axes, encoding="utf-8")
    joined.parent.mkdir(exist_ok=True)
    whole.rename(joined)
