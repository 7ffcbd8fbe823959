from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from sgcldff.data.pictures import read_codes, read_picture
from sgcldff.errors import InputError


@pytest.fixture
def picture() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8)


@pytest.mark.parametrize("suffix", ["png", "bmp"])
def test_a_lossless_picture_comes_back_as_it_was_in_rgb(tmp_path, picture, suffix):
    Image.fromarray(picture).save(tmp_path / f"a.{suffix}")
    assert np.array_equal(read_picture(tmp_path / f"a.{suffix}"), picture)


@pytest.mark.parametrize("suffix", ["jpg", "png", "bmp"])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.7, 0.95])
def test_a_truncated_picture_is_refused_and_named(tmp_path, picture, suffix, share):
    file = tmp_path / f"cut.{suffix}"
    Image.fromarray(picture).save(file)
    file.write_bytes(file.read_bytes()[: int(share * file.stat().st_size)])
    with pytest.raises(InputError, match=rf"cut\.{suffix} is truncated .*delete it and run again"):
        read_picture(file)


def test_a_missing_picture_is_named(tmp_path):
    with pytest.raises(InputError, match=r"gone\.png is missing: run again to fetch it anew"):
        read_picture(tmp_path / "gone.png")


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_grey_levels_become_codes_by_the_two_thresholds(tmp_path, mode):
    grey = np.array([[0, 64, 65, 128, 192, 193, 255]], np.uint8)
    Image.fromarray(grey).convert(mode).save(tmp_path / "mask.png")
    assert read_codes(tmp_path / "mask.png", 64, 192).tolist() == [[0, 0, 1, 1, 1, 2, 2]]
