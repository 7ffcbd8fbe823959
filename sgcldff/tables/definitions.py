"""The numbers that a metric's definition leaves open, for the code that measures and the texts that say what was."""

from __future__ import annotations

BOUNDARY_SHARE = 0.0075  # tolerance of the boundary F1, of the image's diagonal (Csurka et al. 2013)
SURFACE_PIXELS = 1.0  # tolerance of the NSD: what drawing and resizing a mask may move its outline by
CALIBRATION_BINS = 15  # of equal width (Guo et al. 2017)
CELL_SHARE = 0.1  # a piece of the true mask is a cell of its own from this share of the largest piece on
# Images with a true mask in a test, for it to enter the mean IoU of a scenario: of fewer, one image decides that mean.
LEAST_ANNOTATED = 5
