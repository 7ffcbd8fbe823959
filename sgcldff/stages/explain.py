"""Saliency maps and Grad-CAM of typical and failed test images."""

from __future__ import annotations

from sgcldff.data.dataset_files import DatasetFiles
from sgcldff.evaluation.attribution import explain
from sgcldff.stages.job import Job

COUNT = 2  # typical images, and failed ones


def run(job: Job) -> None:
    files = DatasetFiles(job.input("images"), job.input("masks"), job.input("index"))
    fit = job.input("weights"), job.input("record")
    explain(*fit, job.input("prediction"), files, job.output("explanations"), COUNT)
