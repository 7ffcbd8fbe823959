"""Put a finished run where the project ships its measurements: the bundle, without pictures of the datasets."""

from __future__ import annotations

from pathlib import Path

from sgcldff.sharing.bundle import bundle
from sgcldff.stages.job import Job


def run(job: Job) -> None:
    bundle(Path(job.settings["results"]), Path(job.settings["reports"]), job.output("shipped"))
