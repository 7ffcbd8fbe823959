"""Check every image, bring it to one size, map its label; a raw file that went missing is fetched again first."""

from __future__ import annotations

import os

from sgcldff.config.stages.prepare import PrepareSettings
from sgcldff.data.prepare import PreparedOutputs, prepare
from sgcldff.data.sources.dataset import build_dataset
from sgcldff.stages.job import Job


def run(job: Job) -> None:
    settings = PrepareSettings.model_validate(job.settings)
    dataset = build_dataset(settings.class_path, settings.arguments)
    dataset.fetch(job.raw, os.environ.get("SGCLDFF_MIRROR"))
    names = ("images", "masks", "index", "dropped", "duplicates", "keypoints")
    outputs = PreparedOutputs(**{name: job.output(name) for name in names})
    prepare(settings, dataset, job.raw, outputs, job.threads)
