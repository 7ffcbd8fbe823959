"""Prior, saliency map and Grad-CAM of test images that are chosen by rule, and what is measured of each."""

from __future__ import annotations

from sgcldff.data.dataset_files import DatasetFiles
from sgcldff.evaluation.attribution import explain
from sgcldff.stages.job import Job


def run(job: Job) -> None:
    files = DatasetFiles(job.input("images"), job.input("masks"), job.input("index"))
    fit = job.input("weights"), job.input("record")
    explain(*fit, job.input("prediction"), files, job.output("maps"), job.output("facts"))
