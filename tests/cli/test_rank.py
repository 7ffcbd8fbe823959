"""`sgcldff rank` on a person's own file: what it prints, draws and refuses."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PIL import Image

from sgcldff.cli import main as cli

SCORES = """dataset,C4.5,C4.5+m,C4.5+cf,C4.5+m_cf
adult,0.763,0.768,0.771,0.798
breast,0.599,0.591,0.590,0.569
cmc,0.628,0.661,0.654,0.657
ionosphere,0.882,0.888,0.886,0.898
liver,0.661,0.668,0.609,0.685
wine,0.957,0.978,0.946,0.970
"""


@pytest.fixture
def rank(monkeypatch, capsys, tmp_path):
    path = tmp_path / "scores.csv"
    path.write_text(SCORES)

    def run(*arguments: object, file: Path = path):
        monkeypatch.setattr(sys, "argv", ["sgcldff", "rank", str(file), *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        return end.value.code, *capsys.readouterr()

    return run


def test_methods_and_pairs_are_tables_in_markdown(rank):
    status, out, err = rank()
    assert status == 0 and err == ""
    assert "| C4.5+m_cf " in out and " before C4.5 " in out and "Friedman: chi2(3)" in out


def test_latex_can_be_pasted(rank):
    out = rank("--format", "latex")[1]
    assert r"C4.5+m\_cf & 1." in out and out.count(r"\begin{tabular}") == out.count(r"\end{tabular}") == 2
    assert all(line.startswith(("%", "\\")) or line.endswith(r"\\") for line in out.splitlines() if line)


def test_apa_is_one_sentence(rank):
    (line,) = rank("--format", "apa")[1].splitlines()
    assert "χ²(3, N = 6) = " in line and "p = ." in line and line.endswith(".")


def test_a_rope_adds_its_probabilities(rank):
    assert "Same in practice" in rank("--rope", "1")[1]


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_the_diagram_is_drawn_on_request(rank, tmp_path, ending):
    path = tmp_path / f"ranks.{ending}"
    assert rank("--figure", path)[0] == 0 and path.stat().st_size > 1000
    if ending == "png":
        assert Image.open(path).size[0] >= 1000


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--format", "word"], "--format word is not known"),
        (["--figure", "ranks.txt"], "none of the endings"),
        (["--figure", "nowhere/ranks.png"], "cannot be written"),
        (["--rope", "-1"], "half width"),
        (["--over", "seed"], "no column seed"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(rank, arguments, words):
    status, out, err = rank(*arguments)
    assert status == 2 and out == "" and words in err and len(err.splitlines()) == 1


def test_the_help_has_an_example_the_columns_and_the_exit_status(rank):
    text = " ".join(rank("--help")[1].split())
    assert "Example: sgcldff rank" in text and "Columns: method, metric, value" in text and "Exit status: 0" in text


def test_a_spreadsheets_file_is_read_as_compare_reads_it_and_said(rank, tmp_path):
    path = tmp_path / "excel.csv"
    path.write_bytes(SCORES.replace(",", ";").replace(".", ",").replace("C4,5", "żółw").encode("cp1250"))
    out = rank(file=path)[1]
    assert "Read as: cells between semicolons; letters of Windows-1250 (Central European)." in out
    assert "| żółw " in out
