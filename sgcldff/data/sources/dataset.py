"""What every source of images offers: fetch it, list it, read one image with its mask."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sgcldff.data.sources.about import About
from sgcldff.method import instance


@dataclass(frozen=True)
class Record:
    """One image of a source.

    image_id: unique within the dataset and the same in every release of this project; label: the source's own class
    name, lower case (an adapter drops nothing: the configuration's `labels` table decides what an experiment keeps);
    image, mask: paths relative to the raw folder, mask None where the source has none for this image; group: a name
    that images share which must stay together in a split (made from one source image, say), None where the source
    says nothing (images that overlap by content are joined in any case); further_masks: of more cells of this image,
    where each has a file.
    """

    image_id: str
    label: str
    image: str
    mask: str | None
    group: str | None = None
    further_masks: tuple[str, ...] = ()


class Dataset(ABC):
    """A source of images; its keyword arguments are the configuration's `datasets.<name>.arguments`.

    about: what its card says of it.
    """

    about = About()

    @abstractmethod
    def fetch(self, raw: Path, mirror: str | None) -> None:
        """Download (or generate) the source into `raw`, complete and verified when this returns.

        mirror: a folder laid out as <host>/<path> that stands in for the network, or None. Finished files are kept.
        Raises InputError where a file cannot be had or is not the one that was pinned.
        """

    @abstractmethod
    def records(self, raw: Path) -> list[Record]:
        """Every image of the source in a stable order; InputError for a label file that is wrong."""

    def remarks(self, raw: Path) -> list[str]:
        """What was decided in reading the files, a sentence each, for the card and the log."""
        return []

    @abstractmethod
    def read(self, raw: Path, record: Record) -> tuple[np.ndarray, np.ndarray]:
        """The image, RGB uint8 [h, w, 3], and its mask codes, uint8 [h, w] (sgcldff.method), UNKNOWN if it has none.

        Raises InputError for a missing or damaged file.
        """


def build_dataset(class_path: str, arguments: Mapping[str, Any]) -> Dataset:
    """The dataset that the configuration names by "package.module.Class", with its arguments.

    Raises InputError where the module, the class or an argument does not exist.
    """
    return instance("dataset", Dataset, class_path, **arguments)
