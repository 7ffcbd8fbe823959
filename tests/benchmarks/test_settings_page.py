"""docs/settings.md says what the recorded fits of the study come to."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from scripts import load_script

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks/settings_page.py"


@pytest.fixture(scope="module")
def page() -> ModuleType:
    return load_script(SCRIPT)


def test_the_tables_of_the_page_are_those_of_the_recorded_fits(page: ModuleType) -> None:
    written = page.PAGE.read_text(encoding="utf-8")
    assert written == page.filled(written, page.read_studies())


def test_the_epoch_chosen_is_the_first_of_the_best_by_macro_f1_and_then_iou(page: ModuleType) -> None:
    epochs = [
        {"validation_f1": 0.8, "validation_iou": 0.9},
        {"validation_f1": 0.9, "validation_iou": 0.7},
        {"validation_f1": 0.9, "validation_iou": 0.8},
        {"validation_f1": 0.9, "validation_iou": 0.8},
    ]
    assert page.chosen(epochs) is epochs[2]
