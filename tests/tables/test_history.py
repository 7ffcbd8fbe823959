from __future__ import annotations

import pytest

from sgcldff.tables.history import best_row, rises_to_the_end


def rows(*scores: tuple[float, float]) -> list[dict[str, float]]:
    return [{"validation_f1": f1, "validation_iou": iou} for f1, iou in scores]


def test_the_best_epoch_is_the_first_of_the_highest_f1_and_then_iou():
    assert best_row(rows((0.5, 0.9), (0.7, 0.2), (0.7, 0.3), (0.7, 0.3))) == 2


def test_a_score_that_is_undefined_is_never_the_best():
    assert best_row(rows((float("nan"), 0.9), (0.1, 0.1))) == 1


@pytest.mark.parametrize(("best", "rises"), [(17, False), (18, True), (19, True)])
def test_the_last_tenth_of_twenty_epochs_is_two(best, rises):
    assert rises_to_the_end(rows(*((0.9 if epoch == best else 0.5, 0) for epoch in range(20)))) == rises
