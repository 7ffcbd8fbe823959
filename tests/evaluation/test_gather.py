"""The scores of several methods in one table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sgcldff.errors import InputError
from sgcldff.evaluation.gather import gather

METHODS = ("full", "chance")


@pytest.fixture
def files(tmp_path: Path) -> tuple[list[Path], list[Path]]:
    """Runs and scores of two methods."""
    for method in METHODS:
        pd.DataFrame({"method": [method], "seed": [0], "f1": [0.5]}).to_csv(tmp_path / f"{method}.csv", index=False)
        pd.DataFrame({"method": [method], "image_id": ["x"]}).to_parquet(tmp_path / f"{method}.parquet", index=False)
    return [tmp_path / f"{method}.csv" for method in METHODS], [tmp_path / f"{method}.parquet" for method in METHODS]


def test_the_methods_keep_their_order(files, tmp_path):
    runs, scores = tmp_path / "all" / "runs.csv", tmp_path / "all" / "scores.parquet"
    gather(*files, runs, scores)
    assert runs.read_text() == "method,seed,f1\nfull,0,0.5\nchance,0,0.5\n"
    assert pd.read_parquet(scores)["method"].tolist() == list(METHODS)


@pytest.mark.parametrize("kind", [0, 1])
def test_what_is_missing_or_damaged_is_named(files, tmp_path, kind):
    file = files[kind][1]
    out = tmp_path / "runs.csv", tmp_path / "scores.parquet"
    file.write_bytes(b"")
    with pytest.raises(InputError, match=rf"{file.name} holds no scores.*score its method again"):
        gather(*files, *out)
    file.unlink()
    with pytest.raises(InputError, match=rf"{file.name} does not exist: score its method first"):
        gather(*files, *out)
