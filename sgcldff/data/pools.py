"""The training and validation images of a fit: those of one dataset, or of several together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from sgcldff.data.dataset_files import load_samples, read_groups
from sgcldff.data.duplicates.table import shared_images
from sgcldff.data.split import read_subsets
from sgcldff.method import Samples


@dataclass(frozen=True)
class TrainingData:
    """What is trained on, an entry a dataset, and the pairs of images that two of them share.

    names: of the datasets; prepared: folders; splits: files of image_id and subset; overlaps: a file for each two of the
    datasets, in the order of `itertools.combinations`, called by both names.
    """

    names: Sequence[str]
    prepared: Sequence[Path]
    splits: Sequence[Path]
    overlaps: Sequence[Path] = ()


def load_subsets(data: TrainingData, classes: Sequence[str]) -> tuple[Samples, Samples]:
    """The training and the validation images of all members, one member after the other.

    An image that shows the same as a test image of another member is shown to no fit, and one that shows the same as
    another member's validation image is not trained on. Images of a pool are called <dataset>/<image_id>.
    Raises InputError where a file is missing or damaged.
    """
    parts = [read_subsets(split) for split in data.splits]
    kept_from = held_back(data, parts)
    chosen: dict[str, list[Samples]] = {"train": [], "validation": []}
    for position, (name, prepared) in enumerate(zip(data.names, data.prepared, strict=True)):
        for part, loaded in chosen.items():
            kept = [image for image in parts[position][part] if image not in kept_from[part][position]]
            samples = load_samples(prepared, classes, kept)
            names = samples.image_ids if len(data.names) == 1 else [f"{name}/{image}" for image in samples.image_ids]
            loaded.append(Samples(names, samples.images, samples.labels, samples.masks))
    return Samples.together(chosen["train"]), Samples.together(chosen["validation"])


def held_back(data: TrainingData, parts: Sequence[dict[str, list[str]]]) -> dict[str, list[set[str]]]:
    """For train and validation and each member, the images that show the same as one of another member's later part.

    parts: the split of each member as `read_subsets` gives it.
    """
    later = {"train": ("validation", "test"), "validation": ("test",)}
    found: dict[str, list[set[str]]] = {part: [set() for _ in parts] for part in later}
    for (one, other), file in zip(combinations(range(len(parts)), 2), data.overlaps, strict=True):
        for here, there in ((one, other), (other, one)):
            groups = read_groups(data.prepared[here])
            for part, names in later.items():
                unseen = {image for name in names for image in parts[there][name]}
                found[part][here] |= shared_images(file, data.names[here], groups, unseen)
    return found
