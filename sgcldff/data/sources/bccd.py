"""BCCD: 367 whole fields of 640x480, MIT; images of Shenggan/BCCD_Dataset, masks of Banik et al."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from sgcldff.data.sources.about import About
from sgcldff.data.sources.dataset import Record
from sgcldff.data.sources.pinned import PinnedDataset, numbered_labels, unknown_label

CLASSES = ("neutrophil", "lymphocyte", "monocyte", "eosinophil", "basophil")
# Label of an image for which the source writes two names (15 images), the same one twice or different ones.
TWO_CELLS = "two cells"
UNLABELLED = "unlabelled"  # label of an image for which the source writes nothing (1 image)

IMAGES = PurePosixPath("wbc_nucleus_seg_localz/Datasets/Input/BCCD")
MASKS = PurePosixPath("wbc_nucleus_seg_localz/Datasets/Ground Truth/BCCD")

_REPOSITORY = (
    "ParthaPratimBanik/An-Automatic-Nucleus-Segmentation-and-CNN-Model-based-Classification-Method-of-White-Blood-Cell"
)


class BCCD(PinnedDataset):
    """Labels: the names in CLASSES, TWO_CELLS and UNLABELLED."""

    about = About(
        what=(
            "367 whole fields of 640x480 pixels, most of them with one leukocyte, with a mask each. The images are "
            "those of https://github.com/Shenggan/BCCD_Dataset (MIT too), by cosmicad and akshaylamba; they are read "
            "from the repository of Banik et al., where they stand beside the masks."
        ),
        creators=(
            "cosmicad",
            "akshaylamba",
            "Shenggan",
            "Partha Pratim Banik",
            "Rappy Saha",
            "Ki-Doo Kim",
        ),
        year=2020,
        url=f"https://github.com/{_REPOSITORY}",
        licence="MIT",
        licence_url="https://spdx.org/licenses/MIT.html",
        redistributable=True,
        masks="Banik et al.: nucleus and cytoplasm",
        labels="labels.csv beside the images",
        citation=(
            "Shenggan: BCCD Dataset, https://github.com/Shenggan/BCCD_Dataset. Masks: Banik, Saha, Kim: An automatic "
            "nucleus segmentation and CNN model based classification method of white blood cell. Expert Systems with "
            "Applications, 2020, doi 10.1016/j.eswa.2020.113211"
        ),
        faults=(
            "Fifteen images carry two labels and one carries none.",
            "Thirteen masks hold two cells, and in 102 the cell touches the border.",
            "37 masks are RGB and antialiased: levels are parted half-way.",
            "The label file also names images that the source does not hold.",
            "64 images overlap with another: the same cell, shifted or at another focus.",
            "The set of 12,500 images that goes by the same name is an augmentation of about 350 of these: split "
            "after that, it leaks.",
        ),
    )
    base_url = f"https://raw.githubusercontent.com/{_REPOSITORY}/d8ee339ad22dc30d3acdc2d653ab5768eae10ab3/"
    manifest = "bccd"
    # Masks are 0, 155 and 255, but 37 are RGB and antialiased: each level is parted half-way from the next.
    cell_above = 78
    nucleus_above = 205

    def records(self, raw: Path) -> list[Record]:
        """See Dataset.records; the label file also names 44 images that the source does not hold."""
        file = raw / IMAGES / "labels.csv"
        held = {entry.path for entry in self.entries}
        records = []
        for line, number, text in numbered_labels(file, ("Image", "Category")):
            names = [name.strip().lower() for name in text.split(",") if name.strip()]
            if len(names) > 2 or not set(names) <= set(CLASSES):
                raise unknown_label(file, line, text)
            label = (UNLABELLED, names[0] if names else "", TWO_CELLS)[len(names)]
            image = f"{IMAGES}/BloodImage_{number:05d}.jpg"
            if image in held:
                mask = f"{MASKS}/BloodImage_Mask_{number:05d}.png"
                records.append(Record(f"BloodImage_{number:05d}", label, image, mask))
        return records
