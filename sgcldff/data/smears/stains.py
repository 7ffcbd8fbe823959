"""Stain domains: what a laboratory's dyes, slide and camera do to the same cells.

The absorbances were set beside three published sets of images until the mean colours of background, red cells,
nuclei and cytoplasm agreed: `rapid` looks like JTSC, `standard` like CellaVision, `field` like BCCD.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

STAINS = 5
# Stains: azure-eosin complex of nuclei, azure of basophilic cytoplasm, eosin, haemoglobin, and what merely scatters. An
# amount of 1 is that of a typical nucleus, a deep blue lymphocyte's cytoplasm, a well stained eosinophil granule and
# the thick part of a red cell.
VIOLET, BLUE, EOSIN, HAEM, GREY = range(STAINS)

Range = tuple[float, float]


@dataclass(frozen=True)
class StainDomain:
    """One way that a smear can look. Ranges are (lowest, highest) and an image draws its own value between them."""

    key: int  # names the domain in the random seed; never changes
    # Optical density (natural logarithm) of an amount 1 of each stain in R, G, B.
    absorbance: tuple[tuple[float, float, float], ...]
    # Colours of the empty slide: probability, mean RGB (above 255 is overexposed), standard deviations.
    lights: tuple[tuple[float, tuple[float, float, float], tuple[float, float, float]], ...]
    view: Range  # Height of the field of view, micrometres
    aspect: float  # Width of the image over its height
    # Standard deviation of the leukocyte's place as a share of the height; None where it lies anywhere.
    wander: float | None
    spread: float  # how far leukocytes are flattened: their radius over the usual one
    nucleus_spread: float  # the same for the share of the cell that the nucleus takes
    irregularity: float  # how far leukocytes leave the round shape, as for `geometry.outline`.
    crowding: Range  # share of the free slide covered by red cells
    clumping: float  # Probability that a red cell lies against the one before it
    red_amount: Range
    red_rim: Range  # share of a red cell's absorbance that sits in its rim: 0 a biconcave disc, 1 an empty ring
    red_wobble: Range  # how far red cells leave the circle
    see_through: Range  # what a second red cell absorbs where two overlap: 0 nothing, 1 as much as the first
    red_grey: Range  # Neutral darkness of the red cells over their haemoglobin: salmon to brown
    pallor: Range
    platelets: float  # Mean number in 1000 square micrometres
    chromatin: Range  # Contrast of the chromatin's pattern
    cytoplasm: float  # Strength of everything in the cytoplasm
    relief: Range  # Strength of the dark and bright edges of oblique or defocused light
    blur: Range  # Standard deviation of the optical blur, micrometres
    fringe: float  # Standard deviation of the shift of red and blue against green, micrometres
    shading: float  # Unevenness of the light over the field, as a standard deviation of its logarithm
    noise: Range  # Standard deviation of the camera's noise, grey levels
    jpeg: tuple[int, int] | None  # Range of JPEG qualities, None where the camera stores images without loss
    specks: float  # Mean number of bright refractile specks on red cells in 1000 square micrometres

    def absorbances(self, rng: np.random.Generator) -> np.ndarray:
        """Absorbances of one image, float32 [5, 3]: dye lot, pH and staining time differ from slide to slide."""
        table = np.array(self.absorbance)
        table = table * np.exp(rng.normal(0, 0.15, (len(table), 1)) + rng.normal(0, 0.09, table.shape))
        return table.astype(np.float32)

    def light(self, rng: np.random.Generator) -> np.ndarray:
        """Colour of one image's empty slide, float32 [3]."""
        chosen = rng.choice(len(self.lights), p=[light[0] for light in self.lights])
        _, mean, deviation = self.lights[chosen]
        common, own = rng.normal(), rng.normal(size=3)
        return (np.array(mean) + np.array(deviation) * 0.7 * (common + own)).astype(np.float32)


STAIN_DOMAINS = {
    "rapid": StainDomain(
        key=1,
        absorbance=((0.88, 2.05, 0.56), (0.42, 0.46, 0.24), (0.22, 0.92, 0.50), (0.13, 0.32, 0.16), (1.0, 1.0, 0.6)),
        lights=((0.82, (262.0, 253.0, 174.0), (5.0, 4.0, 15.0)), (0.18, (262.0, 259.0, 260.0), (4.0, 4.0, 5.0))),
        view=(26.0, 30.0),
        aspect=1.0,
        wander=0.025,
        spread=1.27,
        nucleus_spread=0.98,
        irregularity=0.022,
        crowding=(0.05, 0.5),
        clumping=0.3,
        red_amount=(0.25, 1.2),
        red_rim=(0.6, 1.0),
        red_wobble=(0.015, 0.06),
        see_through=(0.5, 0.9),
        red_grey=(0.0, 0.1),
        pallor=(0.5, 0.9),
        platelets=0.9,
        chromatin=(0.10, 0.22),
        cytoplasm=1.25,
        relief=(0.0, 0.9),
        blur=(0.18, 0.42),
        fringe=0.1,
        shading=0.02,
        noise=(0.8, 3.0),
        jpeg=(75, 95),
        specks=0.0,
    ),
    "standard": StainDomain(
        key=2,
        absorbance=((0.92, 1.55, 0.38), (0.34, 0.33, 0.05), (0.20, 0.80, 0.36), (0.15, 0.40, 0.25), (1.0, 1.0, 0.75)),
        lights=((1.0, (248.0, 222.0, 196.0), (5.0, 5.0, 7.0)),),
        view=(30.0, 35.0),
        aspect=1.0,
        wander=0.03,
        spread=1.22,
        nucleus_spread=0.97,
        irregularity=0.075,
        crowding=(0.05, 0.95),
        clumping=0.3,
        red_amount=(0.7, 1.2),
        red_rim=(0.0, 0.3),
        red_wobble=(0.01, 0.05),
        see_through=(0.15, 0.6),
        red_grey=(0.0, 0.45),
        pallor=(0.15, 0.9),
        platelets=1.6,
        chromatin=(0.16, 0.34),
        cytoplasm=0.97,
        relief=(0.0, 0.12),
        blur=(0.05, 0.14),
        fringe=0.03,
        shading=0.02,
        noise=(1.0, 2.5),
        jpeg=None,
        specks=0.0,
    ),
    "field": StainDomain(
        key=3,
        absorbance=((0.34, 0.58, -0.07), (0.26, 0.24, 0.02), (0.10, 0.44, 0.15), (0.125, 0.29, 0.29), (0.8, 0.8, 0.8)),
        lights=((0.75, (203.0, 206.0, 202.0), (4.0, 4.0, 4.0)), (0.25, (201.0, 198.0, 202.0), (4.0, 4.0, 4.0))),
        view=(37.0, 44.0),
        aspect=4 / 3,
        wander=None,
        spread=1.04,
        nucleus_spread=1.4,
        irregularity=0.04,
        crowding=(0.3, 1.0),
        clumping=0.75,
        red_amount=(0.75, 1.25),
        red_rim=(0.0, 0.45),
        red_wobble=(0.03, 0.1),
        see_through=(0.15, 0.5),
        red_grey=(0.0, 0.08),
        pallor=(0.15, 0.95),
        platelets=1.4,
        chromatin=(0.08, 0.28),
        cytoplasm=0.95,
        relief=(0.05, 0.25),
        blur=(0.12, 0.32),
        fringe=0.06,
        shading=0.05,
        noise=(1.0, 2.5),
        jpeg=(70, 92),
        specks=3.0,
    ),
}
