"""Join fits and what was measured of them, made on several machines, in one folder of results."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sgcldff.errors import InputError
from sgcldff.layout import OVERLAPS, Layout
from sgcldff.reporting.provenance import read_fit
from sgcldff.sharing.bundle import RESULTS
from sgcldff.sharing.bundle_part import check_bundled_data, check_bundles, join_scores
from sgcldff.sharing.crate import METADATA
from sgcldff.sharing.same_run import SameRun, check_data, same_bytes
from sgcldff.tables.files import whole_file
from sgcldff.variants import parse_variant

FIT, PREDICTIONS = "fits/*/*/*/fit.json", "predictions/*/*/*/cost.json"  # each is written last in its folder
# In the order in which the graph makes them: no file may be older than what it was made from, or Snakemake would make
# it again, and a merge that was killed goes on at another time.
BEFORE = ("splits/*/seed-*.csv", f"data/{OVERLAPS}/*.csv")
AFTER = ("architecture/*/*/seed-*.csv", "attention/*/*/seed-*.csv", "explanations/*/*/seed-*.*")


@dataclass(frozen=True)
class Joined:
    """copied, there: files that were copied, and that stood there with the same bytes; seeds: of all fits now."""

    copied: int
    there: int
    seeds: list[int]


def merge(
    others: Sequence[Path], results: Path, unfinished: Callable[[Path], bool], older_code: bool = False
) -> Joined:
    """Copy what the others have and `results` lacks, each file whole or not at all, and nothing before all is checked.

    others: folders of results, and bundles, whose scores are taken as they are; unfinished: whether a fit.json or
    cost.json is of one that is to be made again, which is left out; older_code: whether fits of a method that is not
    here may be of other code than this checkout's, which the report's page of the run names. Scores of folders of
    results, statistics and reports are not joined: the graph makes them. Raises InputError naming the file where a run
    is of another configuration, other prepared data or other code, and where a file stands in two of them and differs.
    """
    bundles = {folder / RESULTS: folder.resolve().name for folder in others if (folder / METADATA).exists()}
    others = [folder / RESULTS if folder / RESULTS in bundles else folder for folder in others]
    for folder in (*others, results):
        if not folder.is_dir():
            raise InputError(f"{folder} is no folder of results.")
    check_bundles(bundles, results)
    same, own = SameRun(older_code), Layout(results)
    for folder in (results, *others):
        for record in sorted(folder.glob(FIT)):
            same.add_fit(record, own=folder == results)
        for cost in sorted(folder.glob(PREDICTIONS)):
            same.add_cost(cost, own=folder == results)
    sources: dict[Path, Path] = {}  # where a file belongs -> where it is copied from
    there = 0
    for folder in others:
        if folder in bundles:
            check_bundled_data(folder, own, _datasets(folder))
        else:
            check_data(Layout(folder), own, _datasets(folder))
        for file in _files(folder, unfinished):
            target = results / file.relative_to(folder)
            first = target if target.exists() else sources.setdefault(target, file)
            if first != file:
                if not same_bytes(file, first):
                    raise InputError(f"{file} is not the same as {first}: both runs made it; delete it in one of them.")
                there += 1
    # One time for all copies, set and not left to the file system, whose clock may lie a moment behind.
    now = time.time_ns()
    for target, file in sources.items():
        with whole_file(target) as part:
            shutil.copyfile(file, part)
            os.utime(part, ns=(now, now))
    for part, name in bundles.items():
        join_scores(
            part, own.joined() / name, [cost for cost in sorted(part.glob(PREDICTIONS)) if not unfinished(cost)]
        )
    seeds = {int(record.parent.name.removeprefix("seed-")) for record in results.glob(FIT)}
    return Joined(len(sources), there, sorted(seeds))


def _files(folder: Path, unfinished: Callable[[Path], bool]) -> Iterator[Path]:
    """What is joined of a run, in the order of the graph; the record of a fit or prediction after all it is about."""
    for pattern in BEFORE:
        yield from sorted(folder.glob(pattern))
    for pattern, kinds in ((FIT, ("weights.safetensors", "history.csv")), (PREDICTIONS, ("*.parquet",))):
        for record in sorted(folder.glob(pattern)):
            if not unfinished(record):
                for kind in kinds:
                    yield from sorted(record.parent.glob(kind))
                yield record
    for pattern in AFTER:
        yield from (file for file in sorted(folder.glob(pattern)) if not file.name.endswith(".part"))


def _datasets(folder: Path) -> list[str]:
    """The datasets that a run's fits and predictions are of."""
    fitted = [name for record in folder.glob(FIT) for name in read_fit(record).get("asked", {}).get("members", [])]
    tested = [parse_variant(file.stem)[0] for file in folder.glob("predictions/*/*/*/*.parquet")]
    return sorted({*fitted, *tested})
