"""The training and validation images of a fit: those of one dataset, or of several together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from sgcldff.data.dataset_files import DatasetFiles, load_samples, read_groups
from sgcldff.data.duplicates.table import shared_images
from sgcldff.data.subsets import read_subsets
from sgcldff.method import Samples

LATER = {"train": ("validation", "test"), "validation": ("test",)}  # subset -> those that it must not know

Subsets = dict[str, list[str]]  # subset -> names of its images


@dataclass(frozen=True)
class TrainingData:
    """What is trained on, an entry a dataset, and the pairs of images that two of them share.

    names, datasets: of each; splits: files of image_id and subset; overlaps: a file for each two of the datasets, in
    the order of `itertools.combinations`, called by both names.
    """

    names: Sequence[str]
    datasets: Sequence[DatasetFiles]
    splits: Sequence[Path]
    overlaps: Sequence[Path] = ()


def load_subsets(data: TrainingData, classes: Sequence[str]) -> tuple[Samples, Samples]:
    """The training and the validation images of all members, one member after the other.

    An image that shows the same as a test image of another member is shown to no fit, and one that shows the same as
    another member's validation image is not trained on. Images of a pool are called <dataset>/<image_id>.
    Raises InputError where a file is missing or damaged.
    """
    splits = [read_subsets(split) for split in data.splits]
    kept_back = held_back(data.names, [files.index for files in data.datasets], data.overlaps, splits)
    chosen: dict[str, list[Samples]] = {"train": [], "validation": []}
    for position, (name, files) in enumerate(zip(data.names, data.datasets, strict=True)):
        for subset, loaded in chosen.items():
            kept = [image for image in splits[position][subset] if image not in kept_back[subset][position]]
            samples = load_samples(files, classes, kept)
            names = samples.image_ids if len(data.names) == 1 else [f"{name}/{image}" for image in samples.image_ids]
            loaded.append(Samples(names, samples.images, samples.labels, samples.masks))
    return Samples.together(chosen["train"]), Samples.together(chosen["validation"])


def held_back(
    names: Sequence[str], indices: Sequence[Path], overlaps: Sequence[Path], splits: Sequence[Subsets]
) -> dict[str, list[set[str]]]:
    """For train and validation and each member, the images that show the same as one of another's later subset.

    names, indices: of the members; overlaps: as in `TrainingData`; splits: as `read_subsets` gives them.
    """
    kept_back: dict[str, list[set[str]]] = {subset: [set() for _ in splits] for subset in LATER}
    for (first, second), file in zip(combinations(range(len(splits)), 2), overlaps, strict=True):
        for here, there in ((first, second), (second, first)):
            groups = read_groups(indices[here])
            for subset, later in LATER.items():
                unseen = {image for name in later for image in splits[there][name]}
                kept_back[subset][here] |= shared_images(file, names[here], groups, unseen)
    return kept_back
