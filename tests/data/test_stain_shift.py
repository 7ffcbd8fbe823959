"""The stain of an image is shifted relative to the image's own background and in a direction of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from sgcldff.data.perturbations import perturb
from sgcldff.data.resizing import resize_codes, resize_image
from sgcldff.data.sources.bccd import BCCD
from sgcldff.data.sources.zheng import JTSC, CellaVision
from sgcldff.data.stain_shift import BACKGROUND_PERCENTILE, FLARE, STAIN_KINDS, direction
from sgcldff.errors import InputError
from sgcldff.method import CYTOPLASM, NUCLEUS

STRONGEST = {"hue": 30.0, "concentration": 2.0}
LIGHTS = {"white": (250.0, 250.0, 250.0), "yellow": (255.0, 250.0, 175.0), "grey": (200.0, 202.0, 197.0)}
CHROMATIN, RED_CELL = (0.9, 1.6, 0.4), (0.2, 0.5, 0.3)  # optical densities of red, green and blue
FORWARDS = next(f"smear-{number}" for number in range(99) if direction(f"smear-{number}") == 1)
BACKWARDS = next(f"smear-{number}" for number in range(99) if direction(f"smear-{number}") == -1)


def stained(light: tuple[float, float, float], noise: int = 0) -> np.ndarray:
    """A red cell and a leukocyte's nucleus, darker towards its middle, on an empty slide, uint8 [64, 64, 3]."""
    y, x = np.mgrid[:64, :64]
    amount = np.clip(1.2 - np.hypot(y - 24, x - 24) / 14, 0, 1)[..., None] * np.array(CHROMATIN)
    amount += (np.hypot(y - 48, x - 48) < 10)[..., None] * np.array(RED_CELL)
    image = (np.array(light) + FLARE) * np.exp(-amount) - FLARE
    image += np.random.default_rng(0).integers(-noise, noise + 1, image.shape)
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


def densities(image: np.ndarray, light: tuple[float, float, float]) -> np.ndarray:
    return np.log((np.array(light) + FLARE) / (image.astype(float) + FLARE))


def hue(density: np.ndarray) -> np.ndarray:
    """Degrees, by the definition of van der Laak et al. (2000)."""
    red, green, blue = np.moveaxis(density, -1, 0)
    mean = density.mean(axis=-1)
    return np.degrees(np.arctan2((green - blue) / (np.sqrt(3) * mean), red / mean - 1))


def shift_one(image: np.ndarray, image_id: str, kind: str, level: float) -> np.ndarray:
    return perturb(image[None], [image_id], kind, STRONGEST[kind], level)[0]


def colour_difference(first: np.ndarray, second: np.ndarray) -> float:
    """Mean CIELAB distance of two images."""
    lab = [cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_RGB2LAB) for image in (first, second)]
    return float(np.linalg.norm(lab[0] - lab[1], axis=-1).mean())


@pytest.mark.parametrize("kind", STAIN_KINDS)
def test_level_0_is_the_image_bit_for_bit(kind):
    image = np.random.default_rng(0).integers(0, 256, (2, 16, 16, 3), dtype=np.uint8)
    image[0, :4] = 0
    same = perturb(image, ["a", "b"], kind, STRONGEST[kind], 0)
    assert np.array_equal(same, image) and not np.shares_memory(same, image)


@pytest.mark.parametrize("light", LIGHTS.values(), ids=LIGHTS)
@pytest.mark.parametrize("kind", STAIN_KINDS)
def test_an_empty_slide_keeps_its_colour(kind, light):
    image = stained(light, noise=3)
    for image_id in (FORWARDS, BACKWARDS):
        moved = shift_one(image, image_id, kind, 1).astype(int)
        corner = np.s_[:12, 50:]
        assert np.abs(moved[corner] - image[corner]).max() <= 6
        assert np.abs(moved[corner].mean(axis=(0, 1)) - image[corner].mean(axis=(0, 1))).max() < 3


@pytest.mark.parametrize(("image_id", "sign"), [(FORWARDS, 1), (BACKWARDS, -1)])
@pytest.mark.parametrize("light", LIGHTS.values(), ids=LIGHTS)
def test_hue_turns_by_the_angle_asked_for_and_density_stays(light, image_id, sign):
    image = stained(light)
    before, after = (densities(shown, light) for shown in (image, shift_one(image, image_id, "hue", 0.5)))
    cell = before.mean(axis=-1) > 0.25
    assert np.median(hue(after[cell]) - hue(before[cell])) == pytest.approx(sign * 15, abs=0.5)
    assert after.mean(axis=-1)[cell] == pytest.approx(before.mean(axis=-1)[cell], abs=0.02)


@pytest.mark.parametrize(("image_id", "factor"), [(FORWARDS, 2**0.5), (BACKWARDS, 2**-0.5)])
@pytest.mark.parametrize("light", LIGHTS.values(), ids=LIGHTS)
def test_concentration_multiplies_the_density_and_keeps_the_hue(light, image_id, factor):
    image = stained(light)
    before, after = (densities(shown, light) for shown in (image, shift_one(image, image_id, "concentration", 0.5)))
    cell = before.mean(axis=-1) > 0.25
    assert after.mean(axis=-1)[cell] == pytest.approx(factor * before.mean(axis=-1)[cell], abs=0.03)
    assert np.median(hue(after[cell]) - hue(before[cell])) == pytest.approx(0, abs=0.5)


@pytest.mark.parametrize("light", LIGHTS.values(), ids=LIGHTS)
@pytest.mark.parametrize("kind", STAIN_KINDS)
def test_every_value_is_the_whole_number_nearest_to_the_exact_one(kind, light):
    """The exact ones by hand: a doubled concentration squares the transmitted light, and 120 degrees of hue give each
    channel the density of the one before it."""
    image = stained(light, noise=3)
    background = np.percentile(image, BACKGROUND_PERCENTILE, axis=(0, 1)) + FLARE
    transmitted = (image + float(FLARE)) / background
    transmitted = np.roll(transmitted, 1, axis=-1) if kind == "hue" else transmitted**2
    exact = np.clip(background * transmitted - FLARE, 0, 255)
    moved = perturb(image[None], [FORWARDS], kind, {"hue": 120, "concentration": 2}[kind], 1)[0]
    assert np.abs(moved - exact).max() <= 0.501
    assert np.abs(moved - exact).max() > 0.45, "no value stands where the ways of rounding part"


@pytest.mark.parametrize("image_id", [FORWARDS, BACKWARDS])
@pytest.mark.parametrize("kind", STAIN_KINDS)
def test_a_higher_level_lies_further_away(kind, image_id):
    image = stained(LIGHTS["white"])
    far = [colour_difference(image, shift_one(image, image_id, kind, level)) for level in (0, 0.25, 0.5, 0.75, 1)]
    assert far == sorted(far) and far[0] == 0 and min(np.diff(far)) > 0.3


@pytest.mark.parametrize("kind", STAIN_KINDS)
def test_shades_of_a_cell_stay_as_many_as_they_were(kind):
    image = stained(LIGHTS["white"])
    for image_id in (FORWARDS, BACKWARDS):
        moved = shift_one(image, image_id, kind, 1)
        assert len(np.unique(moved[..., 1])) > 0.45 * len(np.unique(image[..., 1]))


def test_what_a_camera_clipped_to_black_gets_no_neon_colour():
    image = stained(LIGHTS["white"])
    image[20:28, 20:28] = (60, 0, 70)
    for image_id in (FORWARDS, BACKWARDS):
        assert shift_one(image, image_id, "hue", 1)[20:28, 20:28].max() < 150


@pytest.mark.parametrize("kind", STAIN_KINDS)
def test_an_image_is_shifted_alike_whatever_stands_beside_it(kind):
    images = np.stack([stained(light) for light in LIGHTS.values()])
    together = perturb(images, list(LIGHTS), kind, STRONGEST[kind], 0.75)
    backwards = perturb(images[::-1], list(LIGHTS)[::-1], kind, STRONGEST[kind], 0.75)[::-1]
    alone = [perturb(images[i : i + 1], [name], kind, STRONGEST[kind], 0.75)[0] for i, name in enumerate(LIGHTS)]
    assert np.array_equal(together, backwards) and np.array_equal(together, np.stack(alone))


def test_a_name_gives_the_same_direction_in_every_process():
    names = [f"BloodImage_{number:05d}" for number in range(20)]
    program = f"from sgcldff.data.stain_shift import direction; print([direction(name) for name in {names}])"
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == str([direction(name) for name in names])


def test_about_as_many_images_are_shifted_forwards_as_backwards():
    assert abs(np.mean([direction(f"jtsc-{number:03d}") for number in range(1, 301)])) < 0.15


def test_the_input_is_left_alone():
    images = stained(LIGHTS["grey"])[None]
    kept = images.copy()
    perturb(images, ["a"], "hue", 30, 1)
    assert np.array_equal(images, kept)


def test_an_array_on_disk_is_shifted_too(tmp_path):
    np.save(tmp_path / "images.npy", stained(LIGHTS["grey"])[None])
    images = np.load(tmp_path / "images.npy", mmap_mode="r")
    moved = perturb(images, ["a"], "hue", 30, 1)
    assert moved.dtype == np.uint8 and np.array_equal(moved[0], shift_one(np.array(images[0]), "a", "hue", 1))


@pytest.mark.parametrize(("kind", "level"), [("brightness", 0.5), ("hue", 1.5), ("hue", -0.1), ("hue", float("nan"))])
def test_another_kind_or_level_is_refused(kind, level):
    with pytest.raises(InputError, match="perturbation"):
        perturb(stained(LIGHTS["white"])[None], ["a"], kind, 2, level)


@pytest.fixture(scope="module")
def real_stains(mirror) -> dict[str, tuple[float, float]]:
    """Median hue (degrees) and density of the cells in every fifth image of each dataset."""
    stains = {}
    for adapter in (JTSC, CellaVision, BCCD):
        raw = Path(mirror) / adapter.base_url.removeprefix("https://")
        cells = []
        for record in adapter().records(raw)[::5]:
            image, codes = adapter().read(raw, record)
            image, codes = resize_image(image, 224), resize_codes(codes, 224)
            light = np.percentile(image, BACKGROUND_PERCENTILE, axis=(0, 1))
            cells.append(densities(image, tuple(light))[np.isin(codes, (CYTOPLASM, NUCLEUS))].mean(axis=0))
        stains[adapter.__name__] = (float(np.median(hue(np.array(cells)))), float(np.median(np.mean(cells, axis=1))))
    return stains


@pytest.mark.slow
def test_real_stains_lie_as_far_apart_as_is_said(real_stains):
    hues, amounts = zip(*real_stains.values(), strict=True)
    assert hues == pytest.approx((117, 91, 88), abs=3)
    assert amounts == pytest.approx((0.72, 0.53, 0.21), rel=0.1)
    assert max(hues) - min(hues) == pytest.approx(STRONGEST["hue"], abs=4)
    assert max(amounts) / min(amounts) == pytest.approx(STRONGEST["concentration"] ** 2, rel=0.25)
