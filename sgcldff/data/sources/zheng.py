"""JTSC and CellaVision: Datasets 1 and 2 of Zheng et al. 2018 (doi 10.1016/j.micron.2018.01.010), GPL-3.

Expert-drawn masks, one cell an image. The class labels were added by the source's authors and, as its README says, not
checked by an expert.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sgcldff.data.sources.about import About
from sgcldff.data.sources.dataset import Record
from sgcldff.data.sources.pinned import PinnedDataset, numbered_labels, unknown_label

# The numbers of both label files, as the source's README gives them; these names are the adapters' labels.
CLASSES = {"1": "neutrophil", "2": "lymphocyte", "3": "monocyte", "4": "eosinophil", "5": "basophil"}

_ABOUT = About(  # what holds for both
    creators=("Xin Zheng", "Yong Wang", "Guoyou Wang", "Jianguo Liu"),
    year=2018,
    url="https://github.com/zxaoyou/segmentation_WBC",
    licence="GPL-3.0-only",
    licence_url="https://www.gnu.org/licenses/gpl-3.0.html",
    redistributable=True,
    masks="domain experts; nucleus and cytoplasm of one cell an image",
    labels="the source's authors, in part; not checked by an expert",
    citation="Zheng, Wang, Wang, Liu: Fast and robust segmentation of white blood cell images by self-supervised "
    "learning. Micron 107, 55-71, 2018, doi 10.1016/j.micron.2018.01.010",
    faults=("The class labels were not checked by an expert, as the source's README warns.",),
)


class _Zheng(PinnedDataset):
    base_url = "https://raw.githubusercontent.com/zxaoyou/segmentation_WBC/fa9c01622f52bccb9aeb8a6f2628f564e377767d/"
    # Masks are 0, 128 and 255; five of CellaVision hold stray values up to 50, so levels are parted half-way.
    cell_above = 64
    nucleus_above = 192
    number: int
    label_column: str

    def records(self, raw: Path) -> list[Record]:
        """See Dataset.records; labels are the values of CLASSES."""
        file = raw / f"Class Labels of Dataset {self.number}.csv"
        records = []
        for line, image, label in numbered_labels(file, ("image ID", self.label_column)):
            if label not in CLASSES:
                raise unknown_label(file, line, label)
            stem = f"Dataset {self.number}/{image:03d}"
            records.append(Record(f"{self.manifest}-{image:03d}", CLASSES[label], f"{stem}.bmp", f"{stem}.png"))
        return records


class JTSC(_Zheng):
    """300 images of 88 to 120 pixels a side, rapid stain, yellow background (Jiangxi Tecom)."""

    about = replace(
        _ABOUT,
        what="300 cells from Jiangxi Tecom Science Corporation, China; 224 of 120x120 pixels, the others smaller.",
        stain="a new reagent for rapid staining; Motic Moticam Pro 252A on an N800-D microscope; yellow background",
        faults=(
            *_ABOUT.faults,
            "112 and 139 are the same image, and thirteen more pairs overlap.",
            "There is one basophil.",
        ),
    )
    manifest = "jtsc"
    number = 1
    label_column = "class label"


class CellaVision(_Zheng):
    """100 images of 300x300, standard stain, purple; atypical cells among them."""

    about = replace(
        _ABOUT,
        what="100 cells of 300x300 pixels from the CellaVision blog, atypical ones among them.",
        stain="standard; purple",
        faults=(
            *_ABOUT.faults,
            "Five masks hold stray values up to 50: levels are parted half-way.",
            "Two images share a corner.",
            "There are three basophils.",
        ),
    )
    manifest = "cellavision"
    number = 2
    label_column = "class"
