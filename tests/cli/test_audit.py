"""`sgcldff audit` on a person's own file and on the paper's: what it prints, writes and refuses."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from sgcldff.cli import main as cli
from sgcldff.reporting.paper_values import PAPER_NUMBERS_IN_TEXT, PAPER_TABLES
from sgcldff.reporting.sections.audit import audit_section
from sgcldff.tables.audit import AUDIT_CLAIMS, AUDIT_COMPARISONS, AUDIT_FINDINGS
from sgcldff.tables.read import read_table

ROOT = Path(__file__).resolve().parents[2]
TITLE = "What the printed numbers allow"
TABLE = "method,metric,mean,sd,n\nours,iou,0.82,0.01,5\ntheirs,iou,0.79,0.01,5\n"


class Done(NamedTuple):
    status: int
    stdout: str
    stderr: str


@pytest.fixture
def audit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """The command line in this process, which starts many times faster than one of its own."""

    def run(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["sgcldff", "audit", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        return Done(end.value.code, *capsys.readouterr())

    return run


def sentence(done: Done) -> str:
    assert done.status == 2 and done.stdout == "", done
    (line,) = done.stderr.splitlines()
    assert line.startswith("sgcldff: ") and line.endswith(".")
    return line.removeprefix("sgcldff: ")


@pytest.fixture
def printed(tmp_path: Path) -> Path:
    path = tmp_path / "printed.csv"
    path.write_text(TABLE)
    return path


@pytest.fixture(scope="module")
def of_the_paper(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What the audit of the paper prints, and the folder of what it writes."""
    out = tmp_path_factory.mktemp("audit") / "new" / "folder"
    claims = ["--claims", PAPER_NUMBERS_IN_TEXT]
    arguments = [PAPER_TABLES, *claims, "--margin", "iou=2", "--margin", "f1=1.5", "--out", out]
    command = [sys.executable, "-m", "sgcldff", "audit", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return done.stdout, out


def test_the_papers_tables_give_16_significant_tests_and_10_after_holm(of_the_paper):
    text, out = of_the_paper
    assert "Of 18 differences 16 have p < 0.05 if the runs are unrelated (r = 0)" in text
    comparisons = pd.read_csv(out / "audit_comparisons.csv")
    assert ((comparisons["p_r0"] < 0.05).sum(), (comparisons["p_holm_r0"] < 0.05).sum()) == (16, 10)


def test_the_papers_accuracy_against_asha_needs_a_correlation(of_the_paper):
    assert "Accuracy against Asha et al. (2024) in Table 2 (needs r ≥ 0.22)" in of_the_paper[0]


def test_the_papers_findings_are_the_iou_of_its_classes_and_the_row_that_stands_twice(of_the_paper):
    findings = pd.read_csv(of_the_paper[1] / "audit_findings.csv")
    assert findings[["table", "kind"]].to_numpy().tolist() == [
        ["Figure 5", "average of parts"],
        ["Table 2, Table 3", "repeated row"],
    ]
    assert "average 0.813 and not 0.82; rounding allows at most 0.818" in of_the_paper[0]


def test_the_papers_claims_that_do_not_follow_from_its_tables_are_told(of_the_paper):
    claims = pd.read_csv(of_the_paper[1] / "audit_claims.csv", keep_default_na=False)
    doubtful = claims[~claims["check"].isin(["", "agrees"]) | ~claims["p_check"].isin(["", "at any r"])]
    assert doubtful[["against", "metric", "check", "p_check"]].to_numpy().tolist() == [
        ["Luo et al. (2024)", "auc", "agrees", "depends on r"],
        ["Asha et al. (2024)", "auc", "only by rounding", "only by rounding"],
        ["Asha et al. (2024)", "accuracy", "agrees", "depends on r"],
        ["Asha et al. (2024)", "auc", "only by rounding", ""],
        ["", "iou", "only by rounding", ""],
        ["Without saliency-guided preprocessing", "iou", "points, not per cent", ""],
        ["Without cross-layer fusion", "accuracy", "points, not per cent", ""],
    ]


def test_the_section_can_be_made_again_from_what_was_written(of_the_paper):
    text, out = of_the_paper
    contracts = {
        "audit_comparisons": AUDIT_COMPARISONS,
        "audit_findings": AUDIT_FINDINGS,
        "audit_claims": AUDIT_CLAIMS,
    }
    tables = [read_table(out / f"{name}.csv", contract) for name, contract in contracts.items()]
    assert text.endswith(audit_section(TITLE, *tables) + "\n")


def test_without_a_reference_the_last_method_is_it_and_is_said_to_be(audit, printed):
    done = audit(printed)
    assert done.status == 0 and done.stdout.startswith("The reference is the last method of each table")
    assert "**theirs against each other method**" in done.stdout


def test_a_named_reference_is_compared_with_the_others(audit, printed):
    done = audit(printed, "--reference", "ours")
    assert done.stdout.startswith("## What") and "| theirs " in done.stdout and "+3.0" in done.stdout


def test_the_reference_is_named_in_what_was_found(audit, printed):
    assert "- Every difference is ours minus another method." in audit(printed, "--reference", "ours").stdout
    assert "a proposed method stands: theirs." in audit(printed).stdout


PLUS_MINUS = "method,metric,mean,sd,n\nbase,acc,91.2 ± 0.5,,5\nours,acc,92.3 ± 0.4,,5\n"
WIDE = "method,acc,f1\nbase,91.2±0.5,0.89±0.01\nours,92.3±0.4,0.91±0.01\n"
LATEX = "method,acc\nbase,$91.2_{\\pm 0.5}$\nours,\\textbf{92.3} $\\pm$ 0.4\n"
BRACKETS = "Model,acc,n\nbase,91.2 (0.5) %,5\nours,92.3 (0.4) %,5\n"


@pytest.mark.parametrize("text", [PLUS_MINUS, WIDE, LATEX, BRACKETS])
def test_cells_as_printed_give_the_p_of_their_numbers(audit, printed, text):
    printed.write_text(text)
    done = audit(printed, "--n", "5")
    assert "taken for an SD over the n runs" in done.stdout
    (row,) = [line for line in done.stdout.splitlines() if line.startswith("| base ") and "| acc " in line]
    cells = [cell.strip() for cell in row.split("|")]
    assert cells[4:8] == ["+1.1", "0.0184", "0.0058", "0.0001"]


def test_a_proposed_method_that_stands_first_is_told_that_the_last_was_taken(audit, printed):
    printed.write_text("method,metric,mean,sd,n\nours,acc,92.3,0.4,5\nbase,acc,91.2,0.5,5\n")
    text = audit(printed).stdout
    assert "a proposed method stands: base. Where it stands elsewhere" in text and "name it with --reference" in text
    assert "−1.1" in text and "−1.1" not in audit(printed, "--reference", "ours").stdout


def test_a_wide_table_without_n_is_asked_for_it(audit, printed):
    printed.write_text(WIDE)
    assert sentence(audit(printed)).endswith("add a column n with the number of runs, or say --n 5 for all.")


def test_the_correlation_of_measured_runs_gives_each_comparison_its_p(audit, printed, tmp_path):
    runs = tmp_path / "scores.csv"
    values = {"full": (0.912, 0.905, 0.921, 0.917, 0.909), "theirs": (0.897, 0.899, 0.905, 0.9, 0.893)}
    lines = [f"{name},{seed},iou,{value}" for name, row in values.items() for seed, value in enumerate(row)]
    runs.write_text("\n".join(["method,seed,metric,value", *lines]))
    done = audit(printed, "--reference", "ours", "--measured", runs, "--same", "ours=full", "--out", tmp_path / "out")
    assert done.status == 0 and "P(claim false)" in done.stdout and "0.70 (−0.48 to 0.98)" in done.stdout
    (row,) = pd.read_csv(tmp_path / "out" / "audit_measured.csv").itertuples()
    assert row.pairs == 5 and row.r == pytest.approx(0.70009337, abs=1e-8) and row.p_false == pytest.approx(row.p / 2)


def test_measured_runs_are_read_with_semicolons_and_decimal_commas(audit, printed, tmp_path):
    runs = tmp_path / "scores.csv"
    values = {"ours": (91.2, 90.5, 92.1, 91.7), "theirs": (89.7, 89.9, 90.5, 90.0)}
    lines = [f"{name};{seed};iou;{value}" for name, row in values.items() for seed, value in enumerate(row)]
    plain = "\n".join(["method;seed;metric;value", *lines])
    tables = []
    for text in (plain, plain.replace(".", ",")):
        runs.write_text(text)
        assert audit(printed, "--measured", runs, "--out", tmp_path / "out").status == 0
        tables.append((tmp_path / "out" / "audit_measured.csv").read_text())
    assert tables[0] == tables[1]


def test_measured_commas_that_may_be_either_are_asked_for_and_read_as_it_is_said(audit, printed, tmp_path):
    runs = tmp_path / "scores.csv"
    lines = [
        f"{m};{seed};iou;{1 + k},{250 + 7 * seed * seed}" for k, m in enumerate(("ours", "theirs")) for seed in range(4)
    ]
    runs.write_text("\n".join(["method;seed;metric;value", *lines]))
    assert "say which with --decimal ',' or '.'" in sentence(audit(printed, "--measured", runs))
    assert audit(printed, "--measured", runs, "--decimal", ",").status == 0


def test_what_a_printed_file_was_read_as_is_said(audit, printed):
    printed.write_bytes(TABLE.replace("theirs", "żółw").replace(",", ";").encode("cp1250"))
    words = "The file was read as: cells between semicolons; letters of Windows-1250 (Central European)."
    assert words in audit(printed).stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--same", "ours=full"], "give that file too"),
        (["--decimal", ","], "give that file too"),
        (["--measured", "x.csv", "--same", "ours"], "--same ours is not one PRINTED=MEASURED"),
        (["--measured", "x.csv", "--over", "fold"], "neither seed nor image"),
        (["--measured", "x.csv"], "x.csv: The file cannot be read"),
        (["--n", "1"], "--n 1 is no number of runs"),
    ],
)
def test_what_is_wrong_about_the_measured_runs_is_said_in_a_sentence(audit, printed, arguments, words):
    assert words in sentence(audit(printed, *arguments))


def test_the_help_has_an_example_the_columns_and_the_exit_status(audit):
    text = " ".join(audit("--help").stdout.split())
    assert "Example: sgcldff audit" in text and "Columns: method, metric, mean" in text and "Exit status: 0" in text


def test_a_file_of_a_spreadsheet_is_read(audit, printed):
    plain = audit(printed).stdout
    printed.write_bytes(b"\xef\xbb\xbf" + TABLE.replace("\n", "\r\n").encode() + b",,,,\r\n\r\n")
    assert audit(printed).stdout == plain


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (TABLE, "", "The file is empty"),
        ("method,", "name,", "no column method"),
        ("0.82", "high", "'high', which is no number"),
        ("0.82", "82", "a fraction beside a percentage"),
        ("theirs", "ours", "Two rows give iou of ours"),
        ("0.79,0.01", "0.79,-0.01", "no SD is negative"),
        ("0.79,0.01,5", "0.79,0.01,1", "a whole number of at least 2"),
        ("0.79,0.01,5", "0.79,0.01,4", "paired runs are equally many"),
        ("theirs,iou,0.79,0.01,5\n", "", "a single method, ours"),
    ],
)
def test_what_is_wrong_in_the_file_is_said_with_its_name(audit, printed, old, new, words):
    assert old in TABLE
    printed.write_text(TABLE.replace(old, new))
    message = sentence(audit(printed))
    assert message.startswith(f"{printed}: ") and words in message


def test_what_is_wrong_in_the_claims_is_said_with_their_name_and_nothing_is_written(audit, printed, tmp_path):
    claims = tmp_path / "claims.csv"
    claims.write_text("claim,reference,against,metric,difference,unit,p\nmore,ours,nobody,iou,3,points,\n")
    message = sentence(audit(printed, "--claims", claims, "--out", tmp_path / "out"))
    assert message.startswith(f"{claims}: ") and "iou of nobody" in message
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--reference", "nobody"], "No method is called 'nobody'"),
        (["--margin", "dice=2"], "the metric 'dice', which is not there"),
        (["--margin", "iou"], "--margin iou is not"),
        (["--margin", "iou=two"], "--margin iou=two is not"),
        (["--margin", "iou=nan"], "--margin iou=nan is not"),
        (["--margin", "iou=2", "--margin", "iou=3"], "--margin iou=3 is not one METRIC=POINTS for each metric"),
    ],
)
def test_what_is_wrong_in_the_options_is_said_in_a_sentence(audit, printed, arguments, words):
    assert words in sentence(audit(printed, *arguments))


@pytest.mark.parametrize("place", ["", "below"])
def test_a_file_in_the_place_of_the_folder_is_named_and_kept(audit, printed, place):
    message = sentence(audit(printed, "--out", printed / place))
    assert message.startswith(f"{printed / place} cannot be written (") and message.endswith(
        "give another folder to --out."
    )
    assert printed.read_text() == TABLE


def test_a_missing_file_is_named(audit, tmp_path):
    assert sentence(audit(tmp_path / "nowhere.csv")).startswith(f"{tmp_path / 'nowhere.csv'}: The file cannot be read")
