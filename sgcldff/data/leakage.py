"""What a fit may have seen of the pictures that it is tested on: counted, for every dataset and for every test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sgcldff.data.duplicates import read_duplicates
from sgcldff.data.overlaps import OVERLAP, SAME_PIXELS
from sgcldff.data.prepared import read_index
from sgcldff.data.split import read_parts

BY_DATASET = ["dataset", "other", "pictures", "groups", "same_pixels", "overlap", "involved"]
BY_TEST = ["trained_on", "tested_on", "seed", "pictures", "shared", "left_out", "leaking"]


@dataclass(frozen=True)
class Audited:
    """The files of a configuration that the audit reads.

    prepared: the folder of each dataset; overlaps: the file of each pair of sorted names; splits: the files of each
    dataset by seed.
    """

    prepared: Mapping[str, Path]
    overlaps: Mapping[tuple[str, str], Path]
    splits: Mapping[str, Mapping[int, Path]]


def duplicates_by_dataset(files: Audited) -> pd.DataFrame:
    """Columns BY_DATASET: a row for each dataset (`other` is its own name), then one for each two.

    pictures, groups: of both together for two datasets; same_pixels, overlap: pairs; involved: pictures in any of them.
    Raises InputError where a file is missing or damaged.
    """
    indices = {name: read_index(folder) for name, folder in files.prepared.items()}
    pairs = {(name, name): read_duplicates(folder / "duplicates.csv") for name, folder in files.prepared.items()}
    pairs |= {names: read_duplicates(file) for names, file in files.overlaps.items()}
    rows = []
    for (one, other), table in pairs.items():
        own = [indices[name] for name in {one, other}]
        kinds = table["kind"].value_counts()
        involved = {(one, picture) for picture in table["first"]} | {(other, picture) for picture in table["second"]}
        pictures, groups = sum(map(len, own)), sum(each["group"].nunique() for each in own)
        found = (int(kinds.get(kind, 0)) for kind in (SAME_PIXELS, OVERLAP))
        rows.append([one, other, pictures, groups, *found, len(involved)])
    return pd.DataFrame(rows, columns=BY_DATASET)


def leakage_by_test(
    files: Audited, tests: Mapping[str, Sequence[str]], pools: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Columns BY_TEST: a row for each thing that is fitted, dataset that it is tested on, and seed.

    tests: on which datasets each is tested; pools: the datasets of each that is no dataset itself. pictures: of the
    test part, or of the whole dataset where no picture of it is fitted; shared: those of them that have a picture of
    their group, or one that overlaps, in a training or validation part of the fit; left_out: those that a test leaves
    out since they overlap with a picture of another dataset that is fitted; leaking: shared and not left out.
    Raises InputError where a file is missing or damaged.
    """
    indices = {name: read_index(folder).set_index("image_id") for name, folder in files.prepared.items()}
    pairs = {names: read_duplicates(file) for names, file in files.overlaps.items()}
    parts = {name: {seed: read_parts(file) for seed, file in own.items()} for name, own in files.splits.items()}
    rows = []
    for trained_on, tested_on in ((one, other) for one, others in tests.items() for other in others):
        for seed in files.splits[tested_on]:
            fitted = {name: parts[name][seed] for name in pools.get(trained_on, [trained_on])}
            seen = {name: {*own["train"], *own["validation"]} for name, own in fitted.items()}
            group = indices[tested_on]["group"]
            tested = set(fitted[tested_on]["test"] if tested_on in fitted else group.index)
            groups_seen = set(group.loc[list(seen.get(tested_on, ()))])
            shared = {picture for picture in tested if group[picture] in groups_seen}
            left_out = set()
            for other in fitted.keys() - {tested_on}:
                names = tuple(sorted((tested_on, other)))
                own, others = ("first", "second") if names[0] == tested_on else ("second", "first")
                left_out |= tested & set(pairs[names][own])
                shared |= tested & set(pairs[names].loc[pairs[names][others].isin(seen[other]), own])
            counts = (len(each) for each in (tested, shared, left_out, shared - left_out))
            rows.append([trained_on, tested_on, seed, *counts])
    return pd.DataFrame(rows, columns=BY_TEST)
