"""Numbers as people write them: decimal commas, thousands, per cent signs, true minus signs."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import pandas as pd

from sgcldff.errors import InputError

DECIMAL = {".": ",", ",": "."}  # the decimal sign -> what then parts thousands
# A comma with three digits on its right and one to three on its left, no leading zero: 1,234 may be either number.
EITHER = re.compile(r"[-+]?[1-9]\d{0,2}(,\d{3})+")


class NumberCells(NamedTuple):
    """values: float64, NaN where a cell is no number; percent: all are followed by %; decimal: the sign they have."""

    values: np.ndarray
    percent: bool
    decimal: str


def number_cells(cells: pd.Series, decimal: str | None = None) -> NumberCells:
    """The numbers of a column of text, of categories of text or of numbers.

    decimal: "." or ","; None: found in the cells. Raises InputError where they allow both or have both, and where some
    have a per cent sign and others none; the sentences name the option.

    >>> number_cells(pd.Series(["91,2 %", "90,5 %"]))
    NumberCells(values=array([91.2, 90.5]), percent=True, decimal=',')
    """
    if decimal is not None and decimal not in DECIMAL:
        raise InputError(f"The decimal sign {decimal!r} is none: give --decimal '.' or ','.")
    if pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells):
        return NumberCells(cells.to_numpy(dtype=float, na_value=np.nan), False, ".")
    codes, categories = pd.factorize(cells)
    words = [str(word).strip().replace("\N{MINUS SIGN}", "-") for word in categories]
    percent = _percent(words)
    words = [word.removesuffix("%").strip() for word in words]
    found = decimal or _decimal_of(words)
    numbers = np.array([_number(word, found) for word in words] + [np.nan])
    return NumberCells(numbers[codes], percent, found)


def _percent(words: list[str]) -> bool:
    filled = [word for word in words if word]
    signed = [word for word in filled if word.endswith("%")]
    if signed and len(signed) < len(filled):
        other = next(word for word in filled if not word.endswith("%"))
        raise InputError(f"{signed[0]} has a per cent sign and {other} has none: write all with it, or none.")
    return bool(signed)


def _decimal_of(words: list[str]) -> str:
    """The decimal sign that the cells agree on."""
    commas = [word for word in words if "," in word]
    if not commas:
        return "."
    if points := [word for word in words if "." in word]:
        raise InputError(
            f"{points[0]} and {commas[0]} stand in one column: say which sign parts the decimals with "
            "--decimal '.' or ','."
        )
    if all(EITHER.fullmatch(word) for word in commas):
        raise InputError(f"{commas[0]} may be a decimal comma or thousands: say which with --decimal ',' or '.'.")
    return ","


def _number(word: str, decimal: str) -> float:
    if DECIMAL[decimal] in word:
        sign = re.escape(DECIMAL[decimal])
        if not re.fullmatch(rf"[-+]?\d{{1,3}}({sign}\d{{3}})+({re.escape(decimal)}\d*)?", word):
            return np.nan
        word = word.replace(DECIMAL[decimal], "")
    try:
        return float(word.replace(decimal, ".")) if "_" not in word else np.nan
    except ValueError:
        return np.nan
