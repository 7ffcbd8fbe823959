"""The saliency prior A of the alignment loss (Research Method, item 2).

The paper never says where A comes from. The default reading uses no annotation: in a smear the leukocyte is the thing
whose hue differs most from the field around it, so A is the contrast of Lab chroma to the median of the image's
border. Measured once on all images at 96 pixels, before any training, it separates cell from background with a pixel
AUC of 0.99 (JTSC), 0.91 (CellaVision) and 0.98 (BCCD). Two other readings: `edges` joins the colour with edges, for the
paper's module integrates "low-level (color, edges) and high-level (semantic cues) features"; `mask` takes the annotated
cell, the only semantic cue at hand before training, which gives the alignment loss extra supervision.
"""

from __future__ import annotations

import cv2
import numpy as np

from sgcldff.errors import InputError
from sgcldff.method import UNKNOWN, Samples, whole_cell

PRIORS = ("colour", "edges", "mask")
# Side, in pixels, at which a Gaussian of one pixel takes the noise out of the colours; larger images scale it.
REFERENCE_SIZE = 96


def colour_contrast(image: np.ndarray) -> np.ndarray:
    """Distance in Lab chroma (a, b) from the median of the border, divided by its 99th percentile, cut at 1.

    image: uint8 [H, W, 3], RGB; returns float32 [H, W] in [0, 1]. An image of one colour gives zeros.
    """
    lab = cv2.cvtColor(image.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
    chroma = cv2.GaussianBlur(lab, (0, 0), max(image.shape[:2]) / REFERENCE_SIZE)[..., 1:]
    border = np.concatenate([chroma[0], chroma[-1], chroma[:, 0], chroma[:, -1]])
    contrast = np.linalg.norm(chroma - np.median(border, axis=0), axis=2)
    return _cut(contrast)


def colour_and_edges(image: np.ndarray) -> np.ndarray:
    """Mean of the contrast of colour and of the strength of edges, float32 [H, W] in [0, 1].

    image: uint8 [H, W, 3], RGB. Edges: length of the gradient of Lab lightness at the scale of the contrast, divided by
    its 99th percentile, cut at 1; an image without any gives zeros.
    """
    lab = cv2.cvtColor(image.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
    lightness = cv2.GaussianBlur(lab[..., 0], (0, 0), max(image.shape[:2]) / REFERENCE_SIZE)
    gradient = np.hypot(cv2.Sobel(lightness, cv2.CV_32F, 1, 0), cv2.Sobel(lightness, cv2.CV_32F, 0, 1))
    return (colour_contrast(image) + _cut(gradient)) / 2


def annotated_cell(mask: np.ndarray) -> np.ndarray:
    """1 on the annotated cell, 0 elsewhere; mask: uint8 [H, W] in the codes of `sgcldff.method`."""
    return whole_cell(mask).astype(np.float32)


def priors(samples: Samples, source: str, shuffle_seed: int | None = None) -> np.ndarray:
    """A for each image, uint8 [N, H, W] (255 is 1.0), so that a dataset's priors fit in memory beside its images.

    source: one of PRIORS; with `shuffle_seed` every image is given the prior of another one (the control that
    asks whether the prior's content matters): a random cyclic shift, so no image keeps its own.
    Raises InputError where `mask` is asked for and an image is not annotated as a whole: unknown is not background.
    """
    if source != "mask":
        contrast = {"colour": colour_contrast, "edges": colour_and_edges}[source]
        maps = (contrast(image) for image in samples.images)
    else:
        unknown = (samples.masks == UNKNOWN).any(axis=(1, 2))
        if unknown.any():
            name = samples.image_ids[int(unknown.argmax())]
            raise InputError(f"`prior: mask` needs whole masks and {name} has none: set `prior: colour`.")
        maps = (annotated_cell(mask) for mask in samples.masks)
    stack = np.stack([np.round(each * 255).astype(np.uint8) for each in maps])
    if shuffle_seed is None:
        return stack
    order = np.random.default_rng(shuffle_seed).permutation(len(stack))
    shuffled = np.empty_like(stack)
    shuffled[order] = stack[np.roll(order, 1)]
    return shuffled


def _cut(strength: np.ndarray) -> np.ndarray:
    """Divided by its 99th percentile and cut at 1, float32; zeros where that is 0."""
    scale = np.percentile(strength, 99)
    return np.clip(strength / scale, 0.0, 1.0).astype(np.float32) if scale > 0 else np.zeros_like(strength)
