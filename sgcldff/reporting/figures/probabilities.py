"""The class probabilities behind the curves: the in-domain predictions of one method, pooled over seeds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow
import pyarrow.parquet

from sgcldff.errors import InputError

KEYS = ["trained_on", "tested_on", "method", "seed", "image_id", "label"]


def in_domain_probabilities(predictions: Sequence[Path], method: str, classes: Sequence[str]) -> pd.DataFrame:
    """KEYS and p_<class>, a row a picture and seed; empty where the method has no in-domain prediction.

    A picture that stands in the test parts of several seeds stands here once for each of them. Rows without
    probabilities are left out. InputError where a file is not a prediction.
    """
    columns = [*KEYS, *(f"p_{name}" for name in classes)]
    parts = []
    for path in predictions:
        try:
            part = pyarrow.parquet.read_table(path, columns=columns).to_pandas()
            part = part[columns]
        except (OSError, KeyError, pyarrow.ArrowInvalid) as error:
            raise InputError(f"The file {path} is no prediction ({error}): delete it and predict again.") from error
        parts.append(part[(part["method"] == method) & (part["trained_on"] == part["tested_on"])])
    parts = [part for part in parts if not part.empty]
    if not parts:
        return pd.DataFrame(columns=columns)
    return pd.concat(parts, ignore_index=True).dropna(subset=columns[len(KEYS) :])
