"""Score every prediction of one method, from the stored predictions alone."""

from __future__ import annotations

from sgcldff.config.stages.score import ScoreSettings
from sgcldff.evaluation.score import score
from sgcldff.stages.job import Job


def run(job: Job) -> None:
    settings = ScoreSettings.model_validate(job.settings)
    score(job.several("predictions"), settings, job.output("runs"), job.output("scores"))
