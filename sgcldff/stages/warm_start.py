"""Jobs start from a process that has the libraries loaded: torch is imported once a run, not once a job.

Nothing else is shared: each job is a process of its own, which reads the code anew, and dies with the one that asked.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from sgcldff.stages import warm_process

PREFIX = "sgcldff-run-"  # of a folder for temporary files; the number of Snakemake's process follows
WARM = "SGCLDFF_WARM"  # environment variable: <python>|<address>
# Libraries start their threads when they are loaded, and a process with threads must not be forked.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")
ONE_THREAD["JE_ARROW_MALLOC_CONF"] = "background_thread:false"  # of pyarrow


def start_warm_process() -> None:
    """Start it, as a child of this process (Snakemake), and let the jobs know; it ends with this process."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):  # by runs that were killed
        if not psutil.pid_exists(int(left.name.removeprefix(PREFIX).partition("-")[0])):
            shutil.rmtree(left, ignore_errors=True)
    folder = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    address = f"{folder}/warm"
    # -P: the folder of the program holds modules that are called like some of Python's own.
    command = [sys.executable, "-P", str(Path(warm_process.__file__)), address, str(os.getpid())]
    subprocess.Popen(command, stdin=subprocess.DEVNULL, env=os.environ | ONE_THREAD)
    os.environ[WARM] = f"{sys.executable}|{address}"


def run_warm(module: str, function: str, given: Mapping[str, Any], threads: int) -> int | None:
    """Call `module.function(given)` in a process forked from the warm one; the status that it gives.

    None where there is no such process, or one of another Python (a rule with an environment of its own). given: what
    JSON can hold.
    """
    python, _, address = os.environ.get(WARM, "").partition("|")
    if python != sys.executable:
        return None
    request = {"module": module, "function": function, "given": dict(given), "threads": threads}
    request |= {"folder": os.getcwd(), "environment": dict(os.environ), "path": sys.path}
    return warm_process.asked(request, address)
