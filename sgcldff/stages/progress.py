"""What a person sees of a run: which job of how many is done, how long it may still take, and where to look at the end.

On a terminal also where each running fit is: the last epoch that its log tells of, with losses, scores and time left.
In place of Snakemake's six lines a job, which stay in its own log; what goes wrong is shown as Snakemake shows it.
"""

from __future__ import annotations

import logging
import os
import shutil
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from snakemake.logging import ColorizingTextHandler
from snakemake.settings.enums import Quietness
from snakemake_interface_logger_plugins.common import LogEvent
from tqdm import tqdm

EPOCH = "epoch "  # what a line of a log starts with that tells of an epoch (`sgcldff.training.progress`)
INTERVAL = 1.0  # seconds between two looks at the logs
TAIL = 4096  # bytes of a log that its last line is looked for in
BAR = "{percentage:3.0f}% |{bar:20}| {n_fmt} of {total_fmt} jobs, {elapsed} gone, about {remaining} left: {desc}"

DOCUMENTS = ("paper_tables.md", "report.html")  # of the report, in the order of its rule


class Progress(logging.Handler):
    """A bar at the foot of a terminal; elsewhere (a file, a pipe) a line for each job that is done."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self.stream = stream
        self.bar: tqdm | None = None
        self.running: dict[int, str] = {}
        self.logs: dict[int, Path] = {}  # of the running jobs
        self.fits: list[tqdm] = []  # a line below the bar for each running fit
        self.ended = threading.Event()
        self.begun: dict[int, float] = {}  # when a job was started or handed in, in seconds of the epoch
        self.said: set[int] = set()  # jobs of a failed group
        self.last = ""
        self.start = time.monotonic()
        self.documents: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        event = getattr(record, "event", None)
        if event == LogEvent.JOB_INFO:
            self.running[record.jobid] = record.rule_msg or record.rule_name
            self.begun[record.jobid] = record.created
            if record.log:
                self.logs[record.jobid] = Path(record.log[0])
            if record.rule_name == "report":
                self.documents = [str(file) for file in record.output if Path(file).name in DOCUMENTS]
        elif event == LogEvent.JOB_FINISHED:
            self.logs.pop(record.job_id, None)
            self.last = self.running.pop(record.job_id, self.last)
        elif event == LogEvent.PROGRESS:
            self._show(record.done, record.total)
        elif event == LogEvent.GROUP_ERROR:
            stopped = stopped_at(record.job_error_info, self.begun.get(record.job_error_info[0]["jobid"], 0.0))
            for job in record.job_error_info:
                if job in stopped:
                    self._say_failed(job["jobid"], job["rule_name"], [*job["log"], *record.aux_logs])
                else:
                    self.running.pop(job["jobid"], None)
                    self.logs.pop(job["jobid"], None)
                self.said.add(job["jobid"])
        elif event == LogEvent.JOB_ERROR:
            if record.jobid in self.said:  # Snakemake tells of each job of a group again
                self.said.remove(record.jobid)
            else:
                self._say_failed(record.jobid, record.rule_name, record.log)

    def _say_failed(self, job: int, rule: str, logs: Sequence[str]) -> None:
        self.logs.pop(job, None)
        self._say(f"failed: {self.running.pop(job, rule)} (log: {', '.join(map(str, logs))})")

    def _say(self, text: str) -> None:
        """A line that stays, above the bars where there are some."""
        tqdm.write(text, file=self.stream)
        self.stream.flush()

    def _show(self, done: int, total: int) -> None:
        if not self.stream.isatty():
            seconds = time.monotonic() - self.start
            left = tqdm.format_interval(seconds * (total - done) / done)
            gone = tqdm.format_interval(seconds)
            self._say(f"{done} of {total} jobs, {gone} gone, about {left} left: {self.last}")
            return
        if self.bar is None:
            self.bar = tqdm(total=total, file=self.stream, bar_format=BAR, dynamic_ncols=True)
            threading.Thread(target=self._follow, daemon=True).start()
        self.bar.total = total
        self.bar.n = done
        self.bar.set_description_str(next(iter(self.running.values()), self.last), refresh=False)
        self.bar.refresh()
        if done == total:
            self.ended.set()
            self.show_fits()
            self.bar.close()

    def _follow(self) -> None:
        while not self.ended.wait(INTERVAL):
            self.show_fits()

    def show_fits(self) -> None:
        """Bring the lines of the running fits up to date; there are none once the run has ended."""
        logs = {} if self.ended.is_set() else self.logs.copy()
        told = {job: last_epoch(log) for job, log in logs.items()}
        texts = [f"  {self.running.get(job, '')}: {line}" for job, line in told.items() if line]
        with tqdm.get_lock():
            while len(self.fits) > len(texts):
                self.fits.pop().close()
            while len(self.fits) < len(texts):
                line = {"bar_format": "{desc}", "leave": False, "position": len(self.fits) + 1}
                self.fits.append(tqdm(total=0, file=self.stream, **line))
            width = shutil.get_terminal_size().columns - 1
            for line, text in zip(self.fits, texts, strict=True):
                line.set_description_str(text[:width])


def stopped_at(group: Sequence[dict[str, Any]], since: float) -> list[dict[str, Any]]:
    """Of jobs that a cluster got as one, those at which it failed: begun and not finished; all where that says nothing.

    group: of each job its `output` and `log`, as Snakemake tells of them; since: when they were handed in, for a log of
    an earlier try may be there.
    """

    def has_begun(job: dict[str, Any]) -> bool:
        logs = [Path(str(file)) for file in job["log"]]
        return any(log.exists() and log.stat().st_mtime >= int(since) for log in logs)

    missing = [job for job in group if not all(Path(str(file)).exists() for file in job["output"])]
    return [job for job in missing if has_begun(job)] or missing or list(group)


def last_epoch(log: Path) -> str:
    """The last line of a log that tells of an epoch, "" where there is none or no log yet."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL))
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        return ""
    return next((line for line in reversed(lines) if line.startswith(EPOCH)), "")


class _Trouble(logging.Filter):
    """Lets through what went wrong, but for what a job has said itself: its sentence, and that its script failed."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "event", None) in (LogEvent.RUN_INFO, LogEvent.JOB_ERROR, LogEvent.GROUP_ERROR):
            return False
        return record.levelno >= logging.WARNING and "stage.py' " not in record.getMessage()


def show_progress(logger: logging.Logger) -> Progress | None:
    """Show the progress of this Snakemake where it would show its jobs on the screen.

    None where it was asked for something else: a dry run, shell commands, less (`--quiet`) or more (`--verbose`), or a
    logger of another kind.
    """
    for handler in logger.handlers:
        if isinstance(handler, ColorizingTextHandler):
            asked = [each for each in handler.filters if hasattr(each, "quiet")]
            if any(each.dryrun or each.verbose or each.debug_dag or each.printshellcmds for each in asked):
                return None
            if any(set(each.quiet) & {Quietness.ALL, Quietness.PROGRESS} for each in asked):
                return None
            handler.addFilter(_Trouble())
            progress = Progress(handler.stream)
            logger.addHandler(progress)
            return progress
    return None


def where_to_look(progress: Progress | None, name: str, synthetic: bool) -> str:
    """The last line of a run that succeeded; name: of its configuration. "" where no report was made."""
    if progress is None or not progress.documents:
        return ""
    marks = " (generated smears)" if synthetic else ""
    text, page = progress.documents
    return f"{name}{marks} is done. The answer: {text}; the same in a browser, with figures and images: {page}."
