"""Hand features of one leukocyte: shape, colour and texture of nucleus and cytoplasm.

Colours are optical densities against the plasma of the same image (Beer-Lambert) in units of the nucleus's own
density, as Tavakoli et al. 2021 take ratios of the surroundings to the nucleus; lengths and areas are ratios too. So
neither the light, nor the strength of the stain, nor the magnification of a dataset is a feature.
"""

from __future__ import annotations

import cv2
import numpy as np

from baselines.handcrafted.leukocyte import Leukocyte

CHANNELS = ("red", "green", "blue")

# Pixels below which a cytoplasm has no colour of its own; the nucleus then stands for it (a naked nucleus).
LEAST_CYTOPLASM = 10
LEAST_DENSITY = 0.05  # optical density below which a pixel has no hue: it is as bright as the plasma
SHAPE = (
    "nucleus_share",
    "hull_share",
    "nucleus_solidity",
    "nucleus_circularity",
    "nucleus_elongation",
    "nucleus_thickness",
    "nucleus_lobes",
    "nucleus_offset",
    "cell_solidity",
    "cell_circularity",
)
COLOUR = ("share_red", "share_blue")
TEXTURE = tuple(
    [f"spread_{channel}" for channel in CHANNELS]
    + [f"spread_{share}" for share in COLOUR]
    + ["grain_fine", "grain_coarse"]
    + [f"pattern_{code}" for code in range(10)]
)
FEATURES = (
    SHAPE
    + tuple(f"nucleus_{name}" for name in COLOUR + TEXTURE)
    + tuple(f"cytoplasm_{name}" for name in COLOUR + TEXTURE)
    + tuple(f"cytoplasm_density_{channel}" for channel in CHANNELS)
)  # names of the features, in the order of `describe`; the cytoplasm's shares count from the nucleus's


def describe(image: np.ndarray, leukocyte: Leukocyte) -> np.ndarray:
    """Features of a leukocyte of the image, uint8 [H, W, 3] RGB: float64 [len(FEATURES)], all finite."""
    nucleus, cell = leukocyte.nucleus, leukocyte.cell
    cytoplasm = cell & ~nucleus
    if np.count_nonzero(cytoplasm) < LEAST_CYTOPLASM:
        cytoplasm = nucleus
    density = optical_density(image, leukocyte.plasma)
    unit = density[nucleus].mean(axis=0).clip(min=0.0) + LEAST_DENSITY
    relative, share = density / unit, _shares(density)
    patterns = local_binary_patterns(image[:, :, 1])
    hue = share[nucleus].mean(axis=0)
    return np.concatenate(
        [
            _shape(nucleus, cell),
            hue,
            _texture(relative, share, patterns, nucleus),
            share[cytoplasm].mean(axis=0) - hue,
            _texture(relative, share, patterns, cytoplasm),
            relative[cytoplasm].mean(axis=0),
        ]
    )


def optical_density(image: np.ndarray, plasma: np.ndarray) -> np.ndarray:
    """Absorbance of each channel against the mean plasma colour: float64 [H, W, 3]; against white if there is none."""
    light = image[plasma].mean(axis=0) if plasma.any() else np.full(3, 255.0)
    return np.log((light + 1.0) / (image + 1.0))


def local_binary_patterns(channel: np.ndarray) -> np.ndarray:
    """Rotation-invariant uniform patterns of the 8 neighbours (Ojala 2002): int64 [H, W], codes 0..9.

    0..8 is the number of neighbours at least as bright as the pixel, where they are contiguous; 9 is everything else.
    """
    padded = np.pad(channel.astype(np.int16), 1, mode="edge")
    height, width = channel.shape
    ring = [(0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0)]
    centre = padded[1:-1, 1:-1]
    brighter = np.stack([padded[y : y + height, x : x + width] >= centre for y, x in ring])
    changes = np.count_nonzero(brighter != np.roll(brighter, 1, axis=0), axis=0)
    return np.where(changes <= 2, np.count_nonzero(brighter, axis=0), 9)


def _shape(nucleus: np.ndarray, cell: np.ndarray) -> np.ndarray:
    nucleus_area, cell_area = np.count_nonzero(nucleus), np.count_nonzero(cell)
    nucleus_hull, nucleus_outline = _hull_area(nucleus), _perimeter(nucleus)
    radius = np.sqrt(nucleus_area / np.pi)
    # An image is padded so that a nucleus cut by the border has an edge there too.
    depth = cv2.distanceTransform(np.pad(nucleus, 1).astype(np.uint8), cv2.DIST_L2, 5)
    core = (depth > 0.6 * depth.max()).astype(np.uint8)
    lobes = cv2.connectedComponents(core, connectivity=8)[0] - 1
    nucleus_points, cell_points = np.argwhere(nucleus), np.argwhere(cell)
    variances = np.linalg.eigvalsh(np.cov(nucleus_points.T, bias=True) + np.eye(2) / 12.0)
    offset = np.linalg.norm(nucleus_points.mean(axis=0) - cell_points.mean(axis=0))
    return np.array(
        [
            nucleus_area / cell_area,
            nucleus_hull / cell_area,
            nucleus_area / nucleus_hull,
            4.0 * np.pi * nucleus_area / nucleus_outline**2,
            np.sqrt(variances[1] / variances[0]),
            depth.max() / radius,
            lobes,
            offset / np.sqrt(cell_area / np.pi),
            cell_area / _hull_area(cell),
            4.0 * np.pi * cell_area / _perimeter(cell) ** 2,
        ],
        dtype=np.float64,
    )


def _shares(density: np.ndarray) -> np.ndarray:
    """Parts of red and blue in the density of each pixel, float64 [H, W, 2]: the hue, whatever the amount of stain."""
    total = np.maximum(density.sum(axis=2, keepdims=True), LEAST_DENSITY)
    return np.clip(density[:, :, [0, 2]] / total, -1.0, 2.0)


def _texture(relative: np.ndarray, share: np.ndarray, patterns: np.ndarray, region: np.ndarray) -> np.ndarray:
    green = np.ascontiguousarray(relative[:, :, 1])
    smooth = cv2.GaussianBlur(green, (3, 3), 0)
    fine, coarse = green - smooth, smooth - cv2.GaussianBlur(green, (7, 7), 0)
    return np.concatenate(
        [
            relative[region].std(axis=0),
            share[region].std(axis=0),
            [fine[region].std(), coarse[region].std()],
            np.bincount(patterns[region], minlength=10) / np.count_nonzero(region),
        ]
    )


def _hull_area(region: np.ndarray) -> int:
    canvas = np.zeros(region.shape, dtype=np.uint8)
    cv2.fillConvexPoly(canvas, cv2.convexHull(cv2.findNonZero(region.astype(np.uint8))), 1)
    return int(np.count_nonzero(canvas))


def _perimeter(region: np.ndarray) -> float:
    """Length of all outer outlines in pixels, at least 1."""
    outlines, _ = cv2.findContours(region.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return max(1.0, sum(cv2.arcLength(outline, True) for outline in outlines))
