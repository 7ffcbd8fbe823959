"""Fetch the pretrained weights of a method into the hub's cache, or try those of a file, ahead of every fit."""

from __future__ import annotations

from sgcldff.config.stages.weights import WeightsSettings
from sgcldff.method import build
from sgcldff.stages.job import Job


def run(job: Job) -> None:
    settings = WeightsSettings.model_validate(job.settings)
    build(settings.class_path, settings.classes, settings.size, settings.arguments).build_network(
        settings.arguments["weights"]
    )
