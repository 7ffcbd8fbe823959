"""A bundle as part of a run: what it carries for that, and how its scores come to stand in a folder of results.

It has no weights and, but for the reference's on its own test subsets, no predictions: its fits are not made or tested
again, and their scores are taken as they are.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import pandas as pd

from sgcldff.config.experiment import REFERENCE, Experiment
from sgcldff.errors import InputError
from sgcldff.layout import Layout
from sgcldff.sharing.run_files import fit_files, own_predictions
from sgcldff.sharing.same_run import check_prepared, same_bytes
from sgcldff.tables.checksum import file_sha256
from sgcldff.tables.contract import Contract
from sgcldff.tables.costs import fit_of_cost
from sgcldff.tables.files import write_table
from sgcldff.tables.joined import FIT, MEASURED, TABLES
from sgcldff.tables.read import read_table
from sgcldff.tables.runs import RUNS

DATA = "data.csv"
CHECKSUMS = Contract(("dataset", "file", "sha256"), text=("dataset", "file", "sha256"))


def record_files(experiment: Experiment, layout: Layout) -> list[Path]:
    """What a report reads of the fits and their datasets beside the statistics, without weights and pictures."""
    datasets = list(experiment.datasets)
    splits = [layout.split(name, seed) for name in datasets for seed in experiment.every_seed]
    overlaps = [layout.overlaps(*pair) for pair in combinations(datasets, 2)]
    fits = [file for name in ("record", "history") for file in fit_files(experiment, layout, name)]
    shown = own_predictions(experiment, layout)
    blocks = layout.architecture(next(iter(experiment.tests())), REFERENCE, experiment.seeds[0])
    return [*splits, *overlaps, *fits, *shown, blocks]


def data_checksums(layout: Layout, datasets: Iterable[str]) -> pd.DataFrame:
    """CHECKSUMS of the prepared images, masks and index of these datasets."""
    rows = [
        (dataset, file.name, file_sha256(file)) for dataset in datasets for file in layout.prepared(dataset).values()
    ]
    return pd.DataFrame(rows, columns=list(CHECKSUMS.columns))


def check_bundled_data(part: Path, own: Layout) -> None:
    """InputError where the run of a bundle saw other images or masks than are prepared here; part: its `results`."""
    for row in read_table(part / DATA, CHECKSUMS).itertuples():
        mine = own.results / "data" / row.dataset / row.file
        check_prepared(mine, row.dataset, row.sha256, f"{part / DATA} names another")


def is_joined(part: Path, joined: Path) -> bool:
    """Whether the scores stand there already; InputError where others stand there."""
    if not joined.exists():
        return False
    if not all(same_bytes(part / name, joined / name) for name in TABLES.values()):
        raise InputError(f"{joined} holds other scores than {part}: give one of the two bundles another name.")
    return True


def join_scores(part: Path, joined: Path, costs: Iterable[Path]) -> None:
    """Copy the tables of a bundle into the folder, which appears whole; costs: of the fits that they are used of."""
    runs = read_table(part / TABLES["runs"], RUNS)
    tests = runs.groupby(list(FIT))["tested_on"].agg(" ".join)
    fits = {fit_of_cost(cost): file_sha256(cost) for cost in costs}
    rows = [(*fit, tests[fit], checksum) for fit, checksum in fits.items() if fit in tests.index]
    whole = joined.parent.with_name("joined.part")  # the graph looks into every folder of `joined`
    shutil.rmtree(whole, ignore_errors=True)
    whole.mkdir(parents=True)
    for name in TABLES.values():
        shutil.copyfile(part / name, whole / name)
    write_table(pd.DataFrame(rows, columns=list(MEASURED.columns)), whole / "measured.csv")
    joined.parent.mkdir(exist_ok=True)
    whole.rename(joined)
