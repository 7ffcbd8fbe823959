from __future__ import annotations

import pytest

from sgcldff.data.manifest import read_manifest


@pytest.mark.parametrize(
    ("name", "count"), [("bccd", 2 * 367 + 2), ("jtsc", 2 * 300 + 3), ("cellavision", 2 * 100 + 3)]
)
def test_a_manifest_pins_every_file_once(name, count):
    entries = read_manifest(name)
    assert len({entry.path for entry in entries}) == len(entries) == count
    assert all(len(entry.sha256) == 64 and entry.size > 0 for entry in entries)
