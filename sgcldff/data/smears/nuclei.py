"""Shapes of leukocyte nuclei, in units of the cell's radius: lobes as polygons around the cell's centre."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sgcldff.data.smears.geometry import outline, stroke, turned


@dataclass(frozen=True)
class Nucleus:
    """lobes: polygons [n, 2] that together make the nucleus; threads: thin polygons that join them, which keep their
    width when the lobes are scaled; hollows: polygons cut out of the lobes."""

    lobes: list[np.ndarray]
    threads: list[np.ndarray] = field(default_factory=list)
    hollows: list[np.ndarray] = field(default_factory=list)


def rounded(rng: np.random.Generator, irregularity: float = 0.05) -> Nucleus:
    """A round or oval nucleus, now and then with a shallow notch."""
    shape = outline(rng, irregularity, rng.uniform(1.0, 1.3)) * 0.7
    hollows = []
    if rng.random() < 0.2:
        hollows = [_notch(rng, rng.uniform(0, 2 * np.pi), reach=rng.uniform(0.7, 0.8), size=rng.uniform(0.15, 0.3))]
    return Nucleus([shape], hollows=hollows)


def kidney(rng: np.random.Generator) -> Nucleus:
    """A bean: one deep indentation, and sometimes folds that look like further ones."""
    side = rng.uniform(0, 2 * np.pi)
    shape = turned(outline(rng, 0.07), 0) * [0.62, 0.82]
    hollows = [_notch(rng, 0.0, reach=rng.uniform(0.42, 0.72), size=rng.uniform(0.2, 0.4))]
    for _ in range(rng.choice(3, p=[0.5, 0.3, 0.2])):
        hollows.append(_notch(rng, rng.uniform(0.7, 5.6), reach=rng.uniform(0.68, 0.85), size=rng.uniform(0.1, 0.25)))
    return Nucleus([turned(shape, side)], hollows=[turned(hollow, side) for hollow in hollows])


def band(rng: np.random.Generator, width: float, sweep: float) -> Nucleus:
    """A bent sausage: half width in cell radii, sweep of its arc in radians; sometimes S-shaped or pinched."""
    steps = np.linspace(0, 1, 28)
    bend = sweep * (steps - 0.5)
    if rng.random() < 0.25:
        bend = sweep * np.abs(steps - rng.uniform(0.3, 0.7))
    bend = bend + rng.normal(0, 0.25) * np.sin(2 * np.pi * steps + rng.uniform(0, 2 * np.pi))
    path = np.cumsum(np.stack([np.cos(bend), np.sin(bend)], axis=1), axis=0)
    path = (path - path.mean(axis=0)) * (1.5 / len(steps))
    swell = 1 + rng.uniform(0.05, 0.3) * np.cos(2 * np.pi * steps * rng.integers(1, 3) + rng.uniform(-0.6, 0.6))
    return Nucleus([turned(stroke(path, width * swell), rng.uniform(0, 2 * np.pi))])


def segmented(rng: np.random.Generator, lobes: int, looseness: float) -> Nucleus:
    """Lobes in a chain, joined by threads; looseness: distance of neighbours, 1 where their edges just touch."""
    sizes = np.sqrt(rng.uniform(0.6, 1.4, lobes) / lobes) * 0.58
    place, heading = np.zeros(2), rng.uniform(0, 2 * np.pi)
    turn = rng.choice([-1.0, 1.0])
    places = [place]
    for before, after in zip(sizes[:-1], sizes[1:], strict=True):
        place = place + (before + after) * looseness * rng.uniform(0.85, 1.2) * np.array(
            [np.cos(heading), np.sin(heading)]
        )
        places.append(place)
        if rng.random() < 0.2:
            turn = -turn
        heading += turn * rng.uniform(0.3, 4.6 / max(lobes - 1, 2))
    centred = np.array(places) - np.average(places, axis=0, weights=sizes**2)
    # A long chain is coiled rather than flattened against the membrane.
    centred *= min(1.0, 0.5 / np.hypot(*centred.T).max())
    shapes = [outline(rng, 0.07, rng.uniform(1.0, 1.55)) * size + at for size, at in zip(sizes, centred, strict=True)]
    threads = []
    for first, second in zip(centred[:-1], centred[1:], strict=True):
        middle = (first + second) / 2 + rng.normal(0, 0.04, 2)
        path = np.array([first, middle, second])
        threads.append(stroke(path, np.full(3, rng.uniform(0.03, 0.11))))
    return Nucleus(shapes, threads)


def _notch(rng: np.random.Generator, angle: float, reach: float, size: float) -> np.ndarray:
    """A hollow whose deepest point lies about reach - size from the centre, in the direction of an angle."""
    centre = np.array([reach, 0.0]) + [size * 0.35, 0]
    return turned(outline(rng, 0.06, rng.uniform(1.0, 1.6), points=32) * size + centre, angle)
