"""What a person sees of a run: jobs of how many, the time left, what failed, and where to look."""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Iterator
from typing import Any

import pytest
from snakemake.logging import ColorizingTextHandler, DefaultFilter, DefaultFormatter
from snakemake.settings.enums import Quietness
from snakemake_interface_logger_plugins.common import LogEvent

from sgcldff.stages.progress import Progress, last_epoch, show_progress, where_to_look


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    made = logging.Logger("tried")
    yield made


def on_screen(logger: logging.Logger, quiet: set[Quietness] | None = None, **asked: bool) -> io.StringIO:
    """Snakemake's own handler on a screen that is no terminal."""
    screen = io.StringIO()
    settings = dict.fromkeys(("debug_dag", "verbose", "dryrun", "printshellcmds"), False) | asked
    shown = DefaultFilter(quiet, **settings)
    logger.addHandler(ColorizingTextHandler(stream=screen, formatter=DefaultFormatter(quiet), filter=shown))
    return screen


def job(logger: logging.Logger, number: int, message: str | None, rule: str = "fit_full", **more: Any) -> None:
    extra = {
        "event": LogEvent.JOB_INFO,
        "jobid": number,
        "rule_msg": message,
        "rule_name": rule,
        "output": [],
        "log": [],
    }
    logger.info("job", extra=extra | more)


def finished(logger: logging.Logger, number: int, done: int, total: int) -> None:
    logger.info("finished", extra={"event": LogEvent.JOB_FINISHED, "job_id": number})
    logger.info("progress", extra={"event": LogEvent.PROGRESS, "done": done, "total": total})


def test_each_job_that_is_done_is_a_line_with_its_place_and_the_time_left(logger):
    screen = on_screen(logger)
    show_progress(logger)
    logger.info("Select jobs to execute...")
    job(logger, 3, "fit full on jtsc, seed 0")
    finished(logger, 3, 1, 4)
    (line,) = screen.getvalue().splitlines()
    assert line == "1 of 4 jobs, 00:00 gone, about 00:00 left: fit full on jtsc, seed 0"


def test_a_failed_job_is_a_line_with_its_log_and_other_trouble_is_shown_as_ever(logger):
    screen = on_screen(logger)
    show_progress(logger)
    job(logger, 3, "fit full on jtsc, seed 0")
    extra = {"event": LogEvent.JOB_ERROR, "jobid": 3, "rule_name": "fit_full", "log": ["results/logs/a.log"]}
    logger.error("Error in rule fit_full", extra=extra)
    logger.error("Command 'python /x/tmp.stage.py' returned non-zero exit status 2.")
    logger.error("The disk is gone.")
    failed = "failed: fit full on jtsc, seed 0 (log: results/logs/a.log)"
    assert screen.getvalue().splitlines() == [failed, "The disk is gone."]


def test_of_jobs_that_a_cluster_got_as_one_those_are_named_at_which_it_failed(logger, tmp_path):
    screen = on_screen(logger)
    show_progress(logger)
    told = []
    for number, name in enumerate(("done", "begun", "not begun")):
        job(logger, number, name)
        files = {kind: [str(tmp_path / f"{number}.{kind}")] for kind in ("output", "log")}
        told.append({"jobid": number, "rule_name": "fit_full", **files})
    for file in ("0.output", "0.log", "1.log", "2.log"):
        (tmp_path / file).touch()
    os.utime(tmp_path / "2.log", (0, 0))  # of an earlier try
    extra = {"event": LogEvent.GROUP_ERROR, "groupid": "network", "aux_logs": ["slurm.log"], "job_error_info": told}
    logger.error("Error in group network", extra=extra)
    for one in told:
        logger.error("Error in rule fit_full", extra={"event": LogEvent.JOB_ERROR, **one})
    assert screen.getvalue() == f"failed: begun (log: {tmp_path / '1.log'}, slurm.log)\n"


@pytest.mark.parametrize("asked", ["debug_dag", "verbose", "dryrun", "printshellcmds"])
def test_who_asks_for_more_gets_what_snakemake_says(logger, asked):
    screen = on_screen(logger, **{asked: True})
    assert show_progress(logger) is None
    logger.info("Select jobs to execute...")
    assert screen.getvalue()


@pytest.mark.parametrize("quiet", [Quietness.ALL, Quietness.PROGRESS])
def test_who_asks_for_less_gets_less(logger, quiet):
    screen = on_screen(logger, {quiet})
    assert show_progress(logger) is None
    finished(logger, 1, 1, 2)
    assert screen.getvalue() == ""


def test_another_logger_is_left_alone(logger):
    logger.addHandler(logging.NullHandler())
    assert show_progress(logger) is None and len(logger.handlers) == 1


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_a_bar_stands_at_the_foot(logger):
    screen = Terminal()
    logger.addHandler(Progress(screen))
    job(logger, 1, "fit full on jtsc, seed 0")
    job(logger, 2, "fit full on jtsc, seed 1")
    finished(logger, 1, 1, 2)
    last = screen.getvalue().split("\r")[-1]
    assert "1 of 2 jobs" in last and "left: fit full on jtsc, seed 1" in last and "\n" not in last


def test_below_the_bar_stands_the_last_epoch_of_each_running_fit_and_nothing_of_those_that_ended(logger, tmp_path):
    screen, logs = Terminal(), [tmp_path / "0.log", tmp_path / "1.log"]
    progress = Progress(screen)
    logger.addHandler(progress)
    for seed, log in enumerate(logs):
        log.write_text("going on after epoch 6 of a checkpoint\nepoch 7 of 9: loss 0.5\nepoch 8 of 9: loss 0.4\n")
        job(logger, seed, f"fit full on jtsc, seed {seed}", log=[str(log)])
    job(logger, 2, "split jtsc", rule="split", log=[str(tmp_path / "not yet.log")])
    finished(logger, 2, 1, 3)
    progress.show_fits()
    assert [line.desc for line in progress.fits] == [
        f"  fit full on jtsc, seed {seed}: epoch 8 of 9: loss 0.4" for seed in range(2)
    ]
    finished(logger, 0, 2, 3)
    progress.show_fits()
    assert [line.desc for line in progress.fits] == ["  fit full on jtsc, seed 1: epoch 8 of 9: loss 0.4"]
    finished(logger, 1, 3, 3)
    assert progress.fits == [] and "fit full on jtsc, seed 0: epoch 8 of 9" in screen.getvalue()


def test_a_log_that_tells_of_no_epoch_has_no_last_one(tmp_path):
    (tmp_path / "a.log").write_text('epochs were none\n{"seconds": 3}\n')
    assert last_epoch(tmp_path / "a.log") == last_epoch(tmp_path / "absent.log") == ""


def test_the_end_says_where_the_report_is(logger):
    progress = Progress(io.StringIO())
    logger.addHandler(progress)
    files = ("paper_tables.md", "report.html", "pages/run.md", "provenance.json")
    job(logger, 1, "report", rule="report", output=[f"reports/demo/{name}" for name in files])
    text = where_to_look(progress, "demo", synthetic=True)
    assert text == (
        "demo (generated smears) is done. The answer: reports/demo/paper_tables.md; "
        "the same in a browser, with figures and images: reports/demo/report.html."
    )


def test_a_run_without_a_report_ends_without_a_word(logger):
    assert where_to_look(Progress(io.StringIO()), "demo", True) == where_to_look(None, "demo", True) == ""
