"""Predict the test subsets of a fit's own datasets, plain and perturbed, and all images of every other dataset."""

from __future__ import annotations

from sgcldff.config.stages.predict import PredictSettings
from sgcldff.data.dataset_files import DatasetFiles
from sgcldff.evaluation.predict import PredictFiles, predict_with_fit
from sgcldff.stages.job import Job


def run(job: Job) -> None:
    settings = PredictSettings.model_validate(job.settings)
    files = zip(job.several("images"), job.several("masks"), job.several("index"), strict=True)
    tested = PredictFiles([DatasetFiles(*each) for each in files], job.several("splits"), job.several("overlaps"))
    predict_with_fit(
        settings,
        job.input("weights"),
        job.input("record"),
        tested,
        job.several_outputs("predictions"),
        job.output("cost"),
        job.threads,
        job.keep_going,
        job.several("code"),
    )
