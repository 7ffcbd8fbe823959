from __future__ import annotations

import hashlib

import pytest

from sgcldff.data.sources.manifest import Entry, read_manifest


@pytest.mark.parametrize(
    ("name", "count"), [("bccd", 2 * 367 + 2), ("jtsc", 2 * 300 + 3), ("cellavision", 2 * 100 + 3)]
)
def test_a_manifest_pins_every_file_once(name, count):
    entries = read_manifest(name)
    assert len({entry.path for entry in entries}) == len(entries) == count
    assert all(len(entry.sha256) == 64 and entry.size > 0 for entry in entries)


@pytest.mark.parametrize(
    ("entry", "described"),
    [
        (Entry("a.txt", 3, hashlib.sha256(b"abc").hexdigest()), True),
        (Entry("a.txt", 4, hashlib.sha256(b"abc").hexdigest()), False),
        (Entry("a.txt", 3, hashlib.sha256(b"abd").hexdigest()), False),
        (Entry("a.txt"), True),
    ],
)
def test_an_entry_asks_for_as_much_as_is_known(tmp_path, entry, described):
    assert not entry.describes(tmp_path / "a.txt")
    (tmp_path / "a.txt").write_bytes(b"abc")
    assert entry.describes(tmp_path / "a.txt") == described
