"""The real files: what they hold, how they are prepared, and that no split lets one of them leak."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from prepared import SPLIT, prepare_into

from sgcldff.config.training import Augmentation
from sgcldff.data.augment import augment
from sgcldff.data.dataset_files import read_index
from sgcldff.data.duplicates.keypoints import collect, find_keypoints
from sgcldff.data.duplicates.overlaps import overlaps_between
from sgcldff.data.duplicates.search import find_shared
from sgcldff.data.duplicates.table import read_duplicates
from sgcldff.data.sources.bccd import BCCD
from sgcldff.data.sources.zheng import JTSC, CellaVision
from sgcldff.data.split import split
from sgcldff.data.subsets import SUBSETS

CLASSES = ("neutrophil", "lymphocyte", "monocyte", "eosinophil")
LABELS = {name: name for name in CLASSES} | {"basophil": None, "two cells": None, "unlabelled": None}
ADAPTERS = {"bccd": BCCD, "jtsc": JTSC, "cellavision": CellaVision}


@pytest.fixture(scope="module")
def results(mirror, tmp_path_factory):
    """The three datasets fetched from the mirror and prepared."""
    root = tmp_path_factory.mktemp("results")
    for name, adapter in ADAPTERS.items():
        dataset = adapter()
        dataset.fetch(root / "raw" / name, mirror)
        raw = root / "raw" / name
        prepare_into(root / "data" / name, name, dataset, raw, size=32, classes=CLASSES, labels=LABELS)
    return root


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "counts", "left_out"),
    [
        ("bccd", (207, 33, 20, 88), {"basophil": 3, "two cells": 15, "unlabelled": 1}),
        ("jtsc", (176, 53, 48, 22), {"basophil": 1}),
        ("cellavision", (33, 37, 15, 12), {"basophil": 3}),
    ],
)
def test_classes_have_the_counts_that_the_sources_give(results, name, counts, left_out):
    index = read_index(results / "data" / name / "index.csv")
    assert index["label"].value_counts().to_dict() == dict(zip(CLASSES, counts, strict=True))
    assert index["image_id"].is_unique
    assert pd.read_csv(results / "data" / name / "dropped.csv")["label"].value_counts().to_dict() == left_out


@pytest.mark.slow
@pytest.mark.parametrize("name", ADAPTERS)
def test_every_mask_has_background_cytoplasm_and_nucleus(results, name):
    masks = np.load(results / "data" / name / "masks.npy")
    assert set(np.unique(masks)) == {0, 1, 2}
    assert all({0, 2} <= set(np.unique(mask)) for mask in masks)


@pytest.mark.slow
def test_images_known_to_show_the_same_cell_are_one_group(results):
    groups = pd.concat([read_index(results / "data" / name / "index.csv") for name in ADAPTERS]).set_index("image_id")[
        "group"
    ]
    assert groups["jtsc-112"] == groups["jtsc-139"], "the same pixels"
    assert groups["jtsc-054"] == groups["jtsc-091"], "cut out 13 pixels apart"
    assert groups["BloodImage_00037"] == groups["BloodImage_00038"], "at another focus"
    assert groups["BloodImage_00038"] != groups["BloodImage_00039"], "neighbours in number only"
    assert groups["cellavision-004"] == groups["cellavision-009"], "a corner in common"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "groups", "largest"), [("bccd", 314, 4), ("jtsc", 285, 2), ("cellavision", 96, 2)])
def test_only_images_that_overlap_are_grouped(results, name, groups, largest):
    sizes = read_index(results / "data" / name / "index.csv")["group"].value_counts()
    assert (len(sizes), sizes.max()) == (groups, largest)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "kinds"), [("bccd", (0, 35)), ("jtsc", (1, 13)), ("cellavision", (0, 1))])
def test_duplicates_are_listed_by_kind(results, name, kinds):
    listed = read_duplicates(results / "data" / name / "duplicates.csv")["kind"]
    assert ((listed == "same pixels").sum(), (listed == "overlap").sum()) == kinds


@pytest.mark.slow
@pytest.mark.parametrize("two", [("bccd", "jtsc"), ("bccd", "cellavision"), ("cellavision", "jtsc")])
def test_no_two_of_the_sources_share_an_image(results, two):
    file = results / "data" / "overlaps" / f"{'--'.join(two)}.csv"
    folders = [results / "data" / name for name in two]
    find_shared(*(folder / name for folder in folders for name in ("index.csv", "keypoints")), file)
    assert read_duplicates(file).empty


@pytest.mark.slow
@pytest.mark.parametrize(("name", "least"), [("bccd", 60), ("jtsc", 55), ("cellavision", 60)])
def test_what_augmentation_makes_of_real_images_is_found(results, tmp_path, name, least):
    dataset, raw = ADAPTERS[name](), results / "raw" / name
    generator = np.random.default_rng(0)
    changes = Augmentation(rotation=15, flips=True, contrast=0.2, noise=5)
    originals = [dataset.read(raw, record)[0] for record in dataset.records(raw)[:60]]
    copies = [augment(image, [], changes, generator)[0] for image in originals]
    store, other = (collect(map(find_keypoints, images)) for images in (originals, copies))
    pairs = overlaps_between(store, ["a"] * 60, other, ["b"] * 60, tmp_path / "votes")
    assert (pairs["first"] == pairs["second"]).sum() >= least


@pytest.mark.slow
@pytest.mark.parametrize("name", ADAPTERS)
@pytest.mark.parametrize("seed", range(5))
def test_neither_an_image_nor_its_duplicate_stands_in_two_subsets(results, name, seed):
    index = read_index(results / "data" / name / "index.csv")
    subsets = split(index, seed, SPLIT).merge(index, on="image_id", validate="one_to_one")
    assert len(subsets) == len(index)
    assert (subsets.groupby("group")["subset"].nunique() == 1).all()
    assert (subsets.groupby("sha256")["subset"].nunique() == 1).all()
    table = pd.crosstab(subsets["label"], subsets["subset"])
    assert (table[list(SUBSETS)] > 0).all(axis=None)
    shares = table.sum() / len(subsets)
    assert shares[list(SUBSETS)].tolist() == pytest.approx([0.7, 0.1, 0.2], abs=0.02)
