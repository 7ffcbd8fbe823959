from __future__ import annotations

import pytest

from sgcldff.errors import InputError
from sgcldff.reporting.paper_values import (
    check_paper_rows,
    contradictions,
    printed_classes,
    printed_over_classes,
    printed_rows,
)


def test_tables_2_and_3_have_the_rows_and_metrics_of_the_print():
    assert {row: set(values) for row, values in printed_rows(2).items()} == {
        row: {"accuracy", "f1", "auc", "iou"}
        for row in ("Yentrapragada (2022)", "Luo et al. (2024)", "Asha et al. (2024)", "SG-CLDFF")
    }
    assert [set(values) for values in printed_rows(3).values()] == [{"accuracy", "f1", "iou"}] * 3


def test_printed_per_cents_are_given_as_fractions():
    assert printed_rows(2)["SG-CLDFF"]["accuracy"] == pytest.approx((0.958, 0.004))


def test_the_full_model_is_printed_alike_in_both_tables():
    table_2, table_3 = printed_rows(2)["SG-CLDFF"], printed_rows(3)["SG-CLDFF"]
    assert all(table_2[metric] == table_3[metric] for metric in table_3)


def test_the_classes_of_figures_3_and_5_have_the_values_of_their_captions_with_every_digit():
    assert printed_classes(3) == {"lymphocyte": "0.97", "monocyte": "0.95", "neutrophil": "0.96"}
    assert [printed_over_classes(figure) for figure in (3, 5)] == ["0.96", "0.82"]
    assert printed_classes(5) == {"lymphocyte": "0.83", "monocyte": "0.81", "neutrophil": "0.80"}


def test_a_row_that_the_paper_does_not_print_is_named_with_the_remedy():
    with pytest.raises(InputError, match=r"method mine .* 'Nobody \(1999\)'.* use one of Yentrapragada"):
        check_paper_rows({"mine": "Nobody (1999)"})


def test_a_method_without_a_row_in_the_paper_is_fine():
    check_paper_rows({"mine": None})


def test_every_contradiction_has_two_places_two_quotes_and_what_follows():
    rows = contradictions()
    assert len(rows) >= 20
    for row in rows:
        assert list(row) == ["where", "says", "elsewhere", "says_there", "follows"] and all(row.values()), row
