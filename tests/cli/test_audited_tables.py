"""docs/audited_tables.md: its commands say what it quotes, and the tables name their sources."""

from __future__ import annotations

import csv
import math
import re
import sys
from pathlib import Path

import pytest
from scipy import stats

from sgcldff.cli import main as cli

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/audited_tables.md").read_text(encoding="utf-8")
TABLES = sorted((ROOT / "examples/audited_tables").glob("*.csv"))
# Each command with the quotations below it.
AUDITS = [part.partition("\n") for part in re.split(r"^    sgcldff ", PAGE, flags=re.MULTILINE)[1:]]


@pytest.mark.parametrize(("command", "quoted"), [(command, below) for command, _, below in AUDITS])
def test_a_command_says_what_the_page_quotes(monkeypatch, capsys, command, quoted):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "argv", ["sgcldff", *command.split()])
    with pytest.raises(SystemExit) as end:
        cli.main()
    said = capsys.readouterr().out.splitlines()
    sentences = re.findall(r"^> (.+)$", quoted, flags=re.MULTILINE)
    assert end.value.code == 0 and sentences
    assert [sentence for sentence in sentences if f"- {sentence}" not in said] == []


def test_the_page_audits_every_table():
    named = re.findall(r"examples/audited_tables/(\w+\.csv)", PAGE)
    assert sorted(named) == [table.name for table in TABLES] and len(AUDITS) == 4


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.stem)
def test_a_table_names_its_source_with_its_address(table):
    with table.open(encoding="utf-8", newline="") as lines:
        source = next(csv.DictReader(lines))["source"]
    title, _, rest = source.partition("https://")
    assert title.strip() and f"<https://{rest.partition(',')[0]}>" in PAGE


def test_the_sds_of_the_white_blood_cells_are_those_of_their_intervals():
    with (ROOT / "examples/audited_tables/white_blood_cells_domain_shift.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            n = int(row["n"])
            sd = float(row["half_width_95"]) * math.sqrt(n) / stats.t.ppf(0.975, n - 1)
            assert row["sd"] == f"{sd:.2f}"
