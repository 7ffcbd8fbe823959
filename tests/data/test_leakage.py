from __future__ import annotations

import pandas as pd
import pytest

from sgcldff.data.dataset_files import INDEX
from sgcldff.data.leakage import Audited, duplicates_by_dataset, leakage_by_test

SUBSETS = ["train", "train", "train", "validation", "test", "test"]


@pytest.fixture
def files(tmp_path):
    """Datasets a and b of six images each: a1 and a5 of a, and b4 and b6 of b, overlap; a2 is b1, a6 overlaps b5.

    a is divided without regard to its groups.
    """
    indices, duplicates, splits = {}, {}, {}
    for name, joined in (("a", {"a5": "a1"}), ("b", {"b6": "b5"})):
        ids = [f"{name}{number}" for number in range(1, 7)]
        index = pd.DataFrame(dict.fromkeys(INDEX, ids)).assign(group=[joined.get(each, each) for each in ids])
        indices[name], duplicates[name] = tmp_path / f"{name}-index.csv", tmp_path / f"{name}-duplicates.csv"
        index.to_csv(indices[name], index=False)
        write(duplicates[name], [(first, second, "overlap") for second, first in joined.items()])
        splits[name] = {0: tmp_path / f"{name}.csv"}
        pd.DataFrame({"image_id": ids, "subset": SUBSETS}).to_csv(splits[name][0], index=False)
    shared = tmp_path / "a--b.csv"
    write(shared, [("a2", "b1", "same pixels"), ("a6", "b5", "overlap")])
    return Audited(indices, duplicates, {("a", "b"): shared}, splits)


def write(file, pairs):
    pd.DataFrame(pairs, columns=["first", "second", "kind"]).to_csv(file, index=False)


def test_duplicates_are_counted_for_each_dataset_and_each_two(files):
    assert duplicates_by_dataset(files).to_numpy().tolist() == [
        ["a", "a", 6, 5, 0, 1, 2],
        ["b", "b", 6, 5, 0, 1, 2],
        ["a", "b", 12, 10, 1, 1, 4],
    ]


def leakage(files, tests, pools=None):
    return leakage_by_test(files, tests, pools or {}).to_numpy().tolist()


def test_a_split_that_ignores_groups_leaks_and_one_that_keeps_them_does_not(files):
    assert leakage(files, {"a": ["a"], "b": ["b"]}) == [["a", "a", 0, 2, 0, 0, 1], ["b", "b", 0, 2, 0, 0, 0]]


def test_an_image_of_another_dataset_that_overlaps_is_left_out(files):
    # a6 stands in the test subset of a, so b5 was not seen; it is left out all the same.
    # b6 is of the group of b5.
    assert leakage(files, {"a": ["b"], "b": ["a"]}) == [["a", "b", 0, 3, 3, 0, 0], ["b", "a", 0, 4, 2, 0, 0]]


def test_the_group_of_an_image_that_overlaps_with_a_shown_one_leaks(files):
    # b is divided without regard to its groups too: b1 is held back because of a5, but a1 shows what b5 and b6 do.
    write(files.overlaps["a", "b"], [("a1", "b1", "overlap"), ("a5", "b1", "overlap")])
    index = pd.read_csv(files.index["b"], dtype=str)
    index.assign(group=index["group"].replace("b5", "b1")).to_csv(files.index["b"], index=False)
    rows = leakage(files, {"both": ["b"]}, {"both": ["a", "b"]})
    assert rows == [["both", "b", 0, 2, 0, 1, 2]]


def test_what_members_of_a_pool_share_in_training_leaks_nothing(files):
    rows = leakage(files, {"both": ["a", "b"]}, {"both": ["a", "b"]})
    assert rows == [["both", "a", 0, 2, 0, 0, 1], ["both", "b", 0, 2, 0, 0, 0]]


def test_an_image_that_is_kept_from_a_pools_fit_is_counted_and_leaks_nothing(files):
    write(files.overlaps["a", "b"], [("a6", "b1", "overlap")])
    rows = leakage(files, {"both": ["b"], "a": ["b"]}, {"both": ["a", "b"]})
    assert rows == [["both", "b", 0, 2, 0, 1, 0], ["a", "b", 0, 5, 1, 0, 0]]
