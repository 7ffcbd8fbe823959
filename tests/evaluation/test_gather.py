"""The scores of several methods in one table of each kind."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sgcldff.errors import InputError
from sgcldff.evaluation.gather import gather_cells, gather_confusion, gather_runs, gather_scores

METHODS = ("full", "chance")


@pytest.fixture
def runs(tmp_path: Path) -> list[Path]:
    for method in METHODS:
        pd.DataFrame({"method": [method], "seed": [0], "f1": [0.5]}).to_csv(tmp_path / f"{method}.csv", index=False)
    return [tmp_path / f"{method}.csv" for method in METHODS]


@pytest.fixture
def scores(tmp_path: Path) -> list[Path]:
    for method in METHODS:
        pd.DataFrame({"method": [method], "image_id": ["x"]}).to_parquet(tmp_path / f"{method}.parquet", index=False)
    return [tmp_path / f"{method}.parquet" for method in METHODS]


@pytest.fixture
def cells(tmp_path: Path) -> list[Path]:
    """One image that both methods were tested on, and one that each has alone; its id begins with a zero."""
    files = []
    for method, own in zip(METHODS, ("02", "01"), strict=True):
        table = pd.DataFrame({"dataset": "bccd", "image_id": ["03", own], "touches_border": 0, "area": 5, "n_cells": 1})
        files.append(tmp_path / f"{method}-cells.csv")
        table.to_csv(files[-1], index=False)
    return files


def test_the_methods_keep_their_order(runs, scores, tmp_path):
    gather_runs(runs, tmp_path / "all" / "runs.csv")
    gather_scores(scores, tmp_path / "all" / "scores.parquet")
    assert (tmp_path / "all" / "runs.csv").read_text() == "method,seed,f1\nfull,0,0.5\nchance,0,0.5\n"
    assert pd.read_parquet(tmp_path / "all" / "scores.parquet")["method"].tolist() == list(METHODS)


def test_an_image_that_two_methods_were_tested_on_stands_once(cells, tmp_path):
    gather_cells(cells, tmp_path / "cells.csv")
    assert pd.read_csv(tmp_path / "cells.csv", dtype=str)["image_id"].tolist() == ["01", "02", "03"]


@pytest.mark.parametrize(("kind", "gather"), [("runs", gather_runs), ("scores", gather_scores)])
def test_what_is_missing_or_damaged_is_named(request, kind, gather, tmp_path):
    files = request.getfixturevalue(kind)
    files[1].write_bytes(b"")
    with pytest.raises(InputError, match=rf"{files[1].name} holds no scores.*score its method again"):
        gather(files, tmp_path / "all")
    files[1].unlink()
    with pytest.raises(InputError, match=rf"{files[1].name} does not exist: score its method first"):
        gather(files, tmp_path / "all")


def test_a_table_of_confusions_that_lacks_a_column_is_named(tmp_path):
    file = tmp_path / "full-confusion.csv"
    file.write_text("method,truth\nfull,monocyte\n")
    with pytest.raises(InputError, match=r"full-confusion\.csv lacks the columns"):
        gather_confusion([file], tmp_path / "confusion.csv")
