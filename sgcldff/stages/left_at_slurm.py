"""Jobs that a killed Snakemake left at Slurm: they are cancelled, for the next run makes their files anew."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

WAIT = 1.0  # seconds between two looks at the queue
PATIENCE = 120.0  # seconds that cancelled jobs get to end
# The executor gives each job the number of its run as name.
RUN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def cancel_left(folder: Path) -> bool:
    """Cancel every job that a Snakemake has at Slurm in `folder`, and wait for its end. Only who is alone there may.

    By the queue: in Snakemake's markers of unfinished files the number of a job is lost as soon as the job begins.
    False where there is no Slurm, where it does not answer, or where they do not end.
    """
    if not shutil.which("squeue"):
        return False
    until = time.monotonic() + PATIENCE
    try:
        while left := _queued(folder):
            subprocess.run(["scancel", *left], check=True, capture_output=True, timeout=60)
            if time.monotonic() > until:
                return False
            time.sleep(WAIT)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _queued(folder: Path) -> list[str]:
    """The numbers of this user's jobs of a Snakemake that wait or run in the folder, without the one that asks."""
    command = ["squeue", "--me", "--noheader", "--format", "%A %j %Z"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    rows = [line.split(" ", 2) for line in listed.splitlines()]
    own = os.environ.get("SLURM_JOB_ID")
    return [number for number, name, place in rows if RUN.fullmatch(name) and Path(place) == folder and number != own]
