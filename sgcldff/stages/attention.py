"""Measure where a fit's saliency map and Grad-CAM lie on its test images, beside the same network untrained."""

from __future__ import annotations

from sgcldff.config.stages.attention import AttentionSettings
from sgcldff.data.dataset_files import DatasetFiles
from sgcldff.evaluation.attention import measure_attention
from sgcldff.stages.job import Job


def run(job: Job) -> None:
    measure_attention(
        AttentionSettings.model_validate(job.settings),
        job.input("weights"),
        job.input("record"),
        DatasetFiles(job.input("images"), job.input("masks"), job.input("index")),
        job.input("split"),
        job.output("attention"),
        job.threads,
    )
