"""What a person looks at to judge a prediction: the image with the outline of its cell, and Grad-CAM beside it."""

from __future__ import annotations

import base64

import cv2
import numpy as np

from sgcldff.data.resizing import resize_mask, resize_to
from sgcldff.evaluation.own_images import OwnPrediction

SIDES = 320, 1600  # pixels of the longer side of a picture: smaller images are enlarged, larger ones made smaller
THUMBNAIL = 160  # pixels of a thumbnail's longer side
# The cell's outline as on the cards of datasets: its dark casing parts it from pink, purple, grey and yellow alike.
OUTLINE, NUCLEUS_OUTLINE, CASING = (18, 226, 240), (255, 255, 255), (17, 17, 17)
HEAT = 0.6  # share of Grad-CAM's colour, as in the report's figures


def overlay(prediction: OwnPrediction) -> np.ndarray | None:
    """RGB uint8 [h, w or 2w, 3]: the image and, to its right, the same under Grad-CAM, both with the mask's outline.

    The image has the nucleus's too, so that whoever uses the area beside it sees what was taken for nucleus. None where
    there is neither mask nor map. Its longer side has between 320 and 1600 pixels, whatever the image's.
    """
    if prediction.mask is None and prediction.cam is None:
        return None
    image = _scaled(prediction.pixels, *SIDES)
    height, width = image.shape[:2]
    panels = [image]
    if prediction.cam is not None:
        panels.append(heated(image, resize_to(prediction.cam, height, width)))
    if prediction.mask is not None:
        mask = resize_mask(prediction.mask, height, width)
        panels = [outlined(panel, mask) for panel in panels]
        panels[0] = outlined(panels[0], resize_mask(prediction.nucleus, height, width), NUCLEUS_OUTLINE)
    return np.concatenate(panels, axis=1)


def outlined(image: np.ndarray, mask: np.ndarray, colour: tuple[int, int, int] = OUTLINE) -> np.ndarray:
    """A copy of an image, RGB uint8 [h, w, 3], with the outline of a mask, bool [h, w]."""
    drawn = np.ascontiguousarray(image.copy())
    outlines, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    thickness = max(2, round(max(image.shape[:2]) / 240))
    cv2.drawContours(drawn, outlines, -1, CASING, 2 * thickness, cv2.LINE_AA)
    cv2.drawContours(drawn, outlines, -1, colour, thickness, cv2.LINE_AA)
    return drawn


def heated(image: np.ndarray, cam: np.ndarray) -> np.ndarray:
    """An image, RGB uint8 [h, w, 3], under a map float32 [h, w] from 0 (dark) to 1 (bright)."""
    levels = (np.clip(cam, 0, 1) * 255).astype(np.uint8)
    colours = cv2.applyColorMap(levels, cv2.COLORMAP_INFERNO)[..., ::-1]
    return cv2.addWeighted(np.ascontiguousarray(colours), HEAT, image, 1 - HEAT, 0)


def thumbnail(prediction: OwnPrediction, drawn: np.ndarray | None) -> str:
    """A small JPEG of the overlay `drawn`, or of the image where there is none, as an address that a page can hold."""
    picture = prediction.pixels if drawn is None else drawn
    panels = 1 if drawn is None or prediction.cam is None else 2
    height, width = picture.shape[:2]
    scale = THUMBNAIL / max(height, width / panels)
    height, width = (max(1, round(side * scale)) for side in (height, width))
    small = resize_to(np.ascontiguousarray(picture), height, width)
    encoded = cv2.imencode(".jpg", small[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 80])[1]
    return "data:image/jpeg;base64," + base64.b64encode(encoded.tobytes()).decode()


def _scaled(image: np.ndarray, least: int, most: int) -> np.ndarray:
    """The image with its longer side between the two."""
    longer = max(image.shape[:2])
    scale = min(max(longer, least), most) / longer
    return resize_to(image, *(max(1, round(side * scale)) for side in image.shape[:2]))
