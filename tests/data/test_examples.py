"""The examples in the docstrings of public functions run, and give what they say."""

from __future__ import annotations

import doctest
import inspect

import pytest

from sgcldff.data import stain_shift

FUNCTIONS = [
    function
    for module in (stain_shift,)
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if function.__module__ == module.__name__ and not name.startswith("_")
]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_the_example_of_a_public_function_gives_what_it_says(function, capsys):
    (example,) = doctest.DocTestFinder().find(function, function.__name__, globs=function.__globals__)
    assert example.examples, f"{function.__name__} has no example"
    failed, _ = doctest.DocTestRunner().run(example)
    assert failed == 0, capsys.readouterr().out
