"""Every public function of the metrics has an example in its docstring, and it is right."""

from __future__ import annotations

import doctest
import inspect
from types import ModuleType

import pytest

from sgcldff.metrics import (
    attention,
    boundaries,
    calibration,
    cells,
    classification,
    confusion,
    jackknife,
    ranking,
    segmentation,
)

MODULES = (attention, boundaries, calibration, cells, classification, confusion, jackknife, ranking, segmentation)


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_are_right(module: ModuleType) -> None:
    failed, attempted = doctest.testmod(module)
    assert attempted and not failed


@pytest.mark.parametrize("module", MODULES)
def test_every_public_function_has_an_example(module: ModuleType) -> None:
    functions = {
        name: function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }
    assert functions
    assert [name for name, function in functions.items() if ">>>" not in function.__doc__] == []
