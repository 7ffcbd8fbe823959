from __future__ import annotations

import re
from pathlib import Path

import pytest

from sgcldff.reporting.html.text import Targets, is_numeric, sort_key, to_html

PAGE = Path("/reports/pages/costs.md")
TARGETS = Targets(
    folder=Path("/reports"),
    anchors={Path("/reports/paper_tables.md"): "first", PAGE: "costs"},
    figures={Path("/reports/figures/roc.png"): "data:roc"},
    listed=frozenset({Path("/reports/tables/costs.csv")}),
)


def html(text: str) -> str:
    return to_html(text, PAGE, TARGETS, "costs")


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        ("0.932 ± 0.012 (0.94)", 0.932),
        ("−1.20", -1.2),
        ("+1.10 to +4.70", 1.1),
        ("< 0.001", 0.001),
        ("> 100,000 (5 to 627)", 100_000.0),
        ("93.0%", 93.0),
        ("3 of 5", 3.0),
        ("—", None),
        ("not run", None),
        ("2nd", None),
        ("2026-11-28", None),
        ("1.2.3", None),
    ],
)
def test_a_cell_is_sorted_by_the_number_that_it_starts_with(cell, key):
    assert sort_key(cell) == key


@pytest.mark.parametrize(
    ("cells", "numeric"),
    [
        (["0.93 ± 0.01", "—", "not run"], True),
        (["—", "not run"], False),
        (["0.94", "p < 0.05"], False),
        (["SUPPORTED: at least +1.65", "not run"], False),
    ],
)
def test_a_column_holds_numbers_where_no_other_digits_stand_in_it(cells, numeric):
    assert is_numeric(cells) == numeric


def test_the_cells_of_a_column_of_numbers_carry_them_and_those_of_words_do_not():
    text = html("| Method | F1 |\n|---|---:|\n| **b** | −1.20 ± 0.1 |\n| a | — |\n")
    assert re.findall(r'<td class="(\w+)"(?: data-order="(.*?)")?', text) == [
        ("word", ""),
        ("number", "-1.2"),
        ("word", ""),
        ("number", ""),
    ]
    assert 'data-type="measured" scope="col">F1' in text and text.count("data-type") == 1


@pytest.mark.parametrize("cell", ["c0ffee" * 6, "many words " * 6])
def test_a_long_cell_may_be_broken_into_lines(cell):
    assert f'<td class="long">{cell.strip()}</td>' in html(f"| A | B |\n|---|---|\n| a | {cell} |\n")


def test_links_between_pages_are_anchors_and_those_to_files_start_from_the_html():
    text = html(
        "[first](../paper_tables.md) [costs](costs.md) [card](../datasets/a%20b/README.md) [paper](https://a.b/c)"
    )
    assert re.findall('href="(.*?)"', text) == ["#first", "#costs", "datasets/a%20b/README.md", "https://a.b/c"]


def test_the_name_of_a_file_beside_the_page_is_a_link_and_other_code_is_not():
    text = html("`../tables/costs.csv` and `../tables/none.csv`")
    assert text.count("<a ") == 1
    assert '<a href="tables/costs.csv"><code>tables/costs.csv</code></a>' in text


def test_the_title_of_the_report_and_the_way_back_stand_in_the_navigation_alone():
    text = html("# Report\n\n> **Synthetic.**\n\n[First page](../paper_tables.md) · Costs\n\n## Costs\n")
    assert "Report" not in text and "First page" not in text
    assert "Synthetic" in text and '<h2 id="costs-1">Costs</h2>' in text


def test_a_picture_is_embedded_and_enlarges():
    text = html('![a "b" <c>](../figures/roc.png)')
    assert 'data-bs-target="#enlarged"' in text
    assert '<img src="data:roc" alt="a &#34;b&#34; &#60;c&#62;">' in text


def test_html_in_a_title_is_shown_as_text():
    assert "<script>" not in html("| A |\n|---|\n| <script>alert(1)</script> |\n")
