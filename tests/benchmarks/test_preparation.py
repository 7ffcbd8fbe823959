from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "preparation.py"


@pytest.fixture
def preparation(monkeypatch):
    # Other processes import the script by its name.
    monkeypatch.syspath_prepend(SCRIPT.parent)
    spec = importlib.util.spec_from_file_location("preparation", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "preparation", module)
    spec.loader.exec_module(module)
    return module


def test_a_copy_is_found_and_nothing_else_is_joined(preparation, tmp_path):
    measured = preparation.measure("standard", 5, 64, 1, tmp_path)
    assert (measured.images, measured.copies, measured.found, measured.wrong) == (6, 1, 1, 0)
    assert measured.seconds > measured.search_seconds > 0 and measured.memory > 50


def test_the_table_compares_with_its_first_row(preparation):
    few = preparation.Measured(100, 2, 1000, 5.0, 100, 2.0, 90, 2, 0)
    many = preparation.Measured(200, 4, 2000, 12.0, 110, 8.0, 100, 3, 1)
    *_, first, second = preparation.table([few, many], "how").splitlines()
    assert first == "| 100 | 10 | 50.0 | 1.00 | 20.0 | 1.00 | 100 | 90 | 2 of 2 | 0 |"
    assert second == "| 200 | 10 | 60.0 | 1.20 | 40.0 | 2.00 | 110 | 100 | 3 of 4 | 1 |"
