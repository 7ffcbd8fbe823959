"""Temporary adapter."""

from __future__ import annotations

from pathlib import Path

from sgcldff.config.experiment import Experiment
from sgcldff.reporting.report import render
from sgcldff.stages.job import Job


def run(job: Job) -> None:
    experiment = Experiment.model_validate(job.settings)
    settings = dict(job.settings)
    index = dict(zip(experiment.datasets, job.several("index"), strict=True))
    splits = iter(job.several("splits"))
    twice = list(experiment.leakage.model_dump().values()) if experiment.leakage else []
    explained = [a for a, b in experiment.scenarios["in_domain"] if a == b]
    render(
        settings,
        runs=job.input("runs"),
        scores=job.input("scores"),
        statistics=job.several("statistics")[0].parent,
        predictions=job.several("predictions"),
        fits=job.several("fits"),
        costs=job.several("costs"),
        explanations=dict(zip(explained, job.several("explanations"), strict=True)),
        prepared={name: file.parent for name, file in index.items()},
        splits={name: [next(splits) for _ in experiment.seeds] for name in twice},
        cards=dict(zip(experiment.datasets, [Path(f).parent for f in job.several("facts")], strict=True)),
        leakage=job.input("by_dataset").parent,
        reports=job.output("document").parent,
    )
