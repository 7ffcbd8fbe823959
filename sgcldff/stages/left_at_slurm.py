"""Jobs that a killed Snakemake left at Slurm: they are cancelled, for the next run makes their files anew."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

WAIT = 1.0  # seconds between two looks at the queue
PATIENCE = 120.0  # seconds that cancelled jobs get to end


def cancel_left(jobs: Iterable[str], folder: Path) -> bool:
    """Whether none of these jobs of Slurm runs any longer, after those that work in `folder` were cancelled.

    jobs: as Snakemake recorded them. False where one has no number, and so is no job of Slurm, where there is no Slurm,
    where it does not answer, or where they do not end.
    """
    jobs = set(jobs)
    if not shutil.which("scancel") or not all(job.isdigit() for job in jobs):
        return False
    until = time.monotonic() + PATIENCE
    try:
        while left := jobs & _queued(folder):
            subprocess.run(["scancel", *sorted(left)], check=True, capture_output=True, timeout=60)
            if time.monotonic() > until:
                return False
            time.sleep(WAIT)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _queued(folder: Path) -> set[str]:
    """The numbers of this user's jobs that wait or run in the folder, as Slurm lists them."""
    command = ["squeue", "--me", "--noheader", "--format", "%A %Z"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    rows = [line.partition(" ") for line in listed.splitlines()]
    return {number for number, _, place in rows if Path(place) == folder}
