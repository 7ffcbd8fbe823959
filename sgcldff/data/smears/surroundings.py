"""What lies around the leukocyte: red cells, platelets, dirt."""

from __future__ import annotations

import cv2
import numpy as np

from sgcldff.data.smears.geometry import depth, filled, outline, overlap, roughened
from sgcldff.data.smears.stains import BLUE, EOSIN, GREY, HAEM, VIOLET, StainDomain
from sgcldff.data.smears.texture import noise

RED_CELL_RADIUS = 3.6  # Micrometres

Obstacle = tuple[float, float, float]  # x, y and radius of what red cells keep clear of, pixels


def draw_red_cells(
    rng: np.random.Generator, amounts: np.ndarray, domain: StainDomain, scale: float, obstacle: Obstacle
) -> None:
    """Add red cells to the amounts, float32 [5, h, w]; where two overlap, both absorb."""
    shape = amounts.shape[1:]
    crowding, clumping = rng.uniform(*domain.crowding), domain.clumping * rng.uniform(0.3, 1.3)
    amount, rim, pallor = rng.uniform(*domain.red_amount), rng.uniform(*domain.red_rim), rng.uniform(*domain.pallor)
    size, wobble = rng.normal(1, 0.05), rng.uniform(*domain.red_wobble)
    see_through = rng.uniform(*domain.see_through)
    layer = np.zeros(shape, np.float32)
    radius = RED_CELL_RADIUS * size * scale
    places = _places(rng, shape, radius, crowding, clumping, obstacle)
    # A dozen shapes, turned and mirrored, are variety enough for one image and half the work.
    shapes = [
        _red_cell(
            rng,
            radius * float(np.clip(rng.normal(1, 0.08), 0.75, 1.25)),
            scale,
            wobble,
            float(np.clip(rng.normal(rim, 0.08), 0, 1)),
            float(np.clip(rng.normal(pallor, 0.15), 0, 0.95)),
        )
        for _ in range(min(len(places), 12))
    ]
    for x, y in places:
        disc = shapes[rng.integers(len(shapes))][:: rng.choice([-1, 1]), :: rng.choice([-1, 1])]
        disc = disc.T if rng.random() < 0.5 else disc
        where, part = overlap(layer, disc, int(x - disc.shape[1] / 2), int(y - disc.shape[0] / 2))
        part = part * np.float32(amount * rng.normal(1, 0.08))
        # Cells that touch are squeezed flat: two absorb more than one, but less than twice as much.
        layer[where] = np.maximum(layer[where], part) + see_through * np.minimum(layer[where], part)
        if rng.random() < domain.specks * (RED_CELL_RADIUS**2 * 4) / 1000:
            _speck(rng, amounts, x + rng.normal(0, 0.3) * radius, y + rng.normal(0, 0.3) * radius, scale)
    # Stacked cells are flattened where they touch, so that two absorb less than twice as much as one.
    if rim > 0.5:
        # Of ghosts, nothing but pieces of the outline may be left.
        layer *= np.clip(1 + 0.4 * noise(rng, shape, 2.0 * scale), 0.2, 1.6)
    amounts[HAEM] += layer
    amounts[GREY] += layer * rng.uniform(*domain.red_grey) * rng.random()


def draw_platelets(
    rng: np.random.Generator, amounts: np.ndarray, domain: StainDomain, scale: float, obstacle: Obstacle
) -> None:
    """Add platelets, alone or in small groups, and now and then a grain of dirt or of precipitated stain."""
    shape = amounts.shape[1:]
    area = shape[0] * shape[1] / scale**2
    for _ in range(rng.poisson(domain.platelets * area / 1000)):
        x, y = rng.uniform(0, shape[1]), rng.uniform(0, shape[0])
        for _ in range(rng.choice([1, 2, 4], p=[0.75, 0.17, 0.08])):
            radius = scale * rng.uniform(0.5, 1.3)
            if np.hypot(x - obstacle[0], y - obstacle[1]) > obstacle[2] + radius:
                _platelet(rng, amounts, x, y, radius, scale)
            x, y = x + rng.normal(0, 2.2 * scale), y + rng.normal(0, 2.2 * scale)
    for _ in range(rng.poisson(0.6 * area / 1000)):
        x, y, radius = rng.uniform(0, shape[1]), rng.uniform(0, shape[0]), scale * rng.uniform(0.15, 0.4)
        if np.hypot(x - obstacle[0], y - obstacle[1]) > obstacle[2] + 2 * radius:
            stain = rng.choice([VIOLET, BLUE, GREY], p=[0.5, 0.2, 0.3])
            _add_blob(rng, amounts, stain, x, y, radius, rng.uniform(0.3, 1.0))


def _places(
    rng: np.random.Generator,
    shape: tuple[int, int],
    radius: float,
    crowding: float,
    clumping: float,
    obstacle: Obstacle,
) -> list[tuple[float, float]]:
    """Centres of red cells: thrown at random or laid against the one before, clear of the leukocyte."""
    wanted = crowding * (shape[0] + radius) * (shape[1] + radius) / (np.pi * radius**2)
    room = rng.uniform(0.85, 1.0) * obstacle[2]
    found: list[tuple[float, float]] = []
    for _ in range(int(5 * wanted) + 1):
        if len(found) >= wanted:
            break
        near = bool(found) and rng.random() < clumping
        if near:
            angle, step = rng.uniform(0, 2 * np.pi), radius * rng.uniform(0.9, 1.9)
            x, y = found[-1][0] + step * np.cos(angle), found[-1][1] + step * np.sin(angle)
        else:
            x, y = rng.uniform(-radius, shape[1] + radius), rng.uniform(-radius, shape[0] + radius)
        apart = radius * (0.8 if near else 1.75)
        if np.hypot(x - obstacle[0], y - obstacle[1]) < room + 0.92 * radius:
            continue
        if any((x - a) ** 2 + (y - b) ** 2 < apart**2 for a, b in found):
            continue
        found.append((x, y))
    return found


def _red_cell(
    rng: np.random.Generator, radius: float, scale: float, wobble: float, rim: float, pallor: float
) -> np.ndarray:
    """Thickness of one red cell, float32 [s, s]: a biconcave disc, or the ring that is left of it."""
    reach = int(1.3 * radius) + 3
    along = np.arange(-reach, reach + 1, dtype=np.float32)
    x, y = along[None, :] + np.float32(rng.uniform(-0.5, 0.5)), along[:, None] + np.float32(rng.uniform(-0.5, 0.5))
    distance = np.sqrt(x * x + y * y) + np.float32(1e-3)
    cosine, sine = x / distance, y / distance
    a, b, c, d = rng.normal(0, wobble, 4).astype(np.float32)
    if rng.random() < 0.2:
        a, b = a * 2.5, b * 2.5
    square, both = cosine * cosine, cosine * sine
    edge = 1 + a * (2 * square - 1) + 2 * b * both
    edge += c * cosine * (4 * square - 3) + d * sine * (4 * square - 1)
    share = distance / (radius * edge)
    flat = np.clip((1 - share) * radius / (0.22 * scale) + 0.5, 0, 1)
    dx, dy = rng.normal(0, 0.1 * radius, 2).astype(np.float32)
    centre = ((x - dx) ** 2 + (y - dy) ** 2) / (radius * rng.uniform(0.36, 0.58)) ** 2
    body = 1 - pallor / (1 + centre**2)
    ring = np.exp(-(((share - 0.9) * radius / (rng.uniform(0.3, 0.55) * scale)) ** 2))
    inner = np.exp(-(((share - 0.45) * radius / (0.6 * scale)) ** 2)) * pallor * 0.2
    return flat * ((1 - rim) * body + rim * (ring + inner))


def _platelet(rng: np.random.Generator, amounts: np.ndarray, x: float, y: float, radius: float, scale: float) -> None:
    """A pale body with a granular violet core."""
    side = int(3.4 * radius) + 8
    mask = filled((side, side), outline(rng, 0.14, rng.uniform(1, 1.5), points=24) * radius + side / 2)
    mask = roughened(rng, mask, 0.12 * scale, 0.2, 0.4 * scale)
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 0.14 * scale)
    core = np.clip(0.6 + 0.5 * noise(rng, mask.shape, 0.4 * scale), 0, 1.4) * np.minimum(depth(mask) / (0.5 * scale), 1)
    left, top = int(x - side / 2), int(y - side / 2)
    strength = rng.uniform(0.25, 0.75)
    for stain, part in ((VIOLET, core * strength), (BLUE, soft * 0.35 * rng.random()), (EOSIN, soft * 0.08)):
        where, piece = overlap(amounts[stain], part, left, top)
        amounts[stain][where] += piece


def _add_blob(
    rng: np.random.Generator, amounts: np.ndarray, stain: int, x: float, y: float, radius: float, amount: float
) -> None:
    side = int(4 * radius) + 8
    mask = filled((side, side), outline(rng, 0.15, rng.uniform(1, 1.6), points=16) * radius + side / 2)
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), max(0.3 * radius, 0.6))
    where, piece = overlap(amounts[stain], soft * amount, int(x - side / 2), int(y - side / 2))
    amounts[stain][where] += piece


def _speck(rng: np.random.Generator, amounts: np.ndarray, x: float, y: float, scale: float) -> None:
    """A drying artefact: a bright dot in a dark ring."""
    radius = scale * rng.uniform(0.25, 0.7)
    reach = int(2 * radius) + 3
    distance = np.hypot(*np.mgrid[-reach : reach + 1, -reach : reach + 1]) / radius
    ring = np.exp(-(((distance - 1) / 0.3) ** 2)) * 0.35 - np.exp(-((distance / 0.6) ** 2)) * 0.45
    where, piece = overlap(amounts[GREY], ring.astype(np.float32), int(x) - reach, int(y) - reach)
    amounts[GREY][where] += piece
