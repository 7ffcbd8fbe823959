from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sgcldff.errors import InputError
from sgcldff.tables.number_cells import number_cells


@pytest.mark.parametrize(
    ("words", "decimal", "expected"),
    [
        (["0.5", " 1e-11", "−2", "+3"], None, [0.5, 1e-11, -2, 3]),
        (["91,2", "90,10000000000001"], None, [91.2, 90.10000000000001]),
        (["0,912", "1,100"], None, [0.912, 1.1]),
        (["1,234", "2,345"], ",", [1.234, 2.345]),
        (["1,234", "2,345.5"], ".", [1234, 2345.5]),
        (["1.234,5", "2,5"], ",", [1234.5, 2.5]),
        (["1,2,3", "1_0", "", "x", "True"], ".", [np.nan] * 5),
    ],
)
def test_numbers_are_those_that_were_meant(words, decimal, expected):
    for cells in (pd.Series(words, dtype=object), pd.Series(words, dtype="category")):
        np.testing.assert_array_equal(number_cells(cells, decimal).values, expected)


def test_per_cent_signs_are_taken_off_and_said():
    assert number_cells(pd.Series(["91.2%", "90.5 %"])).percent


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["1,234", "2,345"], "1,234 may be a decimal comma or thousands: say which with --decimal"),
        (["1,5", "2.5"], "2.5 and 1,5 stand in one column: say which .* with --decimal"),
        (["91%", "0.9"], "91% has a per cent sign and 0.9 has none"),
    ],
)
def test_what_may_be_either_is_asked_for(words, sentence):
    with pytest.raises(InputError, match=sentence):
        number_cells(pd.Series(words))


def test_another_decimal_sign_is_refused():
    with pytest.raises(InputError, match="The decimal sign ';' is none"):
        number_cells(pd.Series(["1"]), ";")
