"""Download a dataset, or generate it, and verify every file."""

from __future__ import annotations

import os

from sgcldff.config.stages.fetch import FetchSettings
from sgcldff.data.sources.dataset import build_dataset
from sgcldff.stages.job import Job


def run(job: Job) -> None:
    settings = FetchSettings.model_validate(job.settings)
    dataset = build_dataset(settings.class_path, settings.arguments)
    dataset.fetch(job.raw, os.environ.get("SGCLDFF_MIRROR"))
