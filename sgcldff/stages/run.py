"""Run the stage of a rule: its output goes to the rule's log, and what went wrong is shown on the screen too."""

from __future__ import annotations

import importlib
import json
import os
import resource
import select
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from sgcldff.errors import InputError
from sgcldff.stages.code_lists import listed
from sgcldff.stages.disk_faults import disk_fault
from sgcldff.stages.gpu import take_card
from sgcldff.stages.interruption import end_with_snakemake
from sgcldff.stages.job import Job
from sgcldff.stages.keep_going import keeps_going
from sgcldff.stages.plain_lines import PlainLines, plain_errors
from sgcldff.stages.warm_start import run_warm

SHOWN_LINES = 3  # of the log, on the screen, where a stage failed


def run_rule(snakemake: Any) -> None:
    """Run the stage that the rule names with the job that Snakemake hands to a script.

    params: stage (a module of this package), settings, `raw` where the stage reads a dataset's source, `shown` where
    its progress is worth seeing on the screen, and `threads` where the bytes depend on their number: those of the rule
    are cut down to Snakemake's cores; resources: `gpu`, and how many jobs share one. Exits with 2 where
    the input or the disk is wrong (one sentence), with 1 where the stage itself is, and as a shell does where a signal
    ended it.
    """
    end_with_snakemake()
    params, resources = snakemake.params, snakemake.resources
    given = {
        "stage": params.stage,
        "inputs": _with_code(_named(snakemake.input)),
        "outputs": _named(snakemake.output),
        "settings": params.get("settings", {}),
        "threads": params.get("threads", snakemake.threads),
        "raw": params.get("raw"),
        "seed": snakemake.wildcards.get("seed"),
        "log": snakemake.log[0],
        "shown": bool(params.get("shown")),
        "jobs_per_gpu": resources.get("fits_per_gpu", 1) if resources.get("gpu") else 0,
    }
    # As JSON in either case, so that a stage is given the same.
    given = json.loads(json.dumps(given))
    status = run_warm(__name__, run_forked.__name__, given, given["threads"])
    if status is None:
        status = run_given(given)
    if status:
        sys.exit(status if status > 0 else 128 - status)


def run_forked(given: Mapping[str, Any]) -> int:
    """`run_given` in a process that was forked from the warm one, and ends with Snakemake too."""
    end_with_snakemake()
    return run_given(given)


def run_given(given: Mapping[str, Any]) -> int:
    """Run the stage of a rule in this process; the status to exit with. given: see `run_rule`."""
    job = Job(
        inputs=given["inputs"],
        outputs=given["outputs"],
        settings=given["settings"],
        threads=given["threads"],
        raw=Path(given["raw"]) if given["raw"] else None,
        seed=None if given["seed"] is None else int(given["seed"]),
        keep_going=keeps_going(),
    )
    log = Path(given["log"])
    try:
        return _run(given["stage"], job, log, given["shown"], given["jobs_per_gpu"])
    except OSError as error:  # the log's own: nothing can be written there
        fault = disk_fault(error, log.parent)
        if fault is None:
            raise
        print(f"sgcldff: {fault}", file=sys.stderr)
        return 2


def _run(stage: str, job: Job, log: Path, shown: bool, jobs_per_gpu: int) -> int:
    """The status to exit with; OSError where the log cannot be written. The log's last line says what it took."""
    start = time.perf_counter()
    with _logged(log, shown) as screen:
        status, text = 0, ""
        try:
            if jobs_per_gpu:
                take_card(jobs_per_gpu)
            importlib.import_module(stage).run(job)
        except InputError as error:
            status, text = 2, f"sgcldff: {error}\n"
        except Exception as error:
            if fault := disk_fault(error, _folder(job)):
                status, text = 2, f"sgcldff: {fault}\n"
            else:
                status, text = 1, traceback.format_exc()
        if status and not shown:
            os.write(screen, "".join(text.splitlines(keepends=True)[-SHOWN_LINES:]).encode())
        sys.stderr.write(text)
        sys.stdout.flush()
        sys.stderr.flush()
    if not status:
        with log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(_spent(time.perf_counter() - start)) + "\n")
    return status


def _spent(seconds: float) -> dict[str, float]:
    """What this process and its children took, for whoever sizes jobs for a cluster."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "seconds": round(seconds, 2),
        "processor_seconds": round(sum(each.ru_utime + each.ru_stime for each in usage), 2),
        "memory_mb": round(max(each.ru_maxrss for each in usage) / 1024),
    }


def _folder(job: Job) -> Path:
    """Where the job writes the first of its outputs."""
    first = next(iter(job.outputs.values()))
    return Path(first if isinstance(first, str) else first[0]).parent


def _named(files: Any) -> dict[str, str | list[str]]:
    """The named files of a rule as plain texts."""
    return {name: value if isinstance(value, str) else list(value) for name, value in files.items()}


def _with_code(inputs: dict[str, str | list[str]]) -> dict[str, str | list[str]]:
    """With the files of code in place of the list of them."""
    return inputs | {"code": listed(str(inputs["code"]))} if "code" in inputs else inputs


@contextmanager
def _logged(log: Path, shown: bool) -> Iterator[int]:
    """Both streams of this process and its children into the log; shown: on the screen too. Gives the screen."""
    streams = [os.dup(1), os.dup(2)]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as file, _copied(file.fileno(), streams[1]) if shown else nullcontext(file.fileno()) as target:
        os.dup2(target, 1)
        os.dup2(target, 2)
        try:
            with nullcontext() if shown else plain_errors():  # of what is shown, the copies are plain
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
    """A pipe of which everything is written to each of the targets, bars to a terminal alone (see PlainLines).

    Its end is not awaited: a process that outlives the stage (the tracker of multiprocessing) holds it open.
    """
    source, target = os.pipe()
    ended = threading.Event()
    plain = {each: PlainLines(each) for each in targets if not os.isatty(each)}

    def copy() -> None:
        while True:
            ready, _, _ = select.select([source], [], [], 0 if ended.is_set() else 0.1)
            if ready:
                data = os.read(source, 1 << 16)
                if not data:
                    return
                for each in targets:
                    with suppress(OSError):  # a log on a full disk is cut short: the stage must not wait for it
                        plain[each].write(data) if each in plain else os.write(each, data)
            elif ended.is_set():
                return

    thread = threading.Thread(target=copy)
    thread.start()
    try:
        yield target
    finally:
        ended.set()
        thread.join()
        for each in plain.values():
            with suppress(OSError):
                each.finish()
        os.close(target)
        os.close(source)
