"""Score every prediction of one method, from the stored predictions alone, beside what bundles brought of it."""

from __future__ import annotations

from sgcldff.config.stages.score import ScoreSettings
from sgcldff.evaluation.joined import joined_tables
from sgcldff.evaluation.score import score
from sgcldff.stages.job import Job


def run(job: Job) -> None:
    settings = ScoreSettings.model_validate(job.settings)
    outputs = [job.output(name) for name in ("runs", "scores", "confusion", "cells")]
    joined = joined_tables(job.several("joined"), job.several("costs"), settings.tests)
    score(job.several("predictions"), joined, settings, *outputs)
