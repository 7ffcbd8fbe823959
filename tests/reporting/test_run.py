from __future__ import annotations

import pandas as pd
import pytest

from sgcldff.errors import InputError
from sgcldff.reporting.run import read_material, read_table


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"runs\.csv does not exist"):
        read_table(tmp_path / "runs.csv", ["seed"])


def test_an_empty_file_is_named(tmp_path):
    (tmp_path / "runs.csv").touch()
    with pytest.raises(InputError, match=r"runs\.csv is not a CSV table"):
        read_table(tmp_path / "runs.csv", ["seed"])


def test_missing_columns_are_named(tmp_path):
    pd.DataFrame({"seed": [1]}).to_csv(tmp_path / "runs.csv", index=False)
    with pytest.raises(InputError, match="lacks the columns method, n_images"):
        read_table(tmp_path / "runs.csv", ["seed", "method", "n_images"])


def test_an_empty_cell_is_empty_text_or_missing_number(tmp_path):
    (tmp_path / "t.csv").write_text("pair,mean\n,\na,1\n")
    frame = read_table(tmp_path / "t.csv", ["pair", "mean"], text=["pair"])
    assert frame["pair"].to_list() == ["", "a"]
    assert frame["mean"].isna().to_list() == [True, False]


def test_methods_come_in_the_order_of_their_roles(experiment):
    material = read_material(experiment["settings"], experiment["runs"], experiment["statistics"])
    assert material.methods("baseline", "reference") == ["thresholding", "unetpp", "full"]


def test_a_pair_that_was_not_run_is_known_as_such(experiment):
    runs = pd.read_csv(experiment["runs"])
    runs[runs["tested_on"] != "bccd"].to_csv(experiment["runs"], index=False)
    material = read_material(experiment["settings"], experiment["runs"], experiment["statistics"])
    assert material.was_run("full", "in_domain")
    assert not material.was_run("full", "in_domain", "bccd→bccd")
