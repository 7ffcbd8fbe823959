"""The blocks of a fitted SG-CLDFF with their shapes, parameters and costs."""

from __future__ import annotations

from sgcldff.evaluation.architecture import write_architecture
from sgcldff.stages.job import Job


def run(job: Job) -> None:
    write_architecture(job.input("weights"), job.input("record"), job.output("architecture"))
