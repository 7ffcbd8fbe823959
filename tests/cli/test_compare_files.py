"""`sgcldff compare` on the files that people really have: of spreadsheets, notebooks and experiment trackers."""

from __future__ import annotations

import gzip
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from sgcldff.cli import main as cli

OURS, BASE = [0.912, 0.905, 0.921, 0.917, 0.909], [0.897, 0.899, 0.905, 0.9, 0.893]
OTHER_SET = [0.71, 0.72, 0.70, 0.75, 0.74], [0.70, 0.70, 0.69, 0.71, 0.71]


class Done(NamedTuple):
    status: int
    stdout: str
    stderr: str

    @property
    def found(self) -> dict:
        assert self.status == 0, self.stderr
        return json.loads(self.stdout)

    @property
    def sentence(self) -> str:
        assert self.status == 2 and self.stdout == "", self
        (line,) = self.stderr.splitlines()
        assert line.startswith("sgcldff: ") and line.endswith("."), line
        return line.partition(".csv: ")[2]


Compare = Callable[..., Done]


@pytest.fixture
def compare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Compare:
    """The command line in this process, on a file of these contents."""

    def run(content: str | bytes, *more: object, metric: str = "acc", path: Path = tmp_path / "scores.csv") -> Done:
        if path != Path("-"):
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        command = ["sgcldff", "compare", path, "--reference", "ours", "--against", "base", "--metric", metric, *more]
        monkeypatch.setattr(sys, "argv", [*map(str, command)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        return Done(end.value.code, *capsys.readouterr())

    return run


def long(
    scores: tuple[list, list] = (OURS, BASE), seed: Callable = str, metric: str = "acc", separator: str = ",", head=True
) -> str:
    rows = [
        (method, seed(place), metric, str(value))
        for method, values in zip(("ours", "base"), scores, strict=True)
        for place, value in enumerate(values)
    ]
    return "\n".join(separator.join(row) for row in [*([("method", "seed", "metric", "value")] * head), *rows]) + "\n"


def with_column(name: str, **parts: str) -> str:
    """Tables without a first row, one below the other, with a column that tells them apart."""
    rows = [f"{line},{word}" for word, text in parts.items() for line in text.splitlines()]
    return "\n".join([f"method,seed,metric,value,{name}", *rows]) + "\n"


def percent(sign: str, point: str) -> tuple[list[str], list[str]]:
    return tuple([f"{100 * v:.1f}{sign}".replace(".", point) for v in values] for values in (OURS, BASE))


WIDE = "seed,ours,base\n" + "".join(f"{i},{a},{b}\n" for i, (a, b) in enumerate(zip(OURS, BASE, strict=True)))
TRACKER = "Name,model,seed,epoch,val/acc,test/acc\n" + "".join(
    f"run-{model}-{seed},{model},{seed},{epoch},{value - 0.1 * (epoch != 7):.3f},{value - 0.05 * (epoch != 7)}\n"
    for model, values in (("ours", OURS), ("base", BASE))
    for seed, value in enumerate(values)
    for epoch in (6, 7, 8)
)
# As Weights & Biases exports a chart: a column a run, and its least and most beside it.
RUNS = {f"{method}-{i}": v for method, values in (("ours", OURS), ("base", BASE)) for i, v in enumerate(values)}
CHART = "\n".join(
    [
        ",".join(["Step", *(f'"{run} - acc{end}"' for run in RUNS for end in ("", "__MIN", "__MAX"))]),
        *(
            ",".join([step, *(str(value - less) for value in RUNS.values() for _ in range(3))])
            for step, less in (("6", 0.1), ("7", 0.0), ("8", 0.05))
        ),
    ]
)
SAME = {
    "long": (long(), []),
    "wide": (WIDE, []),
    "wide without seeds": ("\n".join(line.split(",", 1)[1] for line in WIDE.splitlines()), []),
    "wide, index of pandas": ("\n".join(f"{i},{line}" if i else f",{line}" for i, line in enumerate(WIDE.split())), []),
    "semicolons, decimal commas": (long(percent("", ","), separator=";"), []),
    "tabs": (long(separator="\t"), []),
    "decimal commas in quotation marks": (long([f'"{v}"'.replace(".", ",") for v in s] for s in (OURS, BASE)), []),
    "per cent signs": (long(percent("%", ".")), []),
    "per cent signs, decimal commas": (long(percent(" %", ","), separator="\t"), []),
    "seeds as words": (long(seed="seed_{}".format), []),
    "seeds beyond 2^53": (long(seed=lambda place: str(2**63 + place)), []),
    "negative seeds beyond 2^53": (long(seed=lambda place: str(-(2**63) + place)), []),
    "seeds as pandas writes them beside empty cells": (long(seed="{}.0".format), []),
    "capitals": (long().replace("method,seed,metric,value", "Method,SEED,Metric,Value"), []),
    "gzip": (gzip.compress(long().encode()), []),
    "UTF-16": (long(separator="\t").encode("utf-16"), []),
    "Excel's first line": ("sep=;\r\n" + long(percent("", ","), separator=";"), []),
    "folds": (long(seed="part {}".format).replace("seed", "fold"), ["--pair-by", "fold"]),
    "subjects under any name": (long().replace("seed", "Patient ID"), ["--pair-by", "patient id"]),
    "no metric": ("\n".join(",".join(line.split(",")[::3]) + "," + line.split(",")[1] for line in long().split()), []),
    "tracker, the last epoch": (
        TRACKER.replace(",7,", ",9,"),
        ["--method-column", "model", "--metric", "test/acc", "--at-highest", "epoch"],
    ),
    "chart of a tracker, the best step": (CHART, ["--at-highest", "acc"]),
    "chart of a tracker, the last step": (CHART.replace("\n7,", "\n9,"), ["--at-highest", "Step"]),
    "tracker, the best on validation": (
        TRACKER,
        ["--method-column", "model", "--metric", "test/acc", "--at-highest", "val/acc"],
    ),
}


@pytest.mark.parametrize("kind", SAME)
def test_the_same_numbers_come_out_of_every_file(compare, kind):
    content, options = SAME[kind]
    found = compare(content, *options, "--json").found
    assert found["n"] == 5
    assert (found["mean"], found["sd"]) == pytest.approx((1.4, 0.452769), rel=1e-5)
    assert (found["t"], found["p"]) == pytest.approx((6.9141, 0.002296), rel=1e-4)


def test_a_chart_without_a_step_is_told_how_to_choose_one(compare):
    sentence = compare(CHART).sentence
    assert (
        "acc of ours has 3 rows for seed 0, which differ in Step: keep one by --at-highest Step (the last)" in sentence
    )


def test_what_a_chart_was_read_as_is_said(compare):
    said = compare(CHART, "--at-highest", "acc").stdout.splitlines()[-1]
    assert "a chart of Weights & Biases, runs by their names" in said and "optimistic" in said


def test_a_code_page_is_read_and_said(compare):
    content = long().replace("base", "żółw").replace("ours", "płytka").encode("cp1250")
    done = compare(content, "--reference", "płytka", "--against", "żółw")
    assert done.status == 0 and "letters of Windows-1250 (Central European)" in done.stdout.splitlines()[-1]


def test_standard_input_is_read(compare, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(long().encode())))
    assert compare("", "--json", path=Path("-")).found["mean"] == pytest.approx(1.4)


def test_large_seeds_that_differ_in_the_last_digit_are_not_one(compare):
    content = long(seed=lambda place: str(2**53 + place)).replace(f"base,{2**53 + 1},", f"base,{2**53 + 9},")
    assert f"acc of ours has value for seed {2**53 + 1} and acc of base does not" in compare(content).sentence


def test_folds_that_repeat_are_paired_by_both_columns(compare):
    rows = [line.split(",") for line in long().split()[1:]]
    content = "method,repeat,fold,metric,value\n" + "\n".join(
        ",".join([method, str(repeat), fold, metric, str(float(value) + 0.001 * repeat)])
        for repeat in range(2)
        for method, fold, metric, value in rows
    )
    assert compare(content, "--pair-by", "repeat", "--pair-by", "fold", "--json").found["n"] == 10
    assert "2 rows for fold 0, which differ in repeat: " in compare(content, "--pair-by", "fold").sentence


LOSS = [0.31, 0.29, 0.33, 0.30, 0.32], [0.41, 0.43, 0.40, 0.44, 0.39]


def test_a_lower_loss_is_better_where_it_is_said(compare):
    found = compare(long(LOSS, metric="loss"), "--lower-is-better", "--json", metric="loss").found
    assert (found["mean"], found["t"], found["verdict"]) == (
        pytest.approx(10.4),
        pytest.approx(6.6308, rel=1e-4),
        "SUPPORTED",
    )
    text = compare(long(LOSS, metric="loss"), "--lower-is-better", metric="loss").stdout
    assert text.startswith("loss, lower is better: base minus ours, 5 seeds, in points")


def test_a_loss_that_is_taken_as_higher_is_better_names_the_option(compare):
    assert "if lower is, --lower-is-better" in compare(long(LOSS, metric="loss"), metric="loss").stdout


TINY = [4.1e-11, 3.9e-11, 4.5e-11, 4.4e-11, 3.7e-11], [9.1e-11, 8.8e-11, 9.5e-11, 9.9e-11, 8.5e-11]


def test_small_numbers_keep_their_digits(compare):
    found = compare(long(TINY, metric="l2"), "--lower-is-better", metric="l2").stdout
    assert "mean difference   +5.040e−11 (SD 2.702e−12)" in found and "t(4) = 41.7113" in found
    assert "verdict: SUPPORTED: +5.040e−11, at least +4.782e−11" in found and "Wilcoxon p = 0.0625" in found


def test_values_on_both_sides_of_one_are_read_with_a_scale(compare):
    content = long(([0.4, 0.5, 0.6, 0.5, 0.7], [30, 31, 29, 33, 34]))
    assert "give --scale 1 where all have one unit" in compare(content).sentence
    assert compare(content, "--scale", "1", "--json").found["mean"] == pytest.approx(-30.86)
    assert compare(content, "--lower-is-better", "--json").found["mean"] == pytest.approx(30.86)


SETS = with_column("dataset", cifar=long(head=False), svhn=long(OTHER_SET, head=False))


def test_several_datasets_are_never_joined_in_silence(compare):
    apart = with_column(
        "dataset", cifar=long(head=False), svhn=long(OTHER_SET, seed=lambda place: str(place + 5), head=False)
    )
    for content in (SETS, apart):
        assert compare(content).sentence == (
            "The column dataset has 2 values (cifar, svhn): compare in each and in all together with --dataset-column "
            "dataset, or keep the rows of one."
        )
    found = compare(apart, "--dataset-column", "dataset", "--json")
    assert list(found.found["datasets"]) == ["cifar", "svhn"] and "not the same seeds: none together" in found.stderr


def test_datasets_are_compared_in_each_and_together(compare):
    found = compare(SETS, "--dataset-column", "dataset", "--json").found["datasets"]
    assert {name: each["mean"] for name, each in found.items()} == pytest.approx(
        {"cifar": 1.4, "svhn": 2.2, "together": 1.8}
    )
    assert found["cifar"]["t"] == pytest.approx(6.9141, rel=1e-4) and found["together"]["n"] == 5
    text = compare(SETS, "--dataset-column", "dataset").stdout
    assert [line for line in text.splitlines() if line.startswith("==")] == [
        f"== {name}: acc: ours minus base, 5 seeds, in points (values × 100)" for name in ("cifar", "svhn", "together")
    ]


def test_datasets_without_a_name_of_theirs_are_told_by_what_differs(compare):
    content = SETS.replace("dataset", "site")
    assert (
        "2 rows for seed 0, which differ in site: name what it is by --dataset-column site" in compare(content).sentence
    )


def test_several_epochs_are_refused_and_one_can_be_chosen(compare):
    later = tuple([value + 0.01 for value in values] for values in (OURS, BASE))
    content = with_column("epoch", **{"0": long(head=False), "1": long(later, head=False)})
    assert compare(content).sentence == (
        "acc of ours has 2 rows for seed 0, which differ in epoch: keep one by --at-highest epoch (the last) or by a "
        "validation score (--at-highest or --at-lowest with its column), or pair by both with --pair-by seed --pair-by "
        "epoch."
    )
    found = compare(content, "--at-highest", "epoch", "--json").found
    assert found["mean"] == pytest.approx(1.4) and "the row with the highest epoch" in found["read"]


def test_choosing_by_the_scores_that_are_compared_is_said_to_be_optimistic(compare):
    content = with_column("epoch", **{"0": long(head=False), "1": long(OTHER_SET, head=False)})
    assert "optimistic" in compare(content, "--at-highest", "value", "--json").found["read"]


def test_one_seed_that_decides_is_named(compare):
    found = compare(long(([0.912, 0.905, 0.11, 0.917, 0.909], BASE)))
    assert "mean difference   −14.8200 (SD 36.1599)" in found.stdout
    assert "note: one seed decides: without seed 2 SUPPORTED (+1.35)" in found.stdout


def test_what_was_taken_as_what_is_one_line(compare):
    answer = compare(long(percent("%", ","), separator=";").replace("seed", "fold"), "--pair-by", "fold")
    assert answer.stdout.splitlines()[-1] == (
        "read as: methods in the column method; pairs by fold; acc in the column value; cells between semicolons; "
        "decimal commas; per cent signs"
    )
    assert "5 folds" in answer.stdout and "seed" not in answer.stdout
    assert (
        "not used: Name (10 values)"
        in compare(TRACKER, "--method-column", "model", "--metric", "test/acc", "--at-highest", "val/acc").stdout
    )


@pytest.mark.parametrize(
    ("content", "options", "sentence"),
    [
        ("Wall time,Step,Value\n1700000000.1,0,0.51\n", [], "The file is TensorBoard's export of one run (Wall time, "),
        ("method,metric,mean,sd,n\nours,acc,92.3,0.4,5\nbase,acc,91.2,0.5,5\n", [], "The file holds means and SDs"),
        ("method,acc,f1\nours,92.3±0.4,0.9±0.1\nbase,91.2±0.5,0.8±0.1\n", [], "The file holds means and SDs"),
        (long().replace("seed", "fold"), [], "There is no column seed (there are: method, fold, metric, value): name "),
        (long().replace("method", "model"), [], "There is no column method, and none for each of ours and base"),
        (long().replace("value", "score"), [], "There is no column value, and none 'acc'"),
        (long(), ["--pair-by", "sed"], "--pair-by sed: there is no such column: did you mean 'seed'?"),
        (long(), ["--at-highest", "value", "--at-lowest", "value"], "--at-highest and --at-lowest are given both"),
        (long(), ["--at-highest", "metric"], "The column metric has a cell that is no number"),
        (long((["1,234"] * 5, ["2,345"] * 5), separator=";"), [], "1,234 may be a decimal comma or thousands"),
        (long().replace("ours,0", "ours,"), [], "ours has a row without seed: fill in all or none"),
        (long(([*OURS[:4], ""], BASE)), [], "ours, seed 4 has nothing for value"),
        (with_column("task", x=long(head=False), y=long((OURS, OURS), head=False)), [], "The column task has 2 values"),
    ],
)  # fmt: skip
def test_what_it_cannot_know_it_asks_for(compare, content, options, sentence):
    said = compare(content, *options)
    assert said.status == 2 and sentence in said.stderr and len(said.stderr.splitlines()) == 1


def test_the_help_has_an_example_the_columns_and_the_exit_status(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["sgcldff", "compare", "--help"])
    with pytest.raises(SystemExit):
        cli.main()
    text = " ".join(capsys.readouterr().out.split())
    for part in ("Example: sgcldff compare scores.csv --reference", "Columns: method, seed", "Exit status: 0"):
        assert part in text
