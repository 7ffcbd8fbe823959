"""What a fit may have seen of the images that it is tested on: counted, for every dataset and for every test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import pandas as pd

from sgcldff.data.dataset_files import read_groups, read_index
from sgcldff.data.duplicates.overlaps import OVERLAP, SAME_PIXELS
from sgcldff.data.duplicates.table import read_duplicates, shared_images
from sgcldff.data.pools import held_back
from sgcldff.data.subsets import read_subsets

BY_DATASET = ["dataset", "other", "images", "groups", "same_pixels", "overlap", "involved"]
BY_TEST = ["trained_on", "tested_on", "seed", "images", "left_out", "held_back", "leaking"]


@dataclass(frozen=True)
class Audited:
    """The files of a configuration that the audit reads.

    index, duplicates: of each dataset; overlaps: the file of each pair of sorted names; splits: the files of each
    dataset by seed.
    """

    index: Mapping[str, Path]
    duplicates: Mapping[str, Path]
    overlaps: Mapping[tuple[str, str], Path]
    splits: Mapping[str, Mapping[int, Path]]

    def between(self, first: str, second: str) -> Path:
        """The file of two datasets, in whichever order they are named."""
        return self.overlaps[min(first, second), max(first, second)]


def duplicates_by_dataset(files: Audited) -> pd.DataFrame:
    """Columns BY_DATASET: a row for each dataset (`other` is its own name), then one for each two.

    images, groups: of both together for two datasets; same_pixels, overlap: pairs; involved: images in any of them.
    Raises InputError where a file is missing or damaged.
    """
    indices = {name: read_index(file) for name, file in files.index.items()}
    pairs = {(name, name): read_duplicates(file) for name, file in files.duplicates.items()}
    pairs |= {names: read_duplicates(file) for names, file in files.overlaps.items()}
    rows = []
    for (first, second), table in pairs.items():
        own = [indices[name] for name in {first, second}]
        kinds = table["kind"].value_counts()
        involved = {(first, image) for image in table["first"]} | {(second, image) for image in table["second"]}
        images, groups = sum(map(len, own)), sum(index["group"].nunique() for index in own)
        counts = (int(kinds.get(kind, 0)) for kind in (SAME_PIXELS, OVERLAP))
        rows.append([first, second, images, groups, *counts, len(involved)])
    return pd.DataFrame(rows, columns=BY_DATASET)


def leakage_by_test(
    files: Audited, tests: Mapping[str, Sequence[str]], pools: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Columns BY_TEST: a row for each thing that is fitted, dataset that it is tested on, and seed.

    tests: on which datasets each is tested; pools: the datasets of each that is no dataset itself. images: that are
    tested: the test subset, or of a dataset that is not fitted all but those left out; left_out: images of it that
    overlap with one of a dataset that is fitted, and those of their groups; held_back: images of a pool that are kept
    from its fit, because they or others of their groups overlap with a later subset of another member; leaking: tested
    images of which one of the group, or one that overlaps with it, is among those that the fit was shown.
    Raises InputError where a file is missing or damaged.
    """
    groups = {name: read_groups(file) for name, file in files.index.items()}
    rows = []
    for trained_on, others in tests.items():
        names = pools.get(trained_on, [trained_on])
        for seed in files.splits[names[0]]:
            shown, held = _shown(files, names, seed)
            for tested_on in others:
                tested, left_out = set(groups[tested_on].index), set()
                if tested_on in names:
                    tested = set(read_subsets(files.splits[tested_on][seed])["test"])
                else:
                    left_out = {
                        image
                        for name in names
                        for image in shared_images(files.between(name, tested_on), tested_on, groups[tested_on])
                    }
                tested -= left_out
                leaking = _seen_in_group(tested, shown.get(tested_on, set()), groups[tested_on])
                for name in names:
                    if name != tested_on:
                        between = files.between(name, tested_on)
                        leaking |= tested & shared_images(between, tested_on, groups[tested_on], shown[name])
                rows.append([trained_on, tested_on, seed, *map(len, (tested, left_out, held, leaking))])
    return pd.DataFrame(rows, columns=BY_TEST)


def _shown(files: Audited, names: Sequence[str], seed: int) -> tuple[dict[str, set[str]], set[tuple[str, str]]]:
    """The images of each dataset that a fit on these was shown, and those (dataset, image) kept from it."""
    splits = [read_subsets(files.splits[name][seed]) for name in names]
    overlaps = [files.between(*pair) for pair in combinations(names, 2)]
    kept_back = held_back(names, [files.index[name] for name in names], overlaps, splits)
    shown, held = {}, set()
    for position, name in enumerate(names):
        own = {subset: set(splits[position][subset]) for subset in kept_back}
        shown[name] = {image for subset in own for image in own[subset] - kept_back[subset][position]}
        held |= {(name, image) for subset in own for image in own[subset] & kept_back[subset][position]}
    return shown, held


def _seen_in_group(tested: set[str], shown: set[str], group: pd.Series) -> set[str]:
    groups_seen = set(group.loc[sorted(shown)])
    return {image for image in tested if group[image] in groups_seen}
