"""The picture of the stages of a run: docs/figures/stages.svg.

    python docs/draw_stages.py

The rules that are made a method at a time (`fit_full`, `predict_pooled`) are one box; an arrow that others imply is
left out. tests/docs/test_draw_stages.py holds boxes and arrows to `snakemake --rulegraph`.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path as Line

FILE = Path(__file__).parent / "figures/stages.svg"
STAGES = {  # rule -> what it does, column, row
    "fetch": ("download, check", 1, 0),
    "prepare": ("one size, one code of masks", 1, 1),
    "overlaps": ("what two datasets share", 0, 2),
    "split": ("train, choose, test", 1, 2),
    "weights": ("pretrained networks", 2, 2),
    "leakage": ("has a test been seen?", 0, 3),
    "fit": ("train each method", 1, 3),
    "card": ("describe each dataset", 2, 3),
    "predict": ("class and mask of each image", 1, 4),
    "architecture": ("the network as it was built", 0, 4),
    "explain": ("pictures of where it looks", 0, 5),
    "score": ("against the truth", 1, 5),
    "attention": ("where it looks, measured", 2, 4),
    "gather": ("all scores in one table", 1, 6),
    "statistics": ("tests, intervals, verdicts", 1, 7),
    "report": ("tables and figures", 1, 8),
    "complete": ("did anything fail?", 1, 9),
}
ARROWS = [
    *[("fetch", "prepare"), ("prepare", "overlaps"), ("prepare", "split"), ("overlaps", "leakage")],
    *[("split", "leakage"), ("split", "card"), ("split", "fit"), ("overlaps", "fit"), ("weights", "fit")],
    *[("fit", "predict"), ("fit", "attention"), ("predict", "explain"), ("predict", "score"), ("score", "gather")],
    *[("gather", "statistics"), ("attention", "statistics"), ("statistics", "report"), ("explain", "report")],
    *[("fit", "architecture"), ("architecture", "report")],
    *[("leakage", "report"), ("card", "report"), ("report", "complete")],
]
BOX = (2.3, 0.56)  # inches
STEP = (2.75, 0.86)
COLOUR = {"edge": "#3f51b5", "fill": "#eef0fa", "arrow": "#55596b"}
ROOM = 0.12  # inches between a box and an arrow that goes past it


def draw(file: Path = FILE) -> None:
    """Write the picture: the same bytes each time, text as text."""
    style = {"svg.fonttype": "none", "svg.hashsalt": "stages", "font.family": "DejaVu Sans"}
    with plt.rc_context(style):
        figure = plt.figure(figsize=(8.1, 8.6), facecolor="white")
        axes = figure.add_axes((0, 0, 1, 1), xlim=(-1.3, 6.8), ylim=(-8.17, 0.43), aspect="equal")
        axes.axis("off")
        for rule, (what, column, row) in STAGES.items():
            x, y = column * STEP[0], -row * STEP[1]
            corner = (x - BOX[0] / 2, y - BOX[1] / 2)
            axes.add_patch(
                FancyBboxPatch(corner, *BOX, "round,pad=0,rounding_size=0.08", fc=COLOUR["fill"], ec=COLOUR["edge"])
            )
            axes.text(x, y + 0.1, rule, ha="center", va="center", size=11, weight="bold")
            axes.text(x, y - 0.12, what, ha="center", va="center", size=9)
        for before, after in ARROWS:
            axes.add_patch(arrow(before, after))
        figure.savefig(file, metadata={"Date": None})
        plt.close(figure)


def arrow(before: str, after: str) -> FancyArrowPatch:
    """From box to box: down into the upper edge, or around what lies between and into the side."""
    (_, column, row), (_, column_after, row_after) = STAGES[before], STAGES[after]
    x, y, x_after, y_after = column * STEP[0], -row * STEP[1], column_after * STEP[0], -row_after * STEP[1]
    side = 1 if column > column_after else -1
    into_side = (x_after + side * BOX[0] / 2, y_after)
    if row_after - row == 1:
        points = [(x, y - BOX[1] / 2), (x_after, y_after + BOX[1] / 2)]
    elif any(other[1] == column and row < other[2] < row_after for other in STAGES.values()):
        past = x + side * (BOX[0] / 2 + ROOM)
        points = [(x + side * BOX[0] / 2, y), (past, y), (past, y_after), into_side]
    else:
        points = [(x, y - BOX[1] / 2), (x, y_after), into_side]
    return FancyArrowPatch(path=Line(points), arrowstyle="-|>", mutation_scale=11, color=COLOUR["arrow"])


if __name__ == "__main__":
    draw()
