"""What the killed graph is compared by: every byte but measured times and dates."""

from __future__ import annotations

from pathlib import Path

import pytest
from scripts import load_script

FILE = Path(__file__).resolve().parents[2] / "benchmarks/kills.py"
kills = load_script(FILE)

DOCUMENT = """# Title
- Methods: 2 of 2 configured; 4 fits ({seconds} s in all on CPU).
| Fits | 4, {seconds} s in all |
| Date | {date} |
## Table 2
{score}
## Datasets
the same
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, seconds=9, date="Monday", score=0.9)
    return tmp_path


def write(folder: Path, **values: object) -> None:
    for name, text in {
        "results/fits/a/weights": "weights",
        "results/fits/a/fit.json": str(values["seconds"]),
        "results/logs/a.log": str(values["seconds"]),
        "reports/pages/costs.md": str(values["seconds"]),
        "reports/paper_tables.md": DOCUMENT.format(**values),
    }.items():
        file = folder / "run" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def test_times_and_dates_may_differ(folder):
    before = kills.digests(folder)
    write(folder, seconds=20, date="Tuesday", score=0.9)
    assert kills.compared(kills.digests(folder), before) == {"finished": True, "files": 2, "different": []}


def test_a_score_may_not(folder):
    before = kills.digests(folder)
    write(folder, seconds=9, date="Monday", score=0.8)
    assert kills.compared(kills.digests(folder), before)["different"] == ["run/reports/paper_tables.md"]


@pytest.mark.parametrize("change", [Path.unlink, lambda file: file.with_name("more").write_text("")])
def test_a_file_that_is_missing_or_new_is_a_difference(folder, change):
    before = kills.digests(folder)
    change(folder / "run/results/fits/a/weights")
    assert len(kills.compared(kills.digests(folder), before)["different"]) == 1
