"""From amounts of stain to an image: Beer-Lambert absorption, the microscope's optics, the camera."""

from __future__ import annotations

import cv2
import numpy as np

from sgcldff.data.smears.stains import StainDomain


def photograph(
    rng: np.random.Generator,
    amounts: np.ndarray,
    thickness: np.ndarray,
    domain: StainDomain,
    scale: float,
    shape: tuple[int, int],
) -> np.ndarray:
    """The image, RGB uint8 [h, w, 3] of the given shape.

    amounts: float32 [5, H, W] of each stain and thickness: float32 [H, W] of the cells, on the supersampled canvas;
    scale: pixels of the canvas a micrometre.
    """
    absorbances = domain.absorbances(rng)
    blur = max(rng.uniform(*domain.blur) * scale, 0.3)
    # Channel by channel, and displaced only after the reduction: both are several times faster that way.
    channels = []
    for channel in range(3):
        # No matrix product: its rounding depends on the number of threads, and images must not.
        density = np.zeros(thickness.shape, np.float32)
        for stain, amount in enumerate(amounts):
            cv2.scaleAdd(amount, float(-absorbances[stain, channel]), density, dst=density)
        blurred = cv2.GaussianBlur(cv2.exp(density), (0, 0), blur)
        channels.append(cv2.resize(blurred, shape[::-1], interpolation=cv2.INTER_AREA))
    light = _fringed(rng, channels, domain.fringe * scale * shape[0] / thickness.shape[0])
    light = light * domain.light(rng) * _shading(rng, shape, domain.shading)[..., None]
    coarse = cv2.resize(thickness, shape[::-1], interpolation=cv2.INTER_AREA)
    light *= _relief(rng, coarse, rng.uniform(*domain.relief))[..., None]
    return _camera(rng, light, domain)


def _relief(rng: np.random.Generator, thickness: np.ndarray, strength: float) -> np.ndarray:
    """Factor of the light, float32 [h, w]: edges that face the lamp turn bright, the others dark, and a little darkness
    goes all around; thickness: of the cells, float32 [h, w]."""
    smooth = cv2.GaussianBlur(thickness, (3, 3), 0.8)
    angle = rng.uniform(0, 2 * np.pi)
    slope_x = cv2.Sobel(smooth, -1, 1, 0, ksize=3, scale=1 / 8)
    slope_y = cv2.Sobel(smooth, -1, 0, 1, ksize=3, scale=1 / 8)
    facing = np.cos(angle) * slope_x + np.sin(angle) * slope_y
    around = np.maximum(cv2.magnitude(slope_x, slope_y) - 0.05, 0)
    return np.exp(-strength * np.clip(0.9 * facing + 1.3 * around, -0.4, 1.2))


def _fringed(rng: np.random.Generator, channels: list[np.ndarray], shift: float) -> np.ndarray:
    """Lateral colour: red and blue, the outer two of three channels [h, w], are displaced against green."""
    for channel in (0, 2):
        dx, dy = rng.normal(0, shift, 2)
        moved = np.float32([[1, 0, dx], [0, 1, dy]])
        size = channels[channel].shape[::-1]
        channels[channel] = cv2.warpAffine(channels[channel], moved, size, borderMode=cv2.BORDER_REPLICATE)
    return cv2.merge(channels)


def _shading(rng: np.random.Generator, shape: tuple[int, int], strength: float) -> np.ndarray:
    """Uneven light, float32 [h, w] around 1: a slope, and a lamp that is brightest near the middle."""
    y, x = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j].astype(np.float32)
    slope_x, slope_y = rng.normal(0, strength, 2).astype(np.float32)
    fall = np.float32(abs(rng.normal(0, strength)))
    dx, dy = rng.normal(0, 0.3, 2).astype(np.float32)
    return np.exp(slope_x * x + slope_y * y - fall * ((x - dx) ** 2 + (y - dy) ** 2 - 0.5))


def _camera(rng: np.random.Generator, light: np.ndarray, domain: StainDomain) -> np.ndarray:
    """Noise of the sensor, a little of it smeared over neighbours by demosaicing, rounding and compression."""
    level = rng.uniform(*domain.noise)
    grain = rng.standard_normal(light.shape, dtype=np.float32)
    grain = 0.5 * grain + 0.9 * cv2.GaussianBlur(grain, (3, 3), 0.7)
    image = np.clip(light + level * grain + 0.5, 0, 255).astype(np.uint8)
    if domain.jpeg is None:
        return image
    quality = int(rng.integers(domain.jpeg[0], domain.jpeg[1] + 1))
    # The codec takes the channels as BGR; its colour transform is meant for that order.
    _, stored = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(cv2.imdecode(stored, cv2.IMREAD_COLOR)[..., ::-1])
