from __future__ import annotations

import pandas as pd
import pytest

from sgcldff.errors import InputError
from sgcldff.tables.contract import Contract
from sgcldff.tables.read import read_table

RUNS = Contract(("seed", "method", "n_images"), text=("method",))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"runs\.csv does not exist"):
        read_table(tmp_path / "runs.csv", RUNS)


def test_an_empty_file_is_named(tmp_path):
    (tmp_path / "runs.csv").touch()
    with pytest.raises(InputError, match=r"runs\.csv is not a CSV table"):
        read_table(tmp_path / "runs.csv", RUNS)


def test_missing_columns_are_named(tmp_path):
    pd.DataFrame({"seed": [1]}).to_csv(tmp_path / "runs.csv", index=False)
    with pytest.raises(InputError, match="lacks the columns method, n_images"):
        read_table(tmp_path / "runs.csv", RUNS)


def test_text_where_a_number_belongs_is_named(tmp_path):
    (tmp_path / "runs.csv").write_text("seed,method,n_images\n1,full,many\n")
    with pytest.raises(InputError, match="has text in the column n_images"):
        read_table(tmp_path / "runs.csv", RUNS)


def test_an_empty_cell_is_empty_text_or_a_missing_number(tmp_path):
    (tmp_path / "t.csv").write_text("pair,mean\n,\na,1\n")
    table = read_table(tmp_path / "t.csv", Contract(("pair", "mean"), text=("pair",)))
    assert table["pair"].to_list() == ["", "a"]
    assert table["mean"].isna().to_list() == [True, False]


def test_text_that_looks_like_a_number_stays_as_it_was_written(tmp_path):
    (tmp_path / "t.csv").write_text("image_id,further\n007,1.50\n010,\n")
    table = read_table(tmp_path / "t.csv", Contract(("image_id",), text=("image_id",)))
    assert table["image_id"].to_list() == ["007", "010"] and table["further"][0] == 1.5


def test_a_table_without_rows_is_read(tmp_path):
    (tmp_path / "runs.csv").write_text("seed,method,n_images\n")
    assert read_table(tmp_path / "runs.csv", RUNS).empty
