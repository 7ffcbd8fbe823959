"""Divide a dataset into training, validation and test subset."""

from __future__ import annotations

from sgcldff.config.stages.split import SplitSettings
from sgcldff.data.dataset_files import read_index
from sgcldff.data.split import split
from sgcldff.stages.job import Job
from sgcldff.tables.files import write_table


def run(job: Job) -> None:
    index = job.input("index")
    settings = SplitSettings.model_validate(job.settings)
    write_table(split(read_index(index), job.seed, settings, str(index)), job.output("split"))
