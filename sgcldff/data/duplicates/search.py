"""Which images are the same, within a dataset and between two: the table of pairs."""

from __future__ import annotations

from pathlib import Path

from sgcldff.data.dataset_files import read_index
from sgcldff.data.disk_room import needs_room
from sgcldff.data.duplicates.keypoints import read_store
from sgcldff.data.duplicates.overlaps import overlaps_between
from sgcldff.tables.files import write_table

VOTES = 200_000  # bytes of disk an image, about, while duplicates are sought


def find_shared(
    first_index: Path, first_keypoints: Path, second_index: Path, second_keypoints: Path, out: Path
) -> None:
    """Write the pairs of images that two prepared datasets share; InputError for a damaged one or a full disk.

    Keypoints are folders, as `write_store` leaves them; out: called by both names.
    """
    index, other = read_index(first_index), read_index(second_index)
    out.parent.mkdir(parents=True, exist_ok=True)
    with needs_room(out.parent, VOTES * (len(index) + len(other))):
        pairs = overlaps_between(
            read_store(first_keypoints),
            index["sha256"].tolist(),
            read_store(second_keypoints),
            other["sha256"].tolist(),
            out.with_suffix(".votes"),
        )
        named = {"first": pairs["first"].map(index["image_id"]), "second": pairs["second"].map(other["image_id"])}
        write_table(pairs.assign(**named), out)
