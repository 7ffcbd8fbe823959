"""Outlines of cells and their rasters. Coordinates are (x, y) in pixels of the supersampled canvas."""

from __future__ import annotations

import cv2
import numpy as np

from sgcldff.data.smears.texture import noise

_FRACTION_BITS = 4


def outline(rng: np.random.Generator, irregularity: float, aspect: float = 1.0, points: int = 72) -> np.ndarray:
    """A closed outline around (0, 0) with mean radius 1, float64 [points, 2], turned at random.

    irregularity: standard deviation of the second harmonic; the higher ones fall off; aspect: long axis over short one.
    """
    angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
    radius = np.ones(points)
    for order in range(2, 8):
        strength = rng.normal(0, irregularity * (2 / order) ** 1.1)
        radius += strength * np.cos(order * angle + rng.uniform(0, 2 * np.pi))
    radius = np.maximum(radius, 0.35)
    shape = np.stack([radius * np.cos(angle) * np.sqrt(aspect), radius * np.sin(angle) / np.sqrt(aspect)], axis=1)
    return turned(shape, rng.uniform(0, 2 * np.pi))


def turned(points: np.ndarray, angle: float) -> np.ndarray:
    """Points [n, 2], turned about the origin by an angle in radians."""
    cosine, sine = np.cos(angle), np.sin(angle)
    return points @ np.array([[cosine, sine], [-sine, cosine]])


def stroke(path: np.ndarray, widths: np.ndarray) -> np.ndarray:
    """The outline of a band along a path [n, 2] with half widths [n], rounded at both ends."""
    along = np.gradient(path, axis=0)
    heading = np.arctan2(along[:, 1], along[:, 0])
    normal = np.stack([-np.sin(heading), np.cos(heading)], axis=1) * widths[:, None]
    cap = np.linspace(np.pi / 2, -np.pi / 2, 9)
    end = path[-1] + widths[-1] * np.stack([np.cos(heading[-1] + cap), np.sin(heading[-1] + cap)], axis=1)
    start = path[0] - widths[0] * np.stack([np.cos(heading[0] + cap), np.sin(heading[0] + cap)], axis=1)
    return np.concatenate([path + normal, end, (path - normal)[::-1], start])


def filled(shape: tuple[int, int], points: np.ndarray, value: int = 1, onto: np.ndarray | None = None) -> np.ndarray:
    """A polygon as uint8 [h, w], 0 outside and `value` inside; drawn over `onto` where that is given."""
    canvas = np.zeros(shape, np.uint8) if onto is None else onto
    fixed = np.round(points * (1 << _FRACTION_BITS)).astype(np.int32)
    return cv2.fillPoly(canvas, [fixed], value, shift=_FRACTION_BITS)


def roughened(
    rng: np.random.Generator, mask: np.ndarray, smoothness: float, roughness: float, grain: float
) -> np.ndarray:
    """A mask (uint8 [h, w] 0/1) with its corners rounded and its edge made organic, bool [h, w].

    smoothness: standard deviation of the rounding, pixels; roughness: 0 for a clean edge; grain: of the edge's waves.
    """
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), smoothness)
    return soft > 0.5 + np.clip(roughness * noise(rng, mask.shape, grain), -0.42, 0.42)


def depth(mask: np.ndarray) -> np.ndarray:
    """Distance of each inner pixel to the edge of a mask, float32 [h, w], 0 outside."""
    return cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 3)


def overlap(canvas: np.ndarray, patch: np.ndarray, left: int, top: int) -> tuple[tuple[slice, slice], np.ndarray]:
    """Where a patch [h, w, ...] put at (left, top) meets a canvas: the canvas' slices and the piece of the patch."""
    height, width = canvas.shape[:2]
    y0, x0 = max(top, 0), max(left, 0)
    y1, x1 = max(min(top + patch.shape[0], height), y0), max(min(left + patch.shape[1], width), x0)
    return (slice(y0, y1), slice(x0, x1)), patch[y0 - top : y1 - top, x0 - left : x1 - left]
