"""Put the scores of several methods into one table."""

from __future__ import annotations

from sgcldff.evaluation.gather import gather
from sgcldff.stages.job import Job


def run(job: Job) -> None:
    gather(job.several("runs"), job.several("scores"), job.output("runs"), job.output("scores"))
