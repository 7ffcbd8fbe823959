from __future__ import annotations

import struct
import zlib

import cv2
import numpy as np
import pytest
from PIL import ExifTags, Image, ImageOps

from sgcldff.data.image_files import code_colours, colours_of, grey, read_codes, read_image
from sgcldff.errors import InputError


@pytest.fixture
def image() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8)


@pytest.mark.parametrize("suffix", ["png", "bmp"])
def test_a_lossless_image_comes_back_as_it_was_in_rgb(tmp_path, image, suffix):
    Image.fromarray(image).save(tmp_path / f"a.{suffix}")
    assert np.array_equal(read_image(tmp_path / f"a.{suffix}"), image)


@pytest.mark.parametrize("suffix", ["jpg", "png", "bmp"])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.7, 0.95])
def test_a_truncated_image_is_refused_and_named(tmp_path, image, suffix, share):
    file = tmp_path / f"cut.{suffix}"
    Image.fromarray(image).save(file)
    file.write_bytes(file.read_bytes()[: int(share * file.stat().st_size)])
    with pytest.raises(InputError, match=rf"cut\.{suffix} is truncated .*delete it and run again"):
        read_image(file)


def test_a_missing_image_is_named(tmp_path):
    with pytest.raises(InputError, match=r"gone\.png is missing: run again to fetch it again"):
        read_image(tmp_path / "gone.png")


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_grey_levels_become_codes_by_the_two_thresholds(tmp_path, mode):
    grey = np.array([[0, 64, 65, 128, 192, 193, 255]], np.uint8)
    Image.fromarray(grey).convert(mode).save(tmp_path / "mask.png")
    assert read_codes(tmp_path / "mask.png", 64, 192).tolist() == [[0, 0, 1, 1, 1, 2, 2]]


def write_header(file, width, height):
    """A PNG of this size that holds nothing but its header: decoding it would fail, or fill the memory."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b""))


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (10_001, 10_000)])
def test_an_image_that_is_too_large_is_refused_by_its_header(tmp_path, width, height, recwarn):
    write_header(tmp_path / "vast.png", width, height)
    with pytest.raises(InputError, match=rf"vast\.png has {width}x{height} pixels, and at most 100 million are read"):
        read_image(tmp_path / "vast.png")
    assert not recwarn.list


@pytest.mark.parametrize("suffix", ["tif", "bmp"])
def test_an_image_of_60000_pixels_a_side_is_refused_in_other_formats_too(tmp_path, suffix):
    file = tmp_path / f"vast.{suffix}"
    Image.new("RGB", (600, 600)).save(file)
    side, vast = (struct.pack("<I", pixels) for pixels in (600, 60_000))
    file.write_bytes(file.read_bytes().replace(side, vast))
    with pytest.raises(InputError, match="has 60000x60000 pixels"):
        read_image(file)


@pytest.mark.parametrize("suffix", ["png", "tif"])
@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA"])
def test_other_kinds_of_pixels_become_rgb(tmp_path, image, mode, suffix):
    converted = Image.fromarray(image).convert(mode)
    converted.save(tmp_path / f"a.{suffix}")
    assert np.array_equal(read_image(tmp_path / f"a.{suffix}"), np.array(converted.convert("RGB")))


def write_deep(file, bits, *shape):
    deep = np.random.default_rng(0).integers(0, 2**bits, shape, dtype=np.uint16)
    cv2.imwrite(str(file), deep[..., ::-1] if deep.ndim == 3 else deep)
    return deep


@pytest.mark.parametrize("suffix", ["png", "tif"])
@pytest.mark.parametrize("bits", [12, 16])
def test_of_more_than_8_bits_that_are_used_the_upper_8_are_kept(tmp_path, bits, suffix):
    deep = write_deep(tmp_path / f"deep.{suffix}", bits, 6, 5, 3)
    assert np.array_equal(read_image(tmp_path / f"deep.{suffix}", depth=bits), deep >> (bits - 8))
    deep = write_deep(tmp_path / f"grey.{suffix}", bits, 6, 5)
    assert np.array_equal(read_image(tmp_path / f"grey.{suffix}", depth=bits)[..., 1], deep >> (bits - 8))


def test_a_value_beyond_the_bits_that_were_declared_is_refused(tmp_path):
    write_deep(tmp_path / "deep.png", 16, 6, 5, 3)
    with pytest.raises(
        InputError, match=r"deep\.png holds the value \d+, and 12 bits end at 4095: correct `bit_depth`"
    ):
        read_image(tmp_path / "deep.png", depth=12)


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_colours_of_16_bits_are_refused_where_nobody_says_how_many_are_used(tmp_path, suffix):
    write_deep(tmp_path / f"deep.{suffix}", 12, 6, 5, 3)
    with pytest.raises(InputError, match=rf"deep\.{suffix} has pixels of the kind RGB with 16 bits.*: save it as RGB"):
        read_image(tmp_path / f"deep.{suffix}")


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_a_truncated_image_of_16_bits_is_refused(tmp_path, suffix):
    file = tmp_path / f"deep.{suffix}"
    write_deep(file, 16, 60, 50, 3)
    file.write_bytes(file.read_bytes()[:9000])
    with pytest.raises(InputError, match=rf"deep\.{suffix} is truncated"):
        read_image(file, depth=16)


@pytest.mark.parametrize(
    ("kind", "suffix"), [("I;16", "png"), ("I;16", "tif"), ("F", "tif"), ("CMYK", "jpg"), ("CMYK", "tif")]
)
def test_pixels_without_one_meaning_in_8_bits_are_refused(tmp_path, kind, suffix):
    levels = np.linspace(0, 60_000, 20).reshape(4, 5)
    image = Image.new("CMYK", (5, 4)) if kind == "CMYK" else Image.fromarray(levels.astype({"F": "f4"}.get(kind, "u2")))
    image.save(tmp_path / f"a.{suffix}")
    with pytest.raises(InputError, match=rf"a\.{suffix} has pixels of the kind {kind}.*: save it as RGB or grey"):
        read_image(tmp_path / f"a.{suffix}")


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_transparent_pixels_are_refused(tmp_path, image, suffix):
    image = Image.fromarray(image)
    image.putalpha(Image.fromarray(np.tile(np.arange(64, dtype=np.uint8), (48, 1))))
    image.save(tmp_path / f"a.{suffix}")
    with pytest.raises(InputError, match=rf"a\.{suffix} has transparent pixels"):
        read_image(tmp_path / f"a.{suffix}")


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif"])
def test_an_image_that_is_shown_otherwise_than_stored_is_refused(tmp_path, image, suffix):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    Image.fromarray(image).save(tmp_path / f"a.{suffix}", exif=exif)
    with pytest.raises(InputError, match=rf"a\.{suffix} is to be turned or mirrored .* \(its EXIF orientation\)"):
        read_image(tmp_path / f"a.{suffix}")


@pytest.mark.parametrize("orientation", range(2, 9))
def test_an_image_is_turned_as_its_orientation_says_where_that_is_asked_for(tmp_path, image, orientation):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    Image.fromarray(image).save(tmp_path / "a.tif", exif=exif)
    with Image.open(tmp_path / "a.tif") as stored:
        upright = np.array(ImageOps.exif_transpose(stored))
    assert np.array_equal(read_image(tmp_path / "a.tif", turn=True), upright)


def test_an_image_that_is_marked_as_upright_is_read(tmp_path, image):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 1
    Image.fromarray(image).save(tmp_path / "a.png", exif=exif)
    assert np.array_equal(read_image(tmp_path / "a.png"), image)


def test_a_tiff_of_several_pages_is_refused(tmp_path, image):
    image = Image.fromarray(image)
    image.save(tmp_path / "a.tif", save_all=True, append_images=[image, image])
    with pytest.raises(InputError, match=r"a\.tif has 3 pages, and one is read: save each as a file of its own"):
        read_image(tmp_path / "a.tif")


@pytest.mark.parametrize("kind", [2, 5, 12], ids=["text", "fraction", "float"])
def test_a_tiff_whose_pixels_stand_at_no_number_is_refused(tmp_path, image, kind):
    file = tmp_path / "a.tif"
    Image.fromarray(image).save(file)
    offsets = struct.pack("<HH", 0x0111, 4)
    assert offsets in file.read_bytes()
    file.write_bytes(file.read_bytes().replace(offsets, struct.pack("<HH", 0x0111, kind)))
    with pytest.raises(InputError, match=r"a\.tif is truncated or not an image"):
        read_image(file)


CODES = {(255, 255, 255): 0, (0, 0, 255): 1, (0, 255, 255): 2}


def test_a_coloured_mask_becomes_codes(tmp_path):
    colours = np.array([[(255, 255, 255), (0, 0, 255)], [(0, 255, 255), (255, 255, 255)]], np.uint8)
    assert code_colours(colours, CODES, tmp_path / "a.tif", "put it right").tolist() == [[0, 1], [2, 0]]


def test_any_other_colour_is_named_with_those_expected(tmp_path):
    colours = np.array([[(255, 255, 255), (0, 0, 254), (7, 7, 7)]], np.uint8)
    with pytest.raises(InputError) as caught:
        code_colours(colours, CODES, tmp_path / "a.tif", "put it right")
    assert str(caught.value) == (
        f"The mask {tmp_path / 'a.tif'} has the colours (0, 0, 254), 7, 255, where only 255, (0, 0, 255), "
        "(0, 255, 255) are expected: put it right."
    )


def test_of_very_many_colours_a_few_are_named(tmp_path, image):
    with pytest.raises(InputError, match=r"and \d+ more, where only 0, 255 are expected"):
        code_colours(image, {grey(0): 0, grey(255): 2}, tmp_path / "a.png", "put it right")


def test_the_colours_of_an_image_are_listed_once():
    assert colours_of(np.array([[(1, 2, 3), (0, 0, 9), (1, 2, 3)]], np.uint8)) == [(0, 0, 9), (1, 2, 3)]
