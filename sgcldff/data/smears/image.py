"""One image of a smear with its mask."""

from __future__ import annotations

import cv2
import numpy as np

from sgcldff.data.smears.geometry import overlap
from sgcldff.data.smears.leukocytes import draw_leukocyte
from sgcldff.data.smears.optics import photograph
from sgcldff.data.smears.stains import HAEM, STAIN_DOMAINS, STAINS
from sgcldff.data.smears.surroundings import draw_platelets, draw_red_cells
from sgcldff.data.smears.texture import noise
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS

SUPERSAMPLING = 2


def draw_image(rng: np.random.Generator, domain_name: str, label: str, size: int) -> tuple[np.ndarray, np.ndarray]:
    """An image, RGB uint8 [h, w, 3], and its mask codes, uint8 [h, w], of one leukocyte of the class `label`.

    domain_name: a key of STAIN_DOMAINS; size: height h in pixels (the domain's aspect gives the width).
    """
    domain = STAIN_DOMAINS[domain_name]
    shape = (size, round(size * domain.aspect))
    canvas = (shape[0] * SUPERSAMPLING, shape[1] * SUPERSAMPLING)
    scale = canvas[0] / rng.uniform(*domain.view)
    cell = draw_leukocyte(rng, label, domain, scale)
    side = cell.codes.shape[0]
    reach = np.sqrt(np.count_nonzero(cell.codes) / np.pi)
    x, y = _place(rng, canvas, domain.wander, reach)
    left, top = int(x - side / 2), int(y - side / 2)

    amounts = np.zeros((STAINS, *canvas), np.float32)
    draw_red_cells(rng, amounts, domain, scale, (x, y, reach))
    draw_platelets(rng, amounts, domain, scale, (x, y, reach))
    where, cover = overlap(amounts[HAEM], cell.cover, left, top)
    amounts[(slice(None), *where)] *= 1 - cover
    thickness = 0.5 * amounts[HAEM]
    thickness[where] += cover
    for stain in range(STAINS):
        _, part = overlap(amounts[stain], cell.amounts[stain], left, top)
        amounts[stain][where] += part
    # Plasma dries on the slide and takes a little stain.
    amounts[HAEM] += np.maximum(0.04 * noise(rng, canvas, 2.5 * scale) * rng.random(), -0.03)

    image = photograph(rng, amounts, thickness, domain, scale, shape)
    codes = np.full(canvas, BACKGROUND, np.uint8)
    _, part = overlap(codes, cell.codes, left, top)
    codes[where] = part
    return image, _reduced(codes, shape)


def _place(
    rng: np.random.Generator, canvas: tuple[int, int], wander: float | None, reach: float
) -> tuple[float, float]:
    height, width = canvas
    if wander is None:
        # Whole fields cut cells off at their border now and then.
        inset = 0.55 * reach
        return rng.uniform(inset, width - inset), rng.uniform(inset, height - inset)
    return width / 2 + rng.normal(0, wander * height), height / 2 + rng.normal(0, wander * height)


def _reduced(codes: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """The mask at the image's size: a pixel is cell if at least half of it is, and nucleus if at least half is."""
    cell = cv2.resize((codes != BACKGROUND).astype(np.float32), shape[::-1], interpolation=cv2.INTER_AREA) >= 0.5
    nucleus = cv2.resize((codes == NUCLEUS).astype(np.float32), shape[::-1], interpolation=cv2.INTER_AREA) >= 0.5
    mask = np.full(shape, BACKGROUND, np.uint8)
    mask[cell] = CYTOPLASM
    mask[nucleus] = NUCLEUS
    return mask
