"""The five kinds of leukocyte: size, nucleus, cytoplasm and granules, with the variation that makes them hard to tell.

Sizes and the frequencies of the forms were set by hand beside the published images: bands among the neutrophils,
large lymphocytes as big as small monocytes, trilobed eosinophils, basophils that lost their granules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from sgcldff.data.smears import nuclei
from sgcldff.data.smears.geometry import depth, filled, outline, roughened
from sgcldff.data.smears.stains import BLUE, EOSIN, STAINS, VIOLET, StainDomain
from sgcldff.data.smears.texture import granules, noise
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS


@dataclass
class Body:
    """A leukocyte being built on its patch: inside, nucleus: bool [h, w]; edge: distance to the cell's edge, pixels;
    amounts: float32 [5, h, w] of each stain; scale: pixels a micrometre."""

    inside: np.ndarray
    nucleus: np.ndarray
    edge: np.ndarray
    amounts: np.ndarray
    scale: float


@dataclass(frozen=True)
class Leukocyte:
    """A finished cell: amounts float32 [5, h, w] of each stain, cover float32 [h, w] (0..1, what it hides of the red
    cells beneath), codes uint8 [h, w] (BACKGROUND, CYTOPLASM, NUCLEUS)."""

    amounts: np.ndarray
    cover: np.ndarray
    codes: np.ndarray


@dataclass(frozen=True)
class Kind:
    """radius: mean and standard deviation, micrometres; share: the same for the nucleus' part of the cell's area;
    density: the same for the amount of nuclear stain; grain: of the chromatin, micrometres."""

    radius: tuple[float, float]
    share: tuple[float, float]
    density: tuple[float, float]
    irregularity: float
    grain: float
    nucleus: Callable[[np.random.Generator], nuclei.Nucleus]
    cytoplasm: Callable[[np.random.Generator, Body], None]


def draw_leukocyte(rng: np.random.Generator, label: str, domain: StainDomain, scale: float) -> Leukocyte:
    """One cell of a class (a key of KINDS) on a patch of its own, centred; scale: pixels a micrometre."""
    kind = KINDS[label]
    radius = domain.spread * scale * np.clip(rng.normal(*kind.radius), 0.75 * kind.radius[0], 1.4 * kind.radius[0])
    contour = outline(rng, domain.irregularity * kind.irregularity, rng.uniform(1.0, 1.0 + 4 * domain.irregularity))
    side = int(2 * radius * np.abs(contour).max() + 2.4 * scale)
    shape = (side, side)
    inside = roughened(
        rng,
        filled(shape, contour * radius + side / 2),
        smoothness=0.35 * scale,
        roughness=0.03 + 1.2 * domain.irregularity * kind.irregularity,
        grain=1.0 * scale,
    )
    edge = depth(inside)
    share = float(np.clip(rng.normal(*kind.share) * domain.nucleus_spread, 0.2, 0.88))
    nucleus, density = _place_nucleus(rng, kind.nucleus(rng), inside, edge, radius, share, scale)
    body = Body(inside, nucleus, edge, np.zeros((STAINS, *shape), np.float32), scale)
    kind.cytoplasm(rng, body)
    body.amounts *= domain.cytoplasm
    strength = rng.normal(*kind.density) * density
    _stain_nucleus(rng, body, strength, kind.grain, rng.uniform(*domain.chromatin))
    body.amounts *= cv2.GaussianBlur(inside.astype(np.float32), (0, 0), 0.1 * scale)
    codes = np.full(shape, BACKGROUND, np.uint8)
    codes[inside] = CYTOPLASM
    codes[nucleus] = NUCLEUS
    cover = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), 0.15 * scale)
    return Leukocyte(body.amounts, cover, codes)


def _place_nucleus(
    rng: np.random.Generator,
    form: nuclei.Nucleus,
    inside: np.ndarray,
    edge: np.ndarray,
    radius: float,
    share: float,
    scale: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Scale a nucleus to its share of the cell and press it against the membrane: its mask, bool [h, w], and the
    thickness of the lobes that lie over one another, float32 [h, w], about 1."""
    wanted = share * np.count_nonzero(inside)
    drift = rng.uniform(0, 0.7 * (1 - np.sqrt(share)))
    towards = rng.uniform(0, 2 * np.pi)
    offset = drift * np.array([np.cos(towards), np.sin(towards)])
    thickness, size = np.zeros(inside.shape, np.float32), 1.0
    mask = np.zeros(inside.shape, np.uint8)
    for _ in range(3):
        lobes = [
            filled(inside.shape, _pressed(lobe * size + offset) * radius + inside.shape[0] / 2) for lobe in form.lobes
        ]
        mask = np.bitwise_or.reduce(lobes)
        for hollow in form.hollows:
            filled(mask.shape, _pressed(hollow * size + offset) * radius + inside.shape[0] / 2, value=0, onto=mask)
        thickness = np.sum(lobes, axis=0, dtype=np.float32)
        size *= np.clip(np.sqrt(wanted / max(np.count_nonzero(mask & inside), 1)), 0.6, 1.6)
    rough = roughened(rng, mask, smoothness=0.22 * scale, roughness=0.06, grain=0.6 * scale)
    for thread in form.threads:
        filled(mask.shape, _pressed(thread * size + offset) * radius + inside.shape[0] / 2, onto=mask)
    nucleus = (rough | (roughened(rng, mask, 0.1 * scale, 0.0, scale))) & (edge > 0.25 * scale)
    overlaid = 1 + 0.28 * np.clip(thickness - 1, 0, 1.5)
    return nucleus, cv2.GaussianBlur(overlaid, (0, 0), 0.12 * scale)


def _pressed(points: np.ndarray, free: float = 0.6, limit: float = 0.95) -> np.ndarray:
    """Points in units of the cell's radius with those far out drawn in, so that lobes flatten against the membrane."""
    far = np.hypot(points[:, 0], points[:, 1])[:, None]
    inward = free + (limit - free) * np.tanh((far - free) / (limit - free))
    return np.where(far > free, points * inward / np.maximum(far, 1e-9), points)


def _stain_nucleus(rng: np.random.Generator, body: Body, density: np.ndarray, grain: float, contrast: float) -> None:
    """Chromatin: coarse clumps, fine grain and a denser membrane; the nucleus hides the cytoplasm under it."""
    shape = body.inside.shape
    clumps = 0.75 * noise(rng, shape, grain * body.scale) + 0.65 * noise(rng, shape, 0.45 * grain * body.scale)
    rim = np.exp(-depth(body.nucleus) / (0.22 * body.scale))
    tone = density * (1 + contrast * np.clip(clumps, -2, 1.6) + 0.8 * contrast * rim)
    tone *= 1 + 0.08 * noise(rng, shape, 3.5 * body.scale)
    weight = cv2.GaussianBlur(body.nucleus.astype(np.float32), (0, 0), 0.09 * body.scale)
    body.amounts[:VIOLET] *= 1 - 0.7 * weight
    body.amounts[VIOLET + 1 :] *= 1 - 0.7 * weight
    body.amounts[VIOLET] += weight * np.maximum(tone, 0.15)


def _haze(
    rng: np.random.Generator, body: Body, stain: int, amount: float, grain: float = 0.8, unrest: float = 0.2
) -> None:
    """Even cytoplasm, thinner towards the edge, with the unrest of ground glass."""
    fine = noise(rng, body.inside.shape, grain * body.scale)
    texture = 1 + unrest * (fine + 0.7 * noise(rng, body.inside.shape, 2.5 * body.scale))
    thin = 1 - 0.45 * np.exp(-body.edge / (0.8 * body.scale))
    body.amounts[stain] += amount * np.maximum(texture, 0) * thin


def _neutrophil_cytoplasm(rng: np.random.Generator, body: Body) -> None:
    toxic = rng.random() < 0.12
    _haze(rng, body, EOSIN, rng.uniform(0.08, 0.38))
    _haze(rng, body, BLUE, rng.uniform(0.1, 0.55))
    _haze(rng, body, VIOLET, rng.uniform(0.0, 0.1))
    dust = granules(rng, body.inside, 0.55 * body.scale, 0.16 * body.scale, rng.uniform(0.3, 0.8), 0.3)
    body.amounts[VIOLET] += dust * (rng.uniform(0.25, 0.5) if toxic else rng.uniform(0.02, 0.22))
    body.amounts[EOSIN] += dust * rng.uniform(0.0, 0.25)


def _eosinophil_cytoplasm(rng: np.random.Generator, body: Body) -> None:
    _haze(rng, body, BLUE, rng.uniform(0.1, 0.5))
    poor = rng.random() < 0.3
    amount = rng.uniform(0.3, 0.55) if poor else rng.uniform(0.55, 1.2)
    _haze(rng, body, EOSIN, amount * rng.uniform(0.3, 0.6))
    size = rng.uniform(0.28, 0.42)
    grains = granules(
        rng,
        body.edge > 0.3 * body.scale,
        2.0 * size * body.scale,
        size * body.scale,
        rng.uniform(0.6, 1.0),
        rng.uniform(0, 0.6),
    )
    body.amounts[EOSIN] += grains * amount * 0.75
    body.amounts[VIOLET] += grains * rng.uniform(0.0, 0.16)


def _lymphocyte_cytoplasm(rng: np.random.Generator, body: Body) -> None:
    amount = rng.uniform(0.4, 1.5)
    _haze(rng, body, BLUE, amount, unrest=0.12)
    _haze(rng, body, EOSIN, rng.uniform(0.0, 0.15))
    # A halo beside the nucleus and a darker border are usual in activated cells.
    border = np.exp(-body.edge / (0.5 * body.scale)) * body.inside
    body.amounts[BLUE] += border * amount * rng.uniform(0.0, 0.8)
    if rng.random() < 0.18:
        grains = granules(rng, body.edge > 0.3 * body.scale, 1.6 * body.scale, 0.25 * body.scale, 0.35)
        body.amounts[VIOLET] += grains * rng.uniform(0.2, 0.5)


def _monocyte_cytoplasm(rng: np.random.Generator, body: Body) -> None:
    _haze(rng, body, BLUE, rng.uniform(0.4, 1.15), grain=0.6, unrest=0.18)
    _haze(rng, body, EOSIN, rng.uniform(0.0, 0.25))
    dust = granules(rng, body.inside, 0.6 * body.scale, 0.15 * body.scale, rng.uniform(0.2, 0.7), 0.4)
    body.amounts[VIOLET] += dust * rng.uniform(0.02, 0.25)
    if rng.random() < 0.65:
        holes = granules(
            rng,
            body.edge > 0.5 * body.scale,
            rng.uniform(1.6, 3.2) * body.scale,
            rng.uniform(0.2, 0.6) * body.scale,
            rng.uniform(0.05, 0.3),
            0.3,
        )
        body.amounts *= 1 - 0.9 * np.clip(cv2.GaussianBlur(holes, (0, 0), 0.1 * body.scale), 0, 1)


def _basophil_cytoplasm(rng: np.random.Generator, body: Body) -> None:
    _haze(rng, body, EOSIN, rng.uniform(0.05, 0.35))
    _haze(rng, body, BLUE, rng.uniform(0.1, 0.5))
    _haze(rng, body, VIOLET, rng.uniform(0.03, 0.2), grain=1.2, unrest=0.5)
    # Granules dissolve in water: many basophils keep only traces of them.
    amount = rng.uniform(0.15, 0.4) if rng.random() < 0.3 else rng.uniform(0.4, 0.8)
    room = body.edge > 0.35 * body.scale
    for size in rng.uniform(0.18, 0.42, 2):
        spacing = rng.uniform(2.2, 3.4) * size * body.scale
        grains = granules(rng, room, spacing, size * body.scale, rng.uniform(0.2, 0.8), 0.7)
        # They lie over the nucleus too.
        body.amounts[VIOLET] += cv2.GaussianBlur(grains, (0, 0), 0.1 * body.scale) * amount


def _neutrophil_nucleus(rng: np.random.Generator) -> nuclei.Nucleus:
    if rng.random() < 0.14:
        return nuclei.band(rng, width=rng.uniform(0.2, 0.28), sweep=rng.uniform(2.2, 4.6))
    return nuclei.segmented(rng, int(rng.choice([2, 3, 4, 5], p=[0.22, 0.42, 0.27, 0.09])), rng.uniform(0.8, 1.15))


def _eosinophil_nucleus(rng: np.random.Generator) -> nuclei.Nucleus:
    if rng.random() < 0.1:
        return nuclei.band(rng, width=rng.uniform(0.25, 0.32), sweep=rng.uniform(1.6, 3.2))
    return nuclei.segmented(rng, int(rng.choice([2, 3, 4], p=[0.72, 0.23, 0.05])), rng.uniform(0.85, 1.2))


def _lymphocyte_nucleus(rng: np.random.Generator) -> nuclei.Nucleus:
    return nuclei.rounded(rng, rng.uniform(0.015, 0.06))


def _monocyte_nucleus(rng: np.random.Generator) -> nuclei.Nucleus:
    form = rng.random()
    if form < 0.22:
        return nuclei.band(rng, width=rng.uniform(0.3, 0.4), sweep=rng.uniform(2.4, 4.2))
    if form < 0.38:
        return nuclei.rounded(rng, rng.uniform(0.06, 0.1))
    return nuclei.kidney(rng)


def _basophil_nucleus(rng: np.random.Generator) -> nuclei.Nucleus:
    if rng.random() < 0.3:
        return nuclei.kidney(rng)
    return nuclei.segmented(rng, int(rng.choice([2, 3], p=[0.6, 0.4])), rng.uniform(0.6, 0.85))


KINDS = {
    "neutrophil": Kind((6.9, 0.65), (0.37, 0.06), (1.0, 0.14), 1.0, 1.0, _neutrophil_nucleus, _neutrophil_cytoplasm),
    "lymphocyte": Kind((5.75, 0.9), (0.63, 0.11), (0.99, 0.14), 1.0, 1.1, _lymphocyte_nucleus, _lymphocyte_cytoplasm),
    "monocyte": Kind((7.8, 0.8), (0.48, 0.08), (0.72, 0.12), 1.8, 0.7, _monocyte_nucleus, _monocyte_cytoplasm),
    "eosinophil": Kind((7.1, 0.6), (0.37, 0.06), (0.88, 0.14), 1.0, 1.0, _eosinophil_nucleus, _eosinophil_cytoplasm),
    "basophil": Kind((6.6, 0.6), (0.52, 0.08), (0.78, 0.13), 1.1, 1.0, _basophil_nucleus, _basophil_cytoplasm),
}
