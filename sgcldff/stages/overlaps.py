"""Find the images that two datasets share: the same pixels, or a piece of the same smear."""

from __future__ import annotations

from sgcldff.data.duplicates.search import find_shared
from sgcldff.stages.job import Job


def run(job: Job) -> None:
    files = [job.input(name) for name in ("first_index", "first_keypoints", "second_index", "second_keypoints")]
    find_shared(*files, job.output("overlaps"))
