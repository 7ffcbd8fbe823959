"""Describe a prepared dataset; a raw file that went missing is fetched again first."""

from __future__ import annotations

import os

from sgcldff.config.stages.card import CardSettings
from sgcldff.data.cards.card import CardFiles, write_card
from sgcldff.data.cards.facts import CardSources
from sgcldff.data.dataset_files import DatasetFiles
from sgcldff.data.sources.dataset import build_dataset
from sgcldff.stages.job import Job


def run(job: Job) -> None:
    settings = CardSettings.model_validate(job.settings)
    dataset = build_dataset(settings.class_path, settings.arguments)
    dataset.fetch(job.raw, os.environ.get("SGCLDFF_MIRROR"))
    prepared = DatasetFiles(job.input("images"), job.input("masks"), job.input("index"))
    files = CardSources(prepared, job.input("dropped"), job.input("duplicates"), job.several("splits"))
    out = CardFiles(**{name: job.output(name) for name in ("readme", "sheet", "croissant", "facts")})
    write_card(settings, dataset, job.raw, files, out)
