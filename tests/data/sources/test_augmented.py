from __future__ import annotations

import numpy as np
import pytest

from sgcldff.data.sources.about import About
from sgcldff.data.sources.augmented import Augmented
from sgcldff.data.sources.dataset import Dataset, Record
from sgcldff.errors import InputError


class Disc(Dataset):
    """Two images of a red disc, which the mask outlines, on grey noise; one of them belongs to a patient."""

    about = About(stain="red", faults=("One image has no mask.",))

    def fetch(self, raw, mirror):
        (raw / "fetched").write_text(str(mirror))

    def records(self, raw):
        return [Record("one", "round", "one.png", "one-mask.png"), Record("two", "round", "two.png", None, "patient")]

    def read(self, raw, record):
        rows, columns = np.mgrid[:60, :80]
        codes = (np.hypot(rows - 20, columns - 50) < 12).astype(np.uint8)
        image = np.random.default_rng(ord(record.image_id[0])).integers(90, 110, (60, 80, 3), dtype=np.uint8)
        image[codes == 1] = (200, 20, 20)
        return image, codes


OF_DISC = f"{Disc.__module__}.Disc"


@pytest.fixture
def augmented(tmp_path):
    """Two images, four copies of each."""
    return Augmented(OF_DISC, copies=4)


def read_all(dataset, raw):
    return {record.image_id: dataset.read(raw, record) for record in dataset.records(raw)}


def test_every_image_has_its_copies_in_one_group(augmented, tmp_path):
    records = augmented.records(tmp_path)
    assert [record.image_id for record in records[:5]] == [*(f"one-copy-0{n}" for n in range(4)), "two-copy-00"]
    assert [record.group for record in records] == ["one"] * 4 + ["patient"] * 4
    assert {record.label for record in records} == {"round"}
    assert {record.image for record in records[:4]} == {"one.png"}


def test_the_first_copy_is_the_image_itself(augmented, tmp_path):
    image, codes = augmented.read(tmp_path, augmented.records(tmp_path)[0])
    original, mask = Disc().read(tmp_path, Disc().records(tmp_path)[0])
    assert np.array_equal(image, original) and np.array_equal(codes, mask)


def test_no_copy_is_like_another(augmented, tmp_path):
    images = [image.tobytes() for image, _ in read_all(augmented, tmp_path).values()]
    assert len(set(images)) == len(images)


def test_the_mask_moves_with_the_image(augmented, tmp_path):
    for name, (image, codes) in read_all(augmented, tmp_path).items():
        assert image.shape == (60, 80, 3) and codes.shape == (60, 80), name
        assert image.dtype == codes.dtype == np.uint8
        assert set(np.unique(codes)) == {0, 1}
        red = image[..., 0].astype(int) - image[..., 1] > 80
        assert np.mean(red != (codes == 1)) < 0.02, name


def test_what_comes_in_from_outside_is_mirrored_and_not_black(augmented, tmp_path):
    assert min(image.max(axis=2).min() for image, _ in read_all(augmented, tmp_path).values()) > 60


def test_a_copy_depends_on_image_number_and_seed_alone(augmented, tmp_path):
    few, more = read_all(augmented, tmp_path), read_all(Augmented(OF_DISC, copies=6), tmp_path)
    assert all(np.array_equal(few[name][0], more[name][0]) for name in few)
    other = read_all(Augmented(OF_DISC, copies=4, seed=1), tmp_path)
    assert not np.array_equal(few["one-copy-01"][0], other["one-copy-01"][0])


def test_faults_are_said_to_be_the_sources(augmented):
    assert augmented.about.faults == ("Of the source: One image has no mask.",)
    assert augmented.about.stain == "red"


def test_fetching_is_left_to_the_source(augmented, tmp_path):
    augmented.fetch(tmp_path, "mirror")
    assert (tmp_path / "fetched").read_text() == "mirror"


@pytest.mark.parametrize("arguments", [{"copies": 1}, {"copies": 4, "seed": -1}])
def test_numbers_that_make_no_copies_are_refused(arguments):
    with pytest.raises(InputError, match="copies >= 2 and seed >= 0"):
        Augmented(OF_DISC, **arguments)


def test_a_source_that_does_not_exist_is_named():
    with pytest.raises(InputError, match=r"sgcldff\.data\.sources\.bccd\.BCDC cannot be imported"):
        Augmented("sgcldff.data.sources.bccd.BCDC", copies=4)
