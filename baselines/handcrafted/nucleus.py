"""The nuclei of leukocytes from optical channels, after Tavakoli et al. 2021 (Scientific Reports 11:19428).

Their map (`sgcldff.data.nucleus`) is cut by Otsu; components below a tenth of the largest are dropped.
"""

from __future__ import annotations

import cv2
import numpy as np

from sgcldff.data.nucleus import nucleus_map

# Share of the largest component's area below which a component is platelet or dirt (Tavakoli 2021).
SMALLEST_COMPONENT = 0.1

# Least difference of the mean map value, 0..255, between nuclei and the rest. Otsu always finds two classes: in an
# empty field they are noise, a few levels apart; in JTSC, CellaVision and BCCD at least 34.
LEAST_CONTRAST = 30.0

# Least difference in mean green, 0..255, between the rest and the nuclei: in a black frame noise is saturated, and
# the map takes it for strong colour. In the training and validation subsets of the three datasets it is at least 33.
LEAST_ABSORPTION = 10.0
LOBE_GAP = 1.0  # widest gap between two lobes of one nucleus, in equivalent radii of the larger lobe


def segment_nuclei(image: np.ndarray) -> np.ndarray:
    """Pixels of all nuclei, bool [H, W]; all False where the image holds none (LEAST_CONTRAST, LEAST_ABSORPTION)."""
    value = nucleus_map(image)
    _, foreground = cv2.threshold(value, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    inside = foreground > 0
    if separated(value, inside, LEAST_CONTRAST) and separated(image[:, :, 1], ~inside, LEAST_ABSORPTION):
        return drop_small(inside)
    return np.zeros(value.shape, dtype=bool)


def separated(values: np.ndarray, foreground: np.ndarray, least: float) -> bool:
    """Whether foreground and the rest, both there, differ by `least` on average: a threshold finds two in noise too."""
    if foreground.all() or not foreground.any():
        return False
    return bool(values[foreground].mean() - values[~foreground].mean() >= least)


def drop_small(region: np.ndarray) -> np.ndarray:
    """Without the components below a tenth of the largest (SMALLEST_COMPONENT), bool [H, W]."""
    _, components, statistics, _ = cv2.connectedComponentsWithStats(region.astype(np.uint8), connectivity=8)
    areas = statistics[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    return ((areas >= SMALLEST_COMPONENT * areas.max()) & (areas > 0))[components]


def label_nuclei(nuclei: np.ndarray) -> np.ndarray:
    """Number the nuclei, the lobes of one nucleus alike: int32 [H, W], 0 elsewhere, 1 the largest by area.

    nuclei: bool [H, W]. Lobes closer than LOBE_GAP belong together.
    """
    count, components, statistics, _ = cv2.connectedComponentsWithStats(nuclei.astype(np.uint8), connectivity=8)
    radii = np.sqrt(statistics[:, cv2.CC_STAT_AREA] / np.pi)
    owner = np.arange(count)
    for lobe in range(1, count - 1):
        distance = cv2.distanceTransform((components != lobe).astype(np.uint8), cv2.DIST_L2, 5)
        for other in range(lobe + 1, count):
            if distance[components == other].min() <= LOBE_GAP * max(radii[lobe], radii[other]):
                owner[owner == owner[other]] = owner[lobe]
    area = np.bincount(owner, weights=statistics[:, cv2.CC_STAT_AREA], minlength=count)
    heads = np.unique(owner[1:])
    rank = np.zeros(count, dtype=np.int32)
    rank[heads[np.argsort(-area[heads], kind="stable")]] = np.arange(1, len(heads) + 1)
    return rank[owner][components]
