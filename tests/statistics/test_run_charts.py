from __future__ import annotations

import pandas as pd
import pytest

from sgcldff.errors import InputError
from sgcldff.statistics.run_charts import charted, from_chart

RUNS = {
    "ours-0": ["0.80", "0.90"],
    "ours-1": ["0.82", ""],
    "ours-small-0": ["0.70", "0.71"],
    "misty-sky-7": ["", "0.1"],
}


def chart(metric: str = "val/acc", **runs: list[str]) -> pd.DataFrame:
    columns = {
        f"{run} - {metric}{end}": cells for run, cells in (runs or RUNS).items() for end in ("", "__MIN", "__MAX")
    }
    return pd.DataFrame({"Step": ["10", "20"], **columns})


def test_each_run_and_step_is_a_row_of_the_method_that_begins_its_name():
    long = from_chart(chart(), "ours", "ours-small", "val/acc")
    assert list(long.columns) == ["Step", "method", "seed", "val/acc"]
    assert long.to_numpy().tolist() == [
        ["10", "ours", "0", "0.80"],
        ["20", "ours", "0", "0.90"],
        ["10", "ours", "1", "0.82"],
        ["10", "ours-small", "0", "0.70"],
        ["20", "ours-small", "0", "0.71"],
    ]


def test_a_name_that_goes_on_with_letters_is_another_methods():
    with pytest.raises(InputError, match=r"none of its runs \(ourselves-0, base-0\) .* begins with ours: "):
        from_chart(chart(**{"ourselves-0": ["1", "2"], "base-0": ["1", "2"]}), "ours", "base", "val/acc")


def test_another_metric_is_refused_with_the_one_that_is_meant():
    with pytest.raises(InputError, match="no metric 'val/ac'.*'val/acc'"):
        from_chart(chart(), "ours", "ours-small", "val/ac")


def test_a_table_without_least_and_most_is_no_chart():
    assert charted(["Step", "ours-0 - val/acc", "ours-0 - val/acc__MIN"]) == []
