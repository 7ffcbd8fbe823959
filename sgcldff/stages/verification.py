"""Work the statistics of a bundle out again, by the stage that made them, and compare."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sgcldff.config.settings import statistics_settings
from sgcldff.environment import installed_version
from sgcldff.layout import Layout
from sgcldff.sharing.bundle import PAPER, PAPER_FILES, RESULTS, read_provenance
from sgcldff.sharing.cells_compared import first_difference
from sgcldff.sharing.crate import checksums, first_changed
from sgcldff.sharing.statistics_files import statistics_files
from sgcldff.stages import statistics
from sgcldff.stages.job import Job
from sgcldff.statistics.image_scores import IMAGE_SCORES
from sgcldff.tables.names import STATISTICS
from sgcldff.tables.read import read_table
from sgcldff.tables.runs import MASK_METRICS, RUN_KEYS, RUNS
from sgcldff.tables.scores import read_scores

RUN_DIGITS = 1e-9  # a mean of scores is summed in another order than it was when its run was scored
DECIDING = ("numpy", "pandas", "scipy")  # packages in whose versions last digits may differ


def verified(folder: Path) -> tuple[bool, str]:
    """Whether all agrees, and a sentence: the first cell that differs, or the first file that was changed.

    A table that the bundle does not list, for it is older than the table, is not compared.
    Raises InputError where the folder is no bundle or lacks a file.
    """
    changed = first_changed(folder)
    provenance, experiment = read_provenance(folder)
    files = statistics_files(experiment, Layout(folder / RESULTS))
    inputs = {name: [str(file) for file in each] for name, each in files.items()}
    inputs |= {name: [str(folder / PAPER / file.name)] for name, file in PAPER_FILES.items()}
    if apart := _first_run_apart(folder / RESULTS):
        return False, apart
    settings = statistics_settings(experiment).model_dump(mode="json", by_alias=True)
    with tempfile.TemporaryDirectory() as made:
        outputs = {name: str(Path(made) / f"{name}.csv") for name in STATISTICS}
        statistics.run(Job(inputs, outputs, settings))
        listed = checksums(folder)
        compared = [name for name in STATISTICS if f"{RESULTS}/statistics/{name}.csv" in listed]
        for name in compared:
            difference = first_difference(folder / RESULTS / "statistics" / f"{name}.csv", Path(outputs[name]))
            if difference:
                return False, f"statistics/{difference}{_other_versions(provenance)}."
    if changed:
        return False, f"{changed} is not the file that was bundled; no table of the statistics depends on the change."
    return (
        True,
        f"{len(compared)} tables of the statistics are worked out again to the last digit; no file has changed.",
    )


def _first_run_apart(results: Path) -> str | None:
    """The first score of a run that is not the mean of its images' scores, or pseudo-values; None where all are."""
    runs, scores = read_table(results / "runs.csv", RUNS), read_scores(results / "scores.parquet")
    grouped = scores.groupby([*RUN_KEYS, "metric"], sort=False, observed=True)["value"]
    means = pd.DataFrame({"mean": grouped.mean(), "gaps": grouped.apply(lambda values: values.isna().sum())})
    for number, run in enumerate(runs.to_dict("records"), start=1):
        for metric, image_metric in IMAGE_SCORES.items():
            key = (*(run[name] for name in RUN_KEYS), image_metric)
            # Of pseudo-values with gaps the mean is not the score; masks without a score are left out of both.
            if key not in means.index or metric not in run or (metric not in MASK_METRICS and means.at[key, "gaps"]):
                continue
            mean, value = float(means.at[key, "mean"]), float(run[metric])
            if not np.isclose(mean, value, rtol=0, atol=RUN_DIGITS, equal_nan=True):
                place = f"{', '.join(str(run[name]) for name in RUN_KEYS[:3])}, seed {run['seed']}"
                return (
                    f"{RESULTS}/runs.csv, row {number} ({place}), column {metric}: {value} in the bundle, "
                    f"{mean} worked out from {RESULTS}/scores.parquet."
                )
    return None


def _other_versions(provenance: dict[str, Any]) -> str:
    """What else may explain a last digit."""
    then = provenance.get("versions", {})
    now = {name: installed_version(name) for name in DECIDING}
    other = [f"{name} {then.get(name)} then, {now[name]} now" for name in DECIDING if then.get(name) != now[name]]
    return f" ({'; '.join(other)})" if other else ""
