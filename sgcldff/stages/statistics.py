"""Test every method against the reference, the hypotheses and interactions, and every claim of the paper."""

from __future__ import annotations

import pandas as pd

from sgcldff.config.stages.statistics import StatisticsSettings
from sgcldff.stages.job import Job
from sgcldff.statistics.every_table import every_table
from sgcldff.tables.attention import IMAGES_ATTENDED
from sgcldff.tables.cells import CELLS
from sgcldff.tables.claims import read_declared_claims
from sgcldff.tables.costs import read_cost
from sgcldff.tables.files import write_table
from sgcldff.tables.personal import read_personal_table
from sgcldff.tables.read import read_table
from sgcldff.tables.runs import RUNS
from sgcldff.tables.scores import read_scores


def run(job: Job) -> None:
    tables = every_table(
        StatisticsSettings.model_validate(job.settings),
        read_table(job.input("runs"), RUNS),
        read_scores(job.input("scores")),
        _images_attended(job),
        read_table(job.input("cells"), CELLS),
        read_declared_claims(job.input("claims")),
        read_personal_table(job.input("printed")),
        read_personal_table(job.input("numbers_in_text")),
        [read_cost(file) for file in job.several("costs")],
    )
    for name, table in tables.items():
        write_table(table, job.output(name))


def _images_attended(job: Job) -> pd.DataFrame:
    """The tables of all fits in one; those that failed or give no class have no rows."""
    tables = [read_table(file, IMAGES_ATTENDED) for file in job.several("attention")]
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=list(IMAGES_ATTENDED.columns))
