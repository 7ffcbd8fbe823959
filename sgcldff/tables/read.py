"""The one reader of the tables that the stages write."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sgcldff.errors import InputError
from sgcldff.tables.contract import Contract


def read_table(file: Path, contract: Contract) -> pd.DataFrame:
    """A CSV with at least the columns of its contract; further columns are kept as pandas reads them.

    Text is read as it was written, an empty cell as ""; an empty number is NaN. Raises InputError where the file is
    missing, is no CSV, lacks a column, or has text where the contract has a number.
    """
    remedy = "delete it and run its stage again"
    try:
        table = pd.read_csv(file, dtype=dict.fromkeys(contract.text, str))
    except FileNotFoundError as error:
        raise InputError(f"The file {file} does not exist: run the stage that writes it first.") from error
    except (pd.errors.EmptyDataError, pd.errors.ParserError, UnicodeDecodeError) as error:
        raise InputError(f"The file {file} is not a CSV table ({error}): {remedy}.") from error
    if missing := [column for column in contract.columns if column not in table]:
        raise InputError(f"The file {file} lacks the columns {', '.join(missing)}: {remedy}.")
    for column in contract.columns:
        if column in contract.text:
            table[column] = table[column].fillna("")
        elif not pd.api.types.is_numeric_dtype(table[column]) and len(table):
            raise InputError(f"The file {file} has text in the column {column}, which holds numbers: {remedy}.")
    return table
