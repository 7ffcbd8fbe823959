from __future__ import annotations

import pytest

from sgcldff.variants import parse_variant, variant_name


@pytest.mark.parametrize("parts", [("bccd", "hue", 0.25), ("bccd", "hue", 1.0), ("bccd", "hue", None)])
def test_a_name_is_read_as_it_was_made(parts):
    assert parse_variant(variant_name(*parts)) == parts


def test_a_dataset_by_itself_is_no_variant():
    assert parse_variant("bccd") == ("bccd", None, None)
