"""The file of pairs of pictures that show the same: in a dataset, or in two."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sgcldff.errors import InputError

COLUMNS = ("first", "second", "kind")
SAME_PIXELS, OVERLAP = "same pixels", "overlap"


def read_duplicates(file: Path) -> pd.DataFrame:
    """Columns first, second (image_ids) and kind (SAME_PIXELS or OVERLAP); a row a pair, none where nothing is shared.

    Raises InputError where the file is missing or damaged.
    """
    remedy = "look for pictures that show the same"
    try:
        table = pd.read_csv(file, dtype=str, keep_default_na=False)
    except FileNotFoundError as error:
        raise InputError(f"{file} is missing: {remedy} first.") from error
    except (ValueError, OSError) as error:
        raise InputError(f"{file} is damaged ({str(error).splitlines()[0]}): delete it and {remedy} anew.") from error
    if absent := [column for column in COLUMNS if column not in table]:
        raise InputError(f"{file} is damaged (no column {absent[0]}): delete it and {remedy} anew.")
    return table
