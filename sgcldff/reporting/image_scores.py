"""The scores of single images, read from scores.parquet."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sgcldff.errors import InputError

COLUMNS = ("trained_on", "tested_on", "method", "seed", "image_id", "label", "metric", "value")


def read_scores(path: Path) -> pd.DataFrame:
    """A row an image and metric, values as fractions; InputError where the file is missing or holds no scores."""
    try:
        return pd.read_parquet(path, columns=list(COLUMNS))
    except FileNotFoundError as error:
        raise InputError(f"The file {path} does not exist: run the stage that writes it first.") from error
    except (OSError, ValueError) as error:
        raise InputError(f"The file {path} holds no scores ({error}): delete it and score again.") from error
