"""Runs that end before their time: no job outlives its Snakemake, and the next run needs no hand.

Snakemake by itself lets the jobs of a killed run go on, answers SIGTERM after the running jobs alone, and leaves
a lock that a person must remove.
"""

from __future__ import annotations

import atexit
import fcntl
import json
import os
import shutil
import signal
import socket
import sys
import threading
import time
from base64 import urlsafe_b64decode
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from sgcldff.stages.left_at_slurm import cancel_left

SNAKEMAKE = "SGCLDFF_SNAKEMAKE"  # environment variable: <host>:<process>:<its start>, of what runs the jobs
GRACE = 5.0  # seconds that a job has to end by itself before it is killed
INTERVAL = 0.25  # seconds between two looks at whether Snakemake is there
LAST = 120.0  # seconds that Snakemake has after its jobs ended, to cancel those of a cluster and to write its log
GO_ON = "Stopped. Nothing that was finished is lost: the same command goes on from here, a fit after its last epoch."

_held: list[Any] = []  # the lock of this process, open until it ends


def announce_snakemake() -> None:
    """Let the jobs of this Snakemake know which process to end with."""
    os.environ[SNAKEMAKE] = f"{socket.gethostname()}:{os.getpid()}:{psutil.Process().create_time()}"


def end_with_snakemake() -> None:
    """Kill this process and its children as soon as the Snakemake that started it is gone.

    Nothing is done where a job runs by itself or on another machine (a cluster ends its jobs itself).
    """
    host, _, process = os.environ.get(SNAKEMAKE, "").partition(":")
    if host == socket.gethostname():
        number, _, started = process.partition(":")
        threading.Thread(target=_watch, args=(int(number), float(started)), daemon=True).start()


def _watch(process: int, started: float) -> None:
    while _lives(process, started):
        time.sleep(INTERVAL)
    for each in [*psutil.Process().children(recursive=True), psutil.Process()]:
        each.kill()


def _lives(process: int, started: float) -> bool:
    """Whether the process is the one meant (numbers are used again) and no zombie."""
    try:
        found = psutil.Process(process)
        return found.create_time() == started and found.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def stop_on_signals() -> None:
    """From now on Ctrl-C and SIGTERM end the running jobs within seconds, and Snakemake with them.

    To be called once Snakemake has set its own handler of SIGTERM, which waits for every running job.
    """

    def stop(*_: Any) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        atexit.register(print, GO_ON, file=sys.stderr)  # below what Snakemake says of each job that ends
        children = psutil.Process().children(recursive=True)
        for each in children:
            _send(each, signal.SIGTERM)
        # In a thread: Snakemake's own threads wait for these jobs and want to be waited for meanwhile.
        threading.Thread(target=_end_late, args=(children,), daemon=True).start()
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def _end_late(processes: list[psutil.Process]) -> None:
    """End the jobs, and then this process, whatever they wait for: the next run clears up as after a kill."""
    for each in psutil.wait_procs(processes, timeout=GRACE)[1]:
        _send(each, signal.SIGKILL)
    time.sleep(LAST)
    print(GO_ON, file=sys.stderr, flush=True)
    os._exit(128 + signal.SIGTERM)


def _send(process: psutil.Process, number: int) -> None:
    with suppress(psutil.NoSuchProcess):
        process.send_signal(number)


def clear_after_killed_runs(folder: Path) -> bool:
    """Remove what killed runs left: Snakemake's locks, and the outputs of jobs that were being made.

    Gives whether no other run is at work in the folder.

    folder: `.snakemake` in the working folder, from which the outputs are named. Every run holds a shared lock of the
    operating system on a file there as long as its process lives; who gets it alone is alone. What a run on another
    machine may have left stays. Jobs that were handed to Slurm are cancelled; those of another cluster stay.
    """
    folder.mkdir(exist_ok=True)
    file = (folder / "running").open("a+")
    _held.append(file)
    alone = False
    with suppress(OSError):  # somebody else runs, or the file system has no locks: Snakemake's own decide
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        alone = True
        file.seek(0)
        if file.read() in ("", socket.gethostname()):
            for lock in (folder / "locks").glob("*.lock"):
                lock.unlink()
            _remove_unfinished(folder / "incomplete")
        file.truncate(0)
        file.write(socket.gethostname())
        file.flush()
    with suppress(OSError):
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    return alone


def _remove_unfinished(markers: Path) -> None:
    """Snakemake marks each output of a running job by a file that is called like its path in base64."""
    found: list[tuple[Path, Path, str | None]] = []  # marker, output, number of the job at a cluster
    for marker in [each for each in markers.rglob("*") if each.is_file()]:
        name = "".join(part.removeprefix("@") for part in marker.relative_to(markers).parts)
        try:
            output = Path(urlsafe_b64decode(name).decode())
            on_cluster = json.loads(marker.read_text(encoding="utf-8"))["external_jobid"]
        except (ValueError, KeyError, TypeError):  # no such marker
            continue
        found.append((marker, output, on_cluster))
    cancelled = bool(found) and cancel_left(Path.cwd())
    for marker, output, job in found:
        if job and not (cancelled and job.isdigit()):
            continue
        if output.is_dir():
            shutil.rmtree(output)
        output.unlink(missing_ok=True)
        marker.unlink()
