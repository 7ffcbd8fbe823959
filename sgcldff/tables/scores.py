"""scores.parquet: the scores of single images, a row an image and metric, values as fractions."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sgcldff.errors import InputError
from sgcldff.tables.runs import RUN_KEYS

SCORE_COLUMNS = (*RUN_KEYS, "image_id", "label", "metric", "value")


def read_scores(file: Path) -> pd.DataFrame:
    """The columns SCORE_COLUMNS; InputError where the file is missing or holds no scores."""
    try:
        return pd.read_parquet(file, columns=list(SCORE_COLUMNS))
    except FileNotFoundError as error:
        raise InputError(f"The file {file} does not exist: run the stage that writes it first.") from error
    except (OSError, ValueError) as error:
        raise InputError(f"The file {file} holds no scores ({error}): delete it and score again.") from error
