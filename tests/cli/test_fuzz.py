"""No file that people might give `audit` or `rank` ends in a traceback: a result, or one sentence and status 2."""

from __future__ import annotations

import contextlib
import io
import sys
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sgcldff.cli import main as cli

CELLS = ["", "0.9", "91.2", "91.2 ± 0.5", "0.9 (0.1)", "5", "1", "-1", "50%", "1e308", "1e-300", "nan", "inf", "a", "b"]
CELLS += ["acc", "—", '"', "1,5", "0", r"$1_{\pm 2}$", "\N{NO-BREAK SPACE}", "1;2", "9" * 400]
NAMES = [
    "method",
    "metric",
    "mean",
    "sd",
    "n",
    "table",
    "seed",
    "image",
    "dataset",
    "value",
    "acc",
    "Model",
    "",
    "Method",
]
NAMES += ["trained_on", "tested_on", "iou"]

cells = st.sampled_from(CELLS)
tables = st.lists(st.sampled_from(NAMES), min_size=1, max_size=6).flatmap(
    lambda names: st.lists(st.lists(cells, min_size=len(names), max_size=len(names)), max_size=6).map(
        lambda rows: "\n".join(",".join(row) for row in [names, *rows]).encode()
    )
)
LONG = st.lists(st.lists(cells, min_size=4, max_size=4), min_size=1, max_size=8).map(
    lambda rows: "\n".join(",".join(row) for row in [["method", "seed", "metric", "value"], *rows]).encode()
)
PRINTED = st.lists(st.tuples(st.sampled_from("abc"), cells, cells), min_size=1, max_size=5).map(
    lambda rows: "\n".join(
        ",".join(row) for row in [("method", "metric", "mean", "sd", "n"), *((m, "acc", x, s, "5") for m, x, s in rows)]
    ).encode()
)
NUMBERS = st.sampled_from(["0.9", "0.8", "0", "1", "91.2", "-1", "1e308", "1e-300", "5e-324", "50%", "1,5", ""])
RANKED = st.integers(1, 4).flatmap(
    lambda k: st.lists(st.lists(NUMBERS, min_size=k, max_size=k), min_size=1, max_size=7).map(
        lambda rows: "\n".join(",".join(row) for row in [list("abcd")[:k], *rows]).encode()
    )
)
files = st.one_of(tables, LONG, PRINTED, RANKED, st.binary(max_size=60), st.text(max_size=60).map(str.encode))
OPTIONS = {"audit": [[], ["--n", "5"], ["--reference", "a"], ["--margin", "acc=1"]], "rank": [[], ["--rope", "1"]]}


def run(*arguments: str) -> tuple[object, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["sgcldff", *arguments]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        mock.patch("sgcldff.statistics.ranking.DRAWS", 5),
        mock.patch("sgcldff.statistics.ranks.PERMUTATIONS", 50),
        pytest.raises(SystemExit) as end,
    ):
        cli.main()
    return end.value.code, out.getvalue(), err.getvalue()


@pytest.mark.parametrize("verb", OPTIONS)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), content=files)
def test_any_file_ends_in_a_result_or_one_sentence(tmp_path_factory, verb, data, content):
    path = Path(tmp_path_factory.getbasetemp()) / "any.csv"
    path.write_bytes(content)
    status, out, err = run(verb, str(path), *data.draw(st.sampled_from(OPTIONS[verb])))
    assert (status == 0 and out and not err) or (status == 2 and err.startswith("sgcldff: "))


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(scores=files)
def test_any_measured_runs_end_in_a_result_or_one_sentence(tmp_path_factory, scores):
    folder = Path(tmp_path_factory.getbasetemp())
    (folder / "runs.csv").write_bytes(scores)
    (folder / "printed.csv").write_text("method,acc,n\na,91.2 ± 0.5,5\nb,92.3 ± 0.4,5\n")
    status, out, err = run("audit", str(folder / "printed.csv"), "--measured", str(folder / "runs.csv"))
    assert (status == 0 and out and not err) or (status == 2 and err.startswith("sgcldff: "))
