"""Work the statistics of a bundle out again by the stage that made them, then the tables of its report, and compare."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sgcldff.config.experiment import Experiment
from sgcldff.config.settings import statistics_settings
from sgcldff.environment import installed_version
from sgcldff.layout import Layout
from sgcldff.reporting.files import TableFiles
from sgcldff.reporting.tables import read_tables, write_marked
from sgcldff.sharing.bundle import PAPER, PAPER_FILES, RESULTS, read_provenance
from sgcldff.sharing.bundle_part import DATA, is_area
from sgcldff.sharing.cells_compared import DIGITS, first_difference
from sgcldff.sharing.crate import checksums, first_changed, first_unlisted
from sgcldff.sharing.run_files import statistics_files, table_files
from sgcldff.stages import statistics
from sgcldff.stages.job import Job
from sgcldff.statistics.image_scores import IMAGE_SCORES
from sgcldff.tables.confusion import CONFUSION
from sgcldff.tables.names import STATISTICS
from sgcldff.tables.read import read_table
from sgcldff.tables.runs import MASK_METRICS, RUN_KEYS, RUNS
from sgcldff.tables.scores import read_scores

RUN_DIGITS = 1e-9  # a mean of scores is summed in another order than it was when its run was scored
OLDER = " Those of the report are not: the bundle is older than the records that they are made from."
REPORTED = ("tables", "figures")  # where the tables of the report and the points of its figures stand
DECIDING = ("numpy", "pandas", "scipy")  # packages in whose versions last digits may differ


def verified(folder: Path) -> tuple[bool, str]:
    """Whether all agrees, and a sentence: the first cell that differs, or the first file that was changed.

    A table that the bundle does not list, for it is older than the table, is not compared; nor are the tables of the
    report where the bundle is older than the records that they are made from. Raises InputError where the folder is no
    bundle or lacks a file.
    """
    listed = checksums(folder)
    changed = first_changed(folder, listed)
    provenance, experiment = read_provenance(folder)
    layout = Layout(folder / RESULTS)
    if apart := _first_run_apart(layout.results) or _first_confusion_apart(layout.results):
        return False, apart
    with tempfile.TemporaryDirectory() as made:
        of_statistics = _made_statistics(experiment, layout, folder / PAPER, Path(made))
        of_report = {}
        if f"{RESULTS}/{DATA}" in listed:
            of_report = _made_for_report(experiment, table_files(experiment, layout, of_statistics), Path(made))
        places = {f"{RESULTS}/statistics/{file.name}": file for file in of_statistics.values()} | of_report
        compared = {place: file for place, file in places.items() if place in listed}
        for place, file in compared.items():
            if difference := first_difference(folder / place, file):
                return False, f"{Path(place).parent.name}/{difference}{_other_versions(provenance)}."
        same = all(file.read_bytes() == (folder / place).read_bytes() for place, file in compared.items())
        digits = "last digit" if same else f"{DIGITS}th digit"
    checked = (f"{RESULTS}/statistics", *(REPORTED if of_report else ()))
    for file in sorted(each for place in checked for each in (folder / place).glob("*.csv")):
        if file.relative_to(folder).as_posix() not in compared:
            return False, f"{file.relative_to(folder)} is no table of this run: nothing makes it from what is bundled."
    if added := first_unlisted(folder, listed):
        return False, f"{added} is not among the files that were bundled."
    if changed:
        return False, f"{changed} is not the file that was bundled; no table depends on the change."
    count = len(compared)
    return (
        True,
        f"{count} tables are worked out again to the {digits}; no file has changed.{'' if of_report else OLDER}",
    )


def _made_statistics(experiment: Experiment, layout: Layout, paper: Path, folder: Path) -> dict[str, Path]:
    """STATISTICS by name, worked out from the scores by the stage of the graph."""
    inputs = {name: [str(file) for file in each] for name, each in statistics_files(experiment, layout).items()}
    inputs |= {name: [str(paper / file.name)] for name, file in PAPER_FILES.items()}
    outputs = {name: folder / "statistics" / f"{name}.csv" for name in STATISTICS}
    settings = statistics_settings(experiment).model_dump(mode="json", by_alias=True)
    statistics.run(Job(inputs, {name: str(file) for name, file in outputs.items()}, settings))
    return outputs


def _made_for_report(experiment: Experiment, files: TableFiles, folder: Path) -> dict[str, Path]:
    """Place in the bundle -> the table, or the points of a figure, worked out as a report does."""
    made = read_tables(experiment, files)
    frames = {f"tables/{name}.csv": table for name, table in made.tables.items()}
    frames |= {f"figures/{name}.csv": table for name, table in made.points.items()}
    for place, frame in frames.items():
        write_marked(frame, folder / place, experiment)
    return {place: folder / place for place in frames}


def _first_run_apart(results: Path) -> str | None:
    """The first score of a run that is not the mean of its images' scores, or pseudo-values; None where all are."""
    runs, scores = read_table(results / "runs.csv", RUNS), read_scores(results / "scores.parquet")
    grouped = scores.groupby([*RUN_KEYS, "metric"], sort=False, observed=True)["value"]
    means = pd.DataFrame({"mean": grouped.mean(), "gaps": grouped.apply(lambda values: values.isna().sum())})
    for number, run in enumerate(runs.to_dict("records"), start=1):
        if is_area(run["tested_on"]):
            continue
        for metric, image_metric in IMAGE_SCORES.items():
            if metric not in run:
                continue
            key = (*(run[name] for name in RUN_KEYS), image_metric)
            value, known = float(run[metric]), key in means.index
            # Of pseudo-values with gaps the mean is not the score; masks without a score are left out of both.
            if known and metric not in MASK_METRICS and means.at[key, "gaps"]:
                continue
            mean = float(means.at[key, "mean"]) if known else float("nan")
            if not np.isclose(mean, value, rtol=0, atol=RUN_DIGITS, equal_nan=True):
                return _apart(number, run, metric, mean, "scores.parquet")
    return None


def _first_confusion_apart(results: Path) -> str | None:
    """The first accuracy of a run that is not the share on the diagonal of its confusion matrix."""
    runs, confusion = read_table(results / "runs.csv", RUNS), read_table(results / "confusion.csv", CONFUSION)
    keys = list(RUN_KEYS)
    hits = confusion[confusion["truth"] == confusion["predicted"]].groupby(keys)["count"].sum()
    shares = (hits / confusion.groupby(keys)["count"].sum()).fillna(0.0)
    for number, run in enumerate(runs.to_dict("records"), start=1):
        key = tuple(run[name] for name in keys)
        if key in shares.index and not np.isclose(shares[key], run["accuracy"], rtol=0, atol=RUN_DIGITS):
            return _apart(number, run, "accuracy", float(shares[key]), "confusion.csv")
    return None


def _apart(number: int, run: Mapping[str, Any], metric: str, made: float, source: str) -> str:
    place = f"{', '.join(str(run[name]) for name in RUN_KEYS[:3])}, seed {run['seed']}"
    return (
        f"{RESULTS}/runs.csv, row {number} ({place}), column {metric}: {run[metric]} in the bundle, "
        f"{made} worked out from {RESULTS}/{source}."
    )


def _other_versions(provenance: dict[str, Any]) -> str:
    """What else may explain a last digit."""
    then = provenance.get("versions", {})
    now = {name: installed_version(name) for name in DECIDING}
    other = [f"{name} {then.get(name)} then, {now[name]} now" for name in DECIDING if then.get(name) != now[name]]
    return f" ({'; '.join(other)})" if other else ""
