"""Put the scores of several methods into one table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from sgcldff.errors import InputError
from sgcldff.layout import Layout


def gather(methods: Sequence[str], results: Path, out: Path) -> None:
    """Write runs.csv and scores.parquet of these methods, in their order, into `out`.

    Raises InputError naming the scores that are missing or damaged.
    """
    layout = Layout(results)
    runs = [_read(layout.method_runs(method), pd.read_csv) for method in methods]
    scores = [_read(layout.method_scores(method), pd.read_parquet) for method in methods]
    out.mkdir(parents=True, exist_ok=True)
    pd.concat(runs).to_csv(out / "runs.csv", index=False)
    pd.concat(scores).to_parquet(out / "scores.parquet", index=False)


def _read(file: Path, reader) -> pd.DataFrame:
    try:
        return reader(file)
    except FileNotFoundError as error:
        raise InputError(f"The file {file} does not exist: score its method first.") from error
    except (OSError, ValueError) as error:
        raise InputError(f"The file {file} holds no scores ({error}): delete it and score its method again.") from error
