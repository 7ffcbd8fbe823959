"""Run the stage of a rule: its output goes to the rule's log, and what went wrong is shown on the screen too."""

from __future__ import annotations

import importlib
import os
import select
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from sgcldff.errors import InputError
from sgcldff.stages.disk_faults import disk_fault
from sgcldff.stages.gpu import take_card
from sgcldff.stages.interruption import end_with_snakemake
from sgcldff.stages.job import Job
from sgcldff.stages.keep_going import keeps_going

SHOWN_LINES = 3  # of the log, on the screen, where a stage failed


def run_rule(snakemake: Any) -> None:
    """Run the stage that the rule names with the job that Snakemake hands to a script.

    params: stage (a module of this package), settings, `raw` where the stage reads a dataset's source, and `shown`
    where its progress is worth seeing on the screen; resources: `gpu`, and how many jobs share one. Exits with 2 where
    the input or the disk is wrong (one sentence), and with 1 where the stage itself is.
    """
    end_with_snakemake()
    params = snakemake.params
    job = Job(
        inputs=_named(snakemake.input),
        outputs=_named(snakemake.output),
        settings=params.get("settings", {}),
        threads=snakemake.threads,
        raw=Path(raw) if (raw := params.get("raw")) else None,
        seed=None if (seed := snakemake.wildcards.get("seed")) is None else int(seed),
        keep_going=keeps_going(),
    )
    log = Path(snakemake.log[0])
    try:
        status = _run(params, snakemake.resources, job, log)
    except OSError as error:  # the log's own: nothing can be written there
        fault = disk_fault(error, log.parent)
        if fault is None:
            raise
        print(f"sgcldff: {fault}", file=sys.stderr)
        status = 2
    if status:
        sys.exit(status)


def _run(params: Any, resources: Any, job: Job, log: Path) -> int:
    """The status to exit with; OSError where the log cannot be written."""
    with _logged(log, bool(params.get("shown"))) as screen:
        status, text = 0, ""
        try:
            if resources.get("gpu"):
                take_card(resources.get("fits_per_gpu", 1))
            importlib.import_module(params.stage).run(job)
        except InputError as error:
            status, text = 2, f"sgcldff: {error}\n"
        except Exception as error:
            if fault := disk_fault(error, _folder(job)):
                status, text = 2, f"sgcldff: {fault}\n"
            else:
                status, text = 1, traceback.format_exc()
        if status and not params.get("shown"):
            os.write(screen, "".join(text.splitlines(keepends=True)[-SHOWN_LINES:]).encode())
        sys.stderr.write(text)
        sys.stdout.flush()
        sys.stderr.flush()
    return status


def _folder(job: Job) -> Path:
    """Where the job writes the first of its outputs."""
    first = next(iter(job.outputs.values()))
    return Path(first if isinstance(first, str) else first[0]).parent


def _named(files: Any) -> dict[str, str | list[str]]:
    """The named files of a rule as plain texts."""
    return {name: value if isinstance(value, str) else list(value) for name, value in files.items()}


@contextmanager
def _logged(log: Path, shown: bool) -> Iterator[int]:
    """Both streams of this process and its children into the log; shown: on the screen too. Gives the screen."""
    streams = [os.dup(1), os.dup(2)]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as file, _copied(file.fileno(), streams[1]) if shown else nullcontext(file.fileno()) as target:
        os.dup2(target, 1)
        os.dup2(target, 2)
        try:
            yield streams[1]
        finally:
            try:
                sys.stdout.flush()
                sys.stderr.flush()
            finally:
                for number, stream in enumerate(streams, start=1):
                    os.dup2(stream, number)


@contextmanager
def _copied(*targets: int) -> Iterator[int]:
    """A pipe of which everything is written to each of the targets.

    Its end is not awaited: a process that outlives the stage (the tracker of multiprocessing) holds it open.
    """
    source, target = os.pipe()
    ended = threading.Event()

    def copy() -> None:
        while True:
            ready, _, _ = select.select([source], [], [], 0 if ended.is_set() else 0.1)
            if ready:
                data = os.read(source, 1 << 16)
                if not data:
                    return
                for each in targets:
                    with suppress(OSError):  # a log on a full disk is cut short: the stage must not wait for it
                        os.write(each, data)
            elif ended.is_set():
                return

    thread = threading.Thread(target=copy)
    thread.start()
    try:
        yield target
    finally:
        ended.set()
        thread.join()
        os.close(target)
        os.close(source)
