"""The class probabilities behind the curves: the in-domain predictions of one method, pooled over seeds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow
import pyarrow.parquet

from sgcldff.errors import InputError

KEYS = ["trained_on", "tested_on", "method", "seed", "image_id", "label"]  # of a row of predictions


def in_domain_probabilities(predictions: Sequence[Path], method: str) -> pd.DataFrame:
    """KEYS and p_<class>, a row an image and seed; empty where the method has no in-domain prediction.

    Files of another label space have other classes: a class that a file does not declare is NaN in its rows. An image
    that stands in the test subsets of several seeds stands here once for each of them. Rows without probabilities are
    left out. InputError where a file is not a prediction.
    """
    tables = []
    for path in predictions:
        try:
            declared = [name for name in pyarrow.parquet.read_schema(path).names if name.startswith("p_")]
            table = pyarrow.parquet.read_table(path, columns=[*KEYS, *declared]).to_pandas()
            table = table[[*KEYS, *declared]].dropna(subset=declared)
        except (OSError, KeyError, pyarrow.ArrowInvalid) as error:
            raise InputError(f"The file {path} is no prediction ({error}): delete it and predict again.") from error
        tables.append(table[(table["method"] == method) & (table["trained_on"] == table["tested_on"])])
    tables = [table for table in tables if not table.empty]
    if not tables:
        return pd.DataFrame(columns=KEYS)
    return pd.concat(tables, ignore_index=True)
