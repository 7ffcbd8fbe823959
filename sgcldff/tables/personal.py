"""A person's CSV file, cell by cell as it was written: nothing is turned into a number that is not asked for."""

from __future__ import annotations

import csv
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
from pandas.api.types import union_categoricals

from sgcldff.errors import InputError
from sgcldff.tables.encodings import REMEDY, UTF_8, letters
from sgcldff.tables.personal_text import SEPARATORS, PersonalText, personal_text

WORDS = pa.dictionary(pa.int32(), pa.string())
BLOCK = 2**22  # bytes that are parsed at a time


def read_personal_table(path: Path) -> pd.DataFrame:
    """The cells of a CSV file as text, stripped, a column for each name in its first row; blank rows are left out.

    Encodings, compression and separators as in `personal_text`; any line ends. Raises InputError, without the file's
    name, where there is no such file, it is no text, it is empty, a name stands twice in its first row, or a row is
    longer than that.
    """
    return read_large_table(path).astype(object).astype(str)


def read_large_table(path: Path, numbers: Collection[str] = ()) -> pd.DataFrame:
    """The same cells in little memory: columns are categories of text.

    numbers: names of columns (capitals do not matter) that are float64 where every cell is a plain number.
    `attrs["read"]` says in a few words how the file was read, where that is not plain CSV. Raises the same. Rows that
    are shorter than the first stand at the end.
    """
    text = personal_text(path)
    names = text.names
    if twice := [name for i, name in enumerate(names) if name and name in names[:i]]:
        raise InputError(f"The column {twice[0]} stands twice: remove one of the two.")
    wanted = {name.casefold() for name in numbers}
    floats = {place for place, name in enumerate(names) if name.casefold() in wanted}
    try:
        columns, uneven = _parsed(text, floats)
    except UnicodeDecodeError:  # beyond what was looked at
        try:
            text = text.in_a_code_page()
            columns, uneven = _parsed(text, floats)
        except UnicodeError as error:
            raise InputError(f"The file is no text ({error}): {REMEDY}.") from error
    if uneven and floats:
        columns, uneven = _parsed(text, ())
    table = pd.DataFrame(dict(enumerate(columns)), copy=False)
    if uneven:
        table = _with(table, uneven)
    if blank := [(table[place] == "").to_numpy() for place in table]:
        table = table[~np.logical_and.reduce(blank)] if blank[0].any() else table
    table = table.reset_index(drop=True).set_axis(names, axis=1)
    table.attrs["read"] = _said(text)
    return table


def _said(text: PersonalText) -> list[str]:
    said = [] if text.separator == "," else [f"cells between {SEPARATORS.get(text.separator, repr(text.separator))}"]
    return said + [letters(text.encoding)] * (text.encoding != UTF_8)


def _parsed(text: PersonalText, floats: Collection[int]) -> tuple[list[Any], list[list[str]]]:
    """The rows below the first as columns, and the cells of the rows that are shorter than it."""
    uneven: list[list[str]] = []
    long: list[int] = []

    def keep(row: pa.csv.InvalidRow) -> str:
        cells = [cell.strip() for cell in next(csv.reader([row.text], delimiter=text.separator), [])]
        if any(cells[len(text.names) :]):
            long.append(row.number)
        if any(cells):
            uneven.append((cells + [""] * len(text.names))[: len(text.names)])
        return "skip"

    names = [str(place) for place in range(len(text.names))]
    types = {name: pa.float64() if place in floats else WORDS for place, name in enumerate(names)}
    try:
        table = pa.csv.read_csv(
            text.open(),
            pa.csv.ReadOptions(
                use_threads=False,
                block_size=BLOCK,
                skip_rows=text.lines,
                column_names=names,
                encoding="utf8" if text.encoding == UTF_8 else text.encoding,
            ),
            pa.csv.ParseOptions(
                delimiter=text.separator, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=keep
            ),
            pa.csv.ConvertOptions(column_types=types, null_values=[], strings_can_be_null=False),
        )
    except pa.ArrowInvalid as error:
        if "UTF8" in str(error) and text.encoding == UTF_8:
            raise UnicodeDecodeError("utf-8", b"", 0, 0, str(error)) from error
        if "mpty CSV" in str(error) or "too short" in str(error):
            return [pd.Categorical([], categories=pd.Index([], dtype=object)) for _ in names], uneven
        if floats and "conversion error" in str(error):
            return _parsed(text, ())  # a cell is no plain number: it is said later which
        raise InputError(f"The file is no CSV text ({str(error).splitlines()[0]}): save it as such.") from error
    if long:
        raise InputError(
            f"Row {long[0]} has more cells than the first has columns: put cells with a comma in quotation marks."
        )
    return [_column(column) for column in table.unify_dictionaries().columns], uneven


def _column(column: pa.ChunkedArray) -> np.ndarray | pd.Categorical:
    """Numbers, or stripped text with codes in the least integers that hold them."""
    if column.type != WORDS:
        return column.to_numpy()
    words = column.chunk(0).dictionary.to_pylist() if column.num_chunks else []
    codes, categories = pd.factorize(pd.Index([word.strip() for word in words], dtype=object))
    codes = codes.astype(np.min_scalar_type(-len(codes) - 1))
    places = [codes[chunk.indices.to_numpy()] for chunk in column.chunks]
    categories = pd.Index(categories, dtype=object)
    return pd.Categorical.from_codes(np.concatenate(places) if places else [], categories=categories)


def _with(table: pd.DataFrame, rows: list[list[str]]) -> pd.DataFrame:
    """The table with short rows below."""
    lower = [pd.Categorical(cells) for cells in map(list, zip(*rows, strict=True))]
    lower = [each.set_categories(pd.Index(each.categories, dtype=object)) for each in lower]
    return pd.DataFrame({place: union_categoricals([table[place], lower[place]]) for place in table})
