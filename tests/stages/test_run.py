"""A stage run as Snakemake runs its script: where its output goes, and what is seen of a failure."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from snakemake.iocontainers import InputFiles, Log, OutputFiles, Params, Snakemake, Wildcards
import sgcldff.stages.run as stages
from sgcldff.errors import InputError
from types import SimpleNamespace

def stage(job):
    print("on standard output")
    print("on standard error", file=sys.stderr)
    {body}

sys.modules["sgcldff.stages.tried"] = SimpleNamespace(run=stage)
params = Params(fromdict=dict(stage="sgcldff.stages.tried", settings=dict(a=1), **{further}))
log = Log([sys.argv[1]])
stages.run_rule(SimpleNamespace(input=InputFiles(fromdict=dict(one="a.csv", more=["b", "c"])),
    output=OutputFiles(fromdict=dict(out="d.csv")), params=params, wildcards=Wildcards(fromdict=dict(seed="3")),
    threads=2, log=log, resources={}))
"""


def run(log: Path, body: str, further: str = "{}") -> subprocess.CompletedProcess[str]:
    program = PROGRAM.replace("{body}", body).replace("{further}", further)
    return subprocess.run([sys.executable, "-c", program, log], cwd=ROOT, capture_output=True, text=True, check=False)


def test_everything_that_is_printed_goes_to_the_log_and_nothing_to_the_screen(tmp_path):
    done = run(tmp_path / "logs/stage.log", "pass")
    assert done.returncode == 0 and done.stdout == done.stderr == ""
    *said, spent = (tmp_path / "logs/stage.log").read_text().splitlines()
    assert said == ["on standard output", "on standard error"]
    assert json.loads(spent).keys() == {"seconds", "processor_seconds", "memory_mb"}


def test_progress_that_is_worth_seeing_is_on_the_screen_too(tmp_path):
    done = run(tmp_path / "stage.log", "pass", "{'shown': True}")
    assert done.returncode == 0 and "on standard error" in done.stderr
    assert "on standard error" in (tmp_path / "stage.log").read_text()


BAR = "from tqdm import tqdm; [0 for _ in tqdm(range(3), 'files', mininterval=0)]; print('then', file=sys.stderr)"


@pytest.mark.parametrize("further", ["{}", "{'shown': True}"])
def test_a_log_holds_the_end_of_a_bar_as_a_line_and_no_carriage_return(tmp_path, further):
    done = run(tmp_path / "stage.log", BAR, further)
    text = (tmp_path / "stage.log").read_bytes().decode()
    assert done.returncode == 0 and "\r" not in text
    bars = [line for line in text.splitlines() if line.startswith("files")]
    assert len(bars) == 1 and "3/3" in bars[0] and "then" in text.splitlines()


def test_on_a_screen_that_is_a_file_a_bar_is_one_line_too(tmp_path):
    screen = run(tmp_path / "stage.log", BAR, "{'shown': True}").stderr
    assert [line.startswith("files") for line in screen.splitlines()].count(True) == 1


def test_what_ends_without_a_line_break_is_not_lost(tmp_path):
    run(tmp_path / "stage.log", "sys.stderr.write('half a li')")
    assert "half a li" in (tmp_path / "stage.log").read_text().splitlines()


@pytest.mark.parametrize("further", ["{}", "{'shown': True}"])
def test_wrong_input_is_one_sentence_on_the_screen_and_in_the_log_without_a_traceback(tmp_path, further):
    done = run(tmp_path / "stage.log", "raise InputError('The file x is damaged: delete it.')", further)
    assert done.returncode == 2
    for text in (done.stderr, (tmp_path / "stage.log").read_text()):
        assert text.splitlines()[-1] == "sgcldff: The file x is damaged: delete it." and "Traceback" not in text


def test_a_defect_keeps_its_traceback_in_the_log_and_shows_its_end(tmp_path):
    done = run(tmp_path / "stage.log", "raise KeyError('surprise')")
    assert done.returncode == 1 and done.stderr.splitlines()[-1] == "KeyError: 'surprise'"
    assert "Traceback" in (tmp_path / "stage.log").read_text()


def test_a_stage_sees_files_settings_threads_and_seed_by_the_names_of_the_rule(tmp_path):
    body = (
        "assert (str(job.input('one')), [str(f) for f in job.several('more')]) == ('a.csv', ['b', 'c']); "
        "assert (str(job.output('out')), job.settings, job.threads, job.seed) == ('d.csv', {'a': 1}, 2, 3); "
        "assert job.several('absent') == []"
    )
    done = run(tmp_path / "stage.log", body)
    assert done.returncode == 0, done.stderr


def test_threads_that_the_bytes_depend_on_are_not_cut_down_with_those_of_the_rule(tmp_path):
    done = run(tmp_path / "stage.log", "assert job.threads == 8", "{'threads': 8}")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("fault", ["ENOSPC", "EACCES"])
def test_a_disk_that_takes_nothing_is_one_sentence_and_no_error_of_ours(tmp_path, fault):
    done = run(
        tmp_path / "stage.log", f"import errno, os; raise OSError(errno.{fault}, os.strerror(errno.{fault}), 'd.csv')"
    )
    (said,) = [line for line in done.stderr.splitlines() if line.startswith("sgcldff: ")]
    assert done.returncode == 2 and "d.csv" in said and "Traceback" not in done.stderr
