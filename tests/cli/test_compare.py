"""`sgcldff compare`, as a person types it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
G1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]
# Student's (1908) sleep data: hours of sleep gained, ten people, two drugs.
G2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


@pytest.fixture
def sleep(tmp_path) -> Path:
    rows = [
        f"{drug},{person},hours,{gain}" for drug, gains in (("g1", G1), ("g2", G2)) for person, gain in enumerate(gains)
    ]
    path = tmp_path / "sleep.csv"
    path.write_text("\n".join(["method,seed,metric,value", *rows]))
    return path


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sgcldff", "compare", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def asked(path: Path, *more: object) -> subprocess.CompletedProcess[str]:
    return run(path, "--reference", "g2", "--against", "g1", "--metric", "hours", *more)


def test_student_s_sleep_data_come_out_as_published(sleep):
    found = json.loads(asked(sleep, "--json").stdout)
    assert found["t"] == pytest.approx(4.062127683382)
    assert found["p"] == pytest.approx(0.00283289019738)
    assert (found["ci_low"], found["ci_high"]) == pytest.approx((0.700114236723, 2.459885763277))
    assert (found["d_z"], found["g_z"]) == pytest.approx((1.284557563, 1.173924904))
    assert found["verdict"] == "SUPPORTED"


def test_without_json_it_says_the_same_in_words(sleep):
    answer = asked(sleep, "--margin", 1, "--test-train-ratio", 0.25)
    assert answer.returncode == 0 and answer.stderr == ""
    assert "hours: g2 minus g1, 10 seeds" in answer.stdout
    assert "t(9) = 4.0621, p = 0.002833, 95% interval +0.7001 to +2.4599" in answer.stdout
    assert (
        "verdict, corrected for redrawn splits: DIRECTION ONLY: +1.5800, at least +0.2461 (one-sided 95%)\n"
        "without the correction: DIRECTION ONLY: +1.5800, at least +0.8670 (one-sided 95%)\n"
    ) in answer.stdout
    assert "seeds would show it four times in five (in brackets the 80% interval)" in answer.stdout


def test_a_verdict_beside_an_interval_that_holds_the_margin_stands_with_its_bound_and_fragile(sleep):
    answer = asked(sleep, "--margin", 0.8)
    assert "95% interval +0.7001 to +2.4599" in answer.stdout
    assert "verdict: SUPPORTED: +1.5800, at least +0.8670 (one-sided 95%), fragile: one seed decides" in answer.stdout


def test_what_json_has_no_place_for_is_said_beside_it(sleep):
    rows = [line.split(",") for line in sleep.read_text().splitlines()[1:]]
    rows = [[*row, f"p{i}-{row[1]}"] for row in rows for i in range(2)]
    sleep.write_text("\n".join(",".join(row) for row in [["method", "seed", "metric", "value", "image"], *rows]))
    answer = asked(sleep, "--json")
    assert "crossed" not in json.loads(answer.stdout)
    assert answer.stderr == "sgcldff: note: the images are not the same in every seed: no crossed analysis\n"


def test_wrong_input_is_one_sentence_that_names_the_file(sleep):
    sleep.write_text(sleep.read_text().replace("3.4", "x", 1))
    answer = asked(sleep)
    assert answer.returncode == 2 and answer.stdout == ""
    assert answer.stderr == (
        f"sgcldff: {sleep}: g1, seed 5 has 'x' for value, which is no finite number: correct it, or leave that seed "
        "out of both methods.\n"
    )


def test_a_file_as_a_spreadsheet_saves_it_is_read(sleep):
    sleep.write_bytes(b"\xef\xbb\xbf" + sleep.read_text().replace("\n", "\r\n").encode() + b"\r\n\r\n")
    assert json.loads(asked(sleep, "--json").stdout)["n"] == 10


def test_a_file_that_is_not_there_is_named(tmp_path):
    answer = asked(tmp_path / "none.csv")
    assert answer.returncode == 2 and "none.csv" in answer.stderr and "Traceback" not in answer.stderr


FORMS = {
    "apa": ("was on average 1.40 points (SD = 0.45), 95% CI [0.84, 1.96], by a paired t test, t(4) = 6.91, p = .002",),
    "markdown": ("| ours − base ", "| SUPPORTED |"),
    "latex": (r"\toprule", r"ours $-$ base & acc & 5 & +1.40 & 0.45"),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_comparison_can_be_pasted(tmp_path, form):
    path = tmp_path / "scores.csv"
    values = {"ours": (0.912, 0.905, 0.921, 0.917, 0.909), "base": (0.897, 0.899, 0.905, 0.9, 0.893)}
    lines = [f"{name},{seed},acc,{value}" for name, row in values.items() for seed, value in enumerate(row)]
    path.write_text("\n".join(["method,seed,metric,value", *lines]))
    names = ["--reference", "ours", "--against", "base", "--metric", "acc"]
    command = [sys.executable, "-m", "sgcldff", "compare", str(path), *names, "--format", form, "--rope", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    assert all(words in done.stdout for words in (*FORMS[form], "0.940", "0.060"))
