from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sgcldff.errors import InputError
from sgcldff.statistics.grid import score_table
from sgcldff.statistics.ranking import ranking

SEEDS, IMAGES = 3, 6


def long(**columns):
    """Three methods, three seeds, six images: a is 2 points above b and b above c, and images differ."""
    random = np.random.default_rng(0)
    rows = [
        (method, str(seed), str(image), "iou", f"{0.7 + 0.02 * place + 0.01 * image + random.normal(0, 0.001):.5f}")
        for place, method in enumerate("cba")
        for seed in range(SEEDS)
        for image in range(IMAGES)
    ]
    return pd.DataFrame(rows, columns=["method", "seed", "image", "metric", "value"]).assign(**columns)


def test_the_methods_come_best_first_with_means_in_points():
    found = ranking(long())
    assert list(found.methods["method"]) == ["a", "b", "c"] and found.over == "image" and found.seeds == SEEDS
    assert found.methods["mean"].tolist() == pytest.approx([76.5, 74.5, 72.5], abs=0.1)


def test_a_wide_table_has_a_column_a_method_and_a_block_a_row():
    found = ranking(
        pd.DataFrame({"dataset": ["x", "y", "z"], "one": ["91,2%", "90%", "92%"], "two": ["80%", "81%", "82,5%"]})
    )
    assert list(found.methods["method"]) == ["one", "two"] and found.over == "dataset" and found.ranks.n == 3


def test_rows_without_a_name_are_numbered():
    assert ranking(pd.DataFrame({"one": ["1", "2"], "two": ["3", "4"]})).ranks.n == 2


def test_seeds_are_the_blocks_where_there_are_no_others():
    found = ranking(long().groupby(["method", "seed", "metric"], as_index=False)["value"].first())
    assert found.over == "seed" and found.ranks.n == SEEDS and found.seeds == 0


def test_two_datasets_are_too_few_where_there_are_more_seeds():
    both = pd.concat([long(dataset="x"), long(dataset="y")])
    assert ranking(both).over == "image" and ranking(both, over="dataset").ranks.n == 2
    assert ranking(both).ranks.n == 2 * IMAGES  # image 0 of x is not image 0 of y


def test_images_of_one_seed_alone_are_kept_and_said():
    table = long()
    table.loc[table["seed"] == "0", "image"] = "other" + table["image"]
    assert any("not the same in every seed" in note for note in ranking(table).notes)


def test_runs_of_this_project_are_read_in_domain():
    runs = pd.DataFrame(
        [
            ("d", tested, method, str(seed), str(0.5 + 0.1 * place + seed / 100), "")
            for tested in ("d", "e")
            for place, method in enumerate(("low", "high"))
            for seed in range(3)
        ],
        columns=["trained_on", "tested_on", "method", "seed", "iou", "auc"],
    )
    rows = score_table(runs)
    assert set(rows["dataset"]) == {"d"} and set(rows["metric"]) == {"iou"} and len(rows) == 6


def test_a_rope_says_how_probable_each_method_is_the_same_as_the_first():
    found = ranking(long(), half_width=1.0).methods
    assert np.isnan(found["p_same"][0])
    assert found["p_better"][1:].min() > 0.99
    assert found[["p_worse", "p_same", "p_better"]][1:].sum(axis=1).tolist() == pytest.approx([1, 1])


def test_the_rope_of_a_loss_counts_less_as_better():
    found = ranking(long(), lower_is_better=True, half_width=1.0).methods
    assert found["method"][0] == "c" and found["p_better"][1] > 0.99


@pytest.mark.parametrize(
    ("table", "options", "words"),
    [
        (long().iloc[1:], {"over": "image"}, None),
        (long()[lambda t: (t["method"] != "a") | (t["image"] != "3")], {}, "a has no value for image 3"),
        (long(), {"metric": "dice"}, "no metric 'dice'"),
        (long(), {"over": "dataset"}, "no column dataset to rank over"),
        (long(value="high"), {}, "'high' for value"),
        (long(value="inf"), {}, "'inf' for value"),
        (long(seed=""), {"over": "seed"}, "Two rows give|no column seed"),
        (pd.concat([long(), long()]), {}, "Two rows give iou of c"),
        (long().drop(columns="metric"), {}, "column metric is missing"),
        (long()[lambda t: t["method"] == "a"], {}, "1 methods and 6 blocks"),
        (pd.DataFrame({"a": ["1", "2"]}), {}, "at least two methods"),
        (pd.concat([long(), long(metric="f1")]), {}, "several metrics"),
    ],
)
def test_what_cannot_be_ranked_is_refused_in_a_sentence(table, options, words):
    if words is None:
        assert ranking(table, **options).seeds == 0  # one score of one seed is missing: its image's mean is of the rest
        return
    with pytest.raises(InputError, match=words) as refusal:
        ranking(table, **options)
    assert str(refusal.value).endswith(".")


def test_decimal_commas_are_read_as_compare_reads_them():
    commas = long().assign(value=lambda t: t["value"].astype(str).str.replace(".", ","))
    assert ranking(commas).methods["mean"].tolist() == ranking(long()).methods["mean"].tolist()


def test_a_comma_that_may_be_either_is_asked_for_and_read_as_it_is_said():
    either = pd.DataFrame({"one": ["1,250", "1,500"], "two": ["1,125", "1,375"]})
    with pytest.raises(InputError, match="1,250 may be a decimal comma or thousands: say which with --decimal"):
        ranking(either)
    assert ranking(either, decimal=",").methods["mean"].tolist() == [1.375, 1.25]


def test_a_chart_of_a_tracker_is_no_table_of_methods():
    chart = pd.DataFrame({"Step": ["1"], **{f"a-0 - acc{end}": ["0.5"] for end in ("", "__MIN", "__MAX")}})
    with pytest.raises(InputError, match="chart of Weights & Biases, a column a run and a row a step: rename"):
        ranking(chart)
