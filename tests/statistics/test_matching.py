from __future__ import annotations

import math

import pandas as pd
import pytest

from sgcldff.errors import InputError
from sgcldff.statistics.matching import match_pairs

KEYS = ["train", "test", "seed"]


def table(seeds, values, train="jtsc", test="jtsc"):
    return pd.DataFrame({"train": train, "test": test, "seed": seeds, "value": values})


def test_rows_are_joined_on_keys_and_not_on_position():
    paired = match_pairs(table([1, 2, 10], [0.1, 0.2, 0.3]), table([10, 1, 2], [3.0, 1.0, 2.0]), KEYS, "value")
    assert paired["seed"].tolist() == [1, 2, 10]
    assert paired["reference"].tolist() == [0.1, 0.2, 0.3]
    assert paired["against"].tolist() == [1.0, 2.0, 3.0]


def test_seeds_sorted_as_text_are_still_paired_with_their_own():
    numeric, as_text = [str(s) for s in range(1, 12)], sorted(str(s) for s in range(1, 12))
    paired = match_pairs(
        table(numeric, list(map(float, numeric))), table(as_text, list(map(float, as_text))), KEYS, "value"
    )
    assert (paired["reference"] == paired["against"]).all()


def test_one_key_is_enough():
    paired = match_pairs(table([2, 1], [0.2, 0.1]), table([1, 2], [1.0, 2.0]), ["seed"], "value")
    assert paired.to_dict("list") == {"seed": [1, 2], "reference": [0.1, 0.2], "against": [1.0, 2.0]}


@pytest.mark.parametrize("swapped", [False, True])
def test_differing_seed_sets_are_refused_by_name(swapped):
    tables, names = [table([1, 2, 3], [0.1] * 3), table([1, 2], [0.1] * 2)], ["full", "unetpp"]
    if swapped:
        tables = tables[::-1]
        names = names[::-1]
    with pytest.raises(InputError, match="full has value for seed 3 and unetpp does not"):
        match_pairs(*tables, ["seed"], "value", tuple(names))


def test_the_same_number_of_other_seeds_is_refused():
    with pytest.raises(InputError, match="does not: run what is missing"):
        match_pairs(table([1, 2], [0.1, 0.2]), table([1, 3], [0.1, 0.2]), KEYS, "value")


def test_a_seed_as_text_is_not_the_seed_as_a_number():
    with pytest.raises(InputError, match="does not: run what is missing"):
        match_pairs(table([1, 2], [0.1, 0.2]), table(["1", "2"], [0.1, 0.2]), KEYS, "value")


def test_a_duplicated_key_is_refused():
    with pytest.raises(InputError, match="two rows for seed 2"):
        match_pairs(table([1, 2, 2], [0.1, 0.2, 0.3]), table([1, 2], [0.1, 0.2]), ["seed"], "value")


@pytest.mark.parametrize("wrong", [math.nan, math.inf, "n/a"])
def test_a_value_that_is_no_finite_number_is_refused(wrong):
    with pytest.raises(InputError, match="no finite number in value for seed 2"):
        match_pairs(table([1, 2], [0.1, 0.2]), table([1, 2], [0.1, wrong]), ["seed"], "value")


def test_a_row_without_a_key_is_refused():
    with pytest.raises(InputError, match="row without seed"):
        match_pairs(table([1, None], [0.1, 0.2]), table([1, 2], [0.1, 0.2]), ["seed"], "value")


def test_a_missing_column_is_refused():
    with pytest.raises(InputError, match="no column image"):
        match_pairs(table([1], [0.1]), table([1], [0.1]), ["seed", "image"], "value")
