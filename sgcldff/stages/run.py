"""Run the stage of a rule: its output goes to the rule's log, and what went wrong is shown on the screen too."""

from __future__ import annotations

import importlib
import os
import select
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sgcldff.errors import InputError
from sgcldff.stages.gpu import take_card
from sgcldff.stages.interruption import end_with_snakemake
from sgcldff.stages.job import Job
from sgcldff.stages.keep_going import keeps_going

SHOWN_LINES = 3  # of the log, on the screen, where a stage failed


def run_rule(snakemake: Any) -> None:
    """Run the stage that the rule names with the job that Snakemake hands to a script.

    params: stage (a module of this package), settings, `raw` where the stage reads a dataset's source, and `shown`
    where its progress is worth seeing on the screen; resources: `gpu`, and how many jobs share one. Exits with 2 where
    the input is wrong (one sentence), and with 1 where the stage itself is.
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
    with _logged(log, bool(params.get("shown"))) as screen:
        try:
            if snakemake.resources.get("gpu"):
                take_card(snakemake.resources.get("fits_per_gpu", 1))
            importlib.import_module(params.stage).run(job)
        except InputError as error:
            print(f"sgcldff: {error}", file=sys.stderr)
            status = 2
        except Exception:
            traceback.print_exc()
            status = 1
        else:
            status = 0
        sys.stdout.flush()
        sys.stderr.flush()
        if status and not params.get("shown"):
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-SHOWN_LINES:]
            os.write(screen, ("\n".join(lines) + "\n").encode())
    if status:
        sys.exit(status)


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
            sys.stdout.flush()
            sys.stderr.flush()
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
