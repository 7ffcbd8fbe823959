"""Itti's saliency (Itti, Koch and Niebur 1998, PAMI 20:1254) with a surround that adapts to the place in the image.

Intensity, red-green and blue-yellow opponency and four orientations; differences between centre and surround; each map
weighted by how few peaks it has; the mean of the three. Itti's surround is a coarser level of a pyramid, which suits
objects that are small in the image. Here it is the mean over the largest window around the pixel that the image
holds (maximum symmetric surround, Achanta and Süsstrunk 2010): the whole image for a pixel in the middle, its near
neighbourhood for one at the edge, so that a cell may fill half of the image and the field's rim is still not salient.

Computed on the image at 96 pixels a side: coarser than most images, as Itti's map is.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

SIDE = 96
CENTRES = (1, 2, 4)  # SD, in pixels, of the Gaussians that take the centre's mean
ANGLES = (0, 45, 90, 135)
WAVELENGTHS = (6, 12)  # of the Gabor filters, in pixels


def saliency(image: np.ndarray) -> np.ndarray:
    """Saliency of each place, float32 [96, 96], at least 0; image: uint8 [H, W, 3], RGB, of any size."""
    intensity, red_green, blue_yellow = opponent_channels(cv2.resize(image, (SIDE, SIDE), interpolation=cv2.INTER_AREA))
    colour = across_scales(red_green) + across_scales(blue_yellow)
    orientation = sum(weigh(energy(intensity, angle)) for angle in ANGLES)
    return (weigh(across_scales(intensity)) + weigh(colour) + weigh(orientation)) / 3


def opponent_channels(image: np.ndarray) -> Sequence[np.ndarray]:
    """Intensity, red minus green, blue minus yellow, float32 [H, W] each; image: uint8 [H, W, 3], RGB.

    Colours are divided by the intensity and are 0 where it is below a tenth of its maximum, where hue is not perceived.
    """
    colours = image.astype(np.float32) / 255
    intensity = colours.mean(axis=2)
    seen = intensity > intensity.max() / 10
    red, green, blue = np.where(seen, colours.transpose(2, 0, 1) / np.maximum(intensity, 1e-6), 0)
    yellow = (red + green) / 2 - np.abs(red - green) / 2 - blue
    # R - G and B - Y with R = r - (g + b) / 2, G = g - (r + b) / 2, B = b - (r + g) / 2
    return intensity, 1.5 * (red - green), blue - (red + green) / 2 - yellow


def across_scales(channel: np.ndarray) -> np.ndarray:
    """Sum over the centre's scales of |centre - surround|, each difference weighted; float32 [H, W]."""
    surround = symmetric_surround(channel)
    return sum(weigh(np.abs(cv2.GaussianBlur(channel, (0, 0), scale) - surround)) for scale in CENTRES)


def symmetric_surround(channel: np.ndarray) -> np.ndarray:
    """Mean over the largest window with the pixel in its middle that lies within the image; float32 [H, W]."""
    sums = cv2.integral(channel.astype(np.float64))
    rows, columns = (np.arange(side) for side in channel.shape)
    up = np.minimum(rows, rows[::-1])[:, None]
    left = np.minimum(columns, columns[::-1])[None]
    top, bottom = rows[:, None] - up, rows[:, None] + up + 1
    start, end = columns[None] - left, columns[None] + left + 1
    total = sums[bottom, end] - sums[top, end] - sums[bottom, start] + sums[top, start]
    return (total / ((bottom - top) * (end - start))).astype(np.float32)


def energy(intensity: np.ndarray, angle: float) -> np.ndarray:
    """Strength of edges at an angle (degrees): Gabor responses of both wavelengths, smoothed and weighted."""
    total = np.zeros_like(intensity)
    for wavelength in WAVELENGTHS:
        size = (2 * wavelength + 1, 2 * wavelength + 1)
        kernel = cv2.getGaborKernel(size, 0.4 * wavelength, np.deg2rad(angle), wavelength, 1, 0, cv2.CV_32F)
        response = cv2.filter2D(intensity, cv2.CV_32F, kernel - kernel.mean())
        total += weigh(cv2.GaussianBlur(np.abs(response), (0, 0), 3))
    return total


def weigh(salience: np.ndarray) -> np.ndarray:
    """Itti's N(.): the map stretched to 0..1, times (1 - m)^2, where m is the mean of its lesser local maxima.

    A map with one peak keeps its weight; one with many alike nearly vanishes. A constant map gives zeros.
    """
    stretched = salience - salience.min()
    if stretched.max() <= 0:
        return stretched
    stretched = stretched / stretched.max()
    neighbourhood = np.ones((SIDE // 8 + 1, SIDE // 8 + 1), np.uint8)
    peaks = stretched[(stretched == cv2.dilate(stretched, neighbourhood)) & (stretched > 0.05)]
    lesser = peaks[peaks < 1]
    return stretched * (1 - lesser.mean()) ** 2 if len(lesser) else stretched


def most_salient_window(image: np.ndarray) -> tuple[int, int, int]:
    """The region of interest: left, top and side, in pixels, of a square window of the image.

    The regions above Otsu's threshold compete by their summed saliency. The window is two and a half times the winner's
    box, because pale cytoplasm is less salient than a nucleus, and at least two thirds of the image.
    """
    salience = saliency(image)
    grey = np.round(255 * salience / max(float(salience.max()), 1e-6)).astype(np.uint8)
    _, salient = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    count, regions, boxes, _ = cv2.connectedComponentsWithStats(salient)
    if count < 2:
        return 0, 0, image.shape[0]
    sums = np.bincount(regions.ravel(), salience.ravel(), count)
    x, y, width, height, _ = boxes[1 + int(sums[1:].argmax())]
    scale = image.shape[0] / SIDE
    side = min(max(2.5 * max(width, height), SIDE * 2 / 3), SIDE)
    left, top = (np.clip(middle - side / 2, 0, SIDE - side) for middle in (x + width / 2, y + height / 2))
    return round(left * scale), round(top * scale), round(side * scale)
