"""Fit a method on the training subset of one dataset or several; goes on where a killed fit stopped."""

from __future__ import annotations

from sgcldff.config.stages.fit import FitSettings
from sgcldff.data.dataset_files import DatasetFiles
from sgcldff.data.pools import TrainingData
from sgcldff.stages.job import Job
from sgcldff.training.fit import FitFiles, fit


def run(job: Job) -> None:
    settings = FitSettings.model_validate(job.settings)
    files = zip(job.several("images"), job.several("masks"), job.several("index"), strict=True)
    data = TrainingData(
        settings.members,
        [DatasetFiles(*each) for each in files],
        job.several("splits"),
        job.several("overlaps"),
    )
    weights = job.output("weights")
    # No output of the rule: Snakemake deletes those of a job that was killed.
    checkpoint = weights.with_name("checkpoint.safetensors")
    out = FitFiles(weights, job.output("history"), job.output("record"), checkpoint)
    fit(settings, data, job.several("code"), job.threads, out, job.keep_going)
