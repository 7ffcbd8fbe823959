from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prepared import SPLIT

from sgcldff.data.split import split
from sgcldff.data.subsets import SUBSETS
from sgcldff.errors import InputError


def make_index(counts: dict[str, int], group_of: dict[str, str] | None = None) -> pd.DataFrame:
    """Images a-000, a-001, ... of each class, each a group of its own unless `group_of` says otherwise."""
    rows = [(f"{label}-{n:03d}", label) for label, count in counts.items() for n in range(count)]
    index = pd.DataFrame(rows, columns=["image_id", "label"])
    return index.assign(group=[(group_of or {}).get(name, name) for name in index["image_id"]])


def test_every_image_has_one_subset():
    index = make_index({"a": 50, "b": 11})
    subsets = split(index, 0, SPLIT)
    assert subsets["image_id"].tolist() == index["image_id"].tolist()
    assert set(subsets["subset"]) == set(SUBSETS)


def test_each_class_is_divided_by_the_fractions():
    index = make_index({"a": 200, "b": 20})
    table = pd.crosstab(index["label"], split(index, 3, SPLIT)["subset"])
    assert table.loc["a", list(SUBSETS)].tolist() == [140, 20, 40]
    assert table.loc["b", list(SUBSETS)].tolist() == [14, 2, 4]


def test_the_smallest_class_is_in_every_subset():
    index = make_index({"a": 30, "b": 3})
    assert sorted(split(index, 1, SPLIT)["subset"][index["label"] == "b"]) == sorted(SUBSETS)


def test_seeds_draw_different_splits_and_the_same_seed_the_same():
    index = make_index({"a": 40, "b": 40})
    assert split(index, 5, SPLIT).equals(split(index, 5, SPLIT))
    assert not split(index, 5, SPLIT)["subset"].equals(split(index, 6, SPLIT)["subset"])


def test_neither_row_order_nor_group_names_change_a_split():
    index = make_index({"a": 30, "b": 9}, {"a-001": "a-000", "b-004": "a-000", "b-005": "b-006"})
    shuffled = index.sample(frac=1, random_state=0).assign(
        group=lambda table: table["group"].map(lambda g: f"x{g[::-1]}")
    )
    first = split(index, 2, SPLIT).set_index("image_id")["subset"]
    assert split(shuffled, 2, SPLIT).set_index("image_id")["subset"].loc[first.index].equals(first)


def test_a_class_with_fewer_groups_than_subsets_is_named():
    index = make_index({"a": 30, "b": 4}, {"b-001": "b-000", "b-002": "b-000"})
    with pytest.raises(InputError, match=r"data/jtsc/index\.csv has 2 independent images of the class b .* needs 3"):
        split(index, 0, SPLIT, source="data/jtsc/index.csv")


def test_a_split_that_ignores_groups_divides_them():
    index = make_index({"a": 60}, {f"a-{n:03d}": f"a-{n // 10 * 10:03d}" for n in range(60)})
    subsets = index.assign(subset=split(index, 0, SPLIT.model_copy(update={"grouped": False}))["subset"])
    assert subsets["subset"].value_counts().to_dict() == {"train": 42, "test": 12, "validation": 6}
    assert (subsets.groupby("group")["subset"].nunique() > 1).any()


def test_a_mixed_group_is_drawn_with_its_rarest_class():
    index = make_index({"a": 30, "b": 3}, {"a-000": "b-000"})
    for seed in range(5):
        assert set(split(index, seed, SPLIT)["subset"][index["label"] == "b"]) == set(SUBSETS)


def by_patient(kinds: list[dict[str, int]]) -> pd.DataFrame:
    """Images of patients, each with so many of some classes."""
    rows = [
        (f"{patient:02d}-{label}-{number}", label, f"patient {patient}")
        for patient, counts in enumerate(kinds)
        for label, count in counts.items()
        for number in range(count)
    ]
    return pd.DataFrame(rows, columns=["image_id", "label", "group"])


@pytest.mark.parametrize(
    "kinds",
    [
        [{"a": 2, "b": 3}] * 3,
        [{"a": 2, "b": 3}] * 20,
        [{"a": 1, "b": 9}, {"a": 1, "b": 9}, {"a": 5, "b": 1}, {"b": 1}, {"c": 3}, {"c": 3}, {"c": 3, "a": 1}],
        [{"a": 1, "b": 30}, {"a": 5}, {"a": 4, "b": 1}, {"b": 2}, {"a": 1, "b": 1, "c": 1}, {"c": 3}, {"b": 1, "c": 1}],
    ],
)
def test_patients_with_several_classes_are_divided(kinds):
    index = by_patient(kinds)
    for seed in range(20):
        subsets = index.assign(subset=split(index, seed, SPLIT)["subset"])
        assert (subsets.groupby("group")["subset"].nunique() == 1).all()
        assert (pd.crosstab(subsets["label"], subsets["subset"])[list(SUBSETS)] > 0).all(axis=None)


def test_patients_of_two_classes_keep_the_fractions():
    index = by_patient([{"a": 2, "b": 3}] * 50)
    assert split(index, 0, SPLIT)["subset"].value_counts().to_dict() == {"train": 175, "test": 50, "validation": 25}


def test_classes_that_no_draw_brings_into_every_part_are_refused():
    # For a and b the third and the fourth patient come to one subset, and then c is in two subsets only.
    index = by_patient([{"a": 1, "b": 1}, {"a": 1, "b": 1}, {"a": 1, "c": 1}, {"b": 1, "c": 1}, {"c": 1}])
    with pytest.raises(InputError, match="none of 1000 draws brought every class into every subset: make smaller"):
        split(index, 0, SPLIT)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(3, 40), min_size=1, max_size=4), st.integers(0, 2**31), st.data())
def test_no_group_is_ever_divided(counts, seed, data):
    index = make_index({f"class{position}": count + 3 for position, count in enumerate(counts)})
    joined = data.draw(st.lists(st.integers(0, len(index) - 1), max_size=3, unique=True))
    groups = index["group"].to_numpy(copy=True)
    groups[joined] = "joined"
    index = index.assign(group=groups)
    subsets = index.assign(subset=split(index, seed, SPLIT)["subset"])
    assert (subsets.groupby("group")["subset"].nunique() == 1).all()
    assert np.isin(subsets["subset"], SUBSETS).all()
