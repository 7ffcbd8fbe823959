"""Datasets that a person downloads, drawn in the layouts of LISC, ALL-IDB2 and ALL-IDB1, with parts of them missing."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
from workflow_graph import Graph, copy_checkout, generated

from sgcldff.data.sources.synthetic import SyntheticSmears

pytestmark = pytest.mark.slow

LISC_CLASSES = {"neut": ("neutrophil", 225, 255), "mono": ("monocyte", 175, 200), "eosi": ("eosinophil", 75, 100)}
# RGB of background, cytoplasm and nucleus in the masks of ALL-IDB2.
COLOURS = np.array([[255, 255, 255], [0, 0, 255], [0, 255, 255]], np.uint8)


def write(file: Path, rgb: np.ndarray) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(file), np.ascontiguousarray(rgb[..., ::-1]))


def drawn(label: str, images: int, width: int, height: int, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Images of one class with their codes, brought to a size."""
    source = SyntheticSmears("field", images, seed=seed, size=96, class_weights={label: 1})
    pairs = [source.draw(index) for index in range(images)]
    return [
        (cv2.resize(image, (width, height)), cv2.resize(codes, (width, height), interpolation=cv2.INTER_NEAREST))
        for image, codes in pairs
    ]


def put_lisc(folder: Path) -> None:
    """Eight images a class; every second one of the neutrophils lacks its mask."""
    for seed, (name, (label, cytoplasm, nucleus)) in enumerate(LISC_CLASSES.items()):
        for number, (image, codes) in enumerate(drawn(label, 8, 720, 576, seed), start=1):
            write(folder / f"LISC Database/Main Dataset/{name}/{number}.bmp", image)
            if name != "neut" or number % 2:
                levels = np.array([0, cytoplasm, nucleus], np.uint8)[codes[4:-4, 4:-4]]
                masks = folder / f"LISC Database/Ground Truth Segmentation/{name}/areaforexpert1"
                write(masks / f"{number}_expert.bmp", np.repeat(levels[..., None], 3, axis=2))


def put_all_idb(folder: Path, masks: Path | None, suffix: str, width: int, height: int, seed: int) -> None:
    """Eight healthy cells and eight blasts (lymphocytes of two seeds stand for them)."""
    for blast in (0, 1):
        for number, (image, codes) in enumerate(drawn("lymphocyte", 8, width, height, seed + blast), start=1):
            name = f"Im{number + 8 * blast:03d}_{blast}"
            write(folder / f"{name}.{suffix}", image)
            if masks is not None:
                write(masks / f"{name}.tif", COLOURS[codes])


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """A finished run on the three of them, and on generated smears of the first label space."""
    labels = {name: name for name in ("neutrophil", "monocyte", "eosinophil")} | {"lymphocyte": None, "basophil": None}
    graph = copy_checkout(
        tmp_path_factory.mktemp("manual") / "checkout",
        {
            "synthetic": True,
            "device": "cpu",
            "fit_threads": 1,
            "size": 64,
            "seeds": [0],
            "split": {"train": 0.4, "validation": 0.2, "test": 0.4},  # with five masks a test enters a mean
            "classes": {"subtypes": ["neutrophil", "monocyte", "eosinophil"]},
            "training": {"epochs": 1, "batch_size": 8},
            "datasets": ["lisc", "all_idb2", "all_idb1", "rapid"],
            "methods": ["full", "unet", "thresholding", "chance", "oracle"],
            "catalogue": {
                "datasets": {"rapid": generated(40, labels)},
                "methods": {"unet": {"arguments": {"weights": "none"}}},
            },
            "scenarios": {
                "in_domain": "each of rapid and lisc",
                "domain_shift": "all pairs of rapid and lisc",
                "other_cells": [["rapid", "all_idb2"], ["all_idb2", "lisc"], ["all_idb1", "all_idb2"]],
                **dict.fromkeys(("pooled", "stain_hue", "stain_concentration")),
                **dict.fromkeys(("blur", "noise", "illumination", "resolution", "jpeg")),
            },
        },
    )
    raw = graph.folder / "results/raw"
    put_lisc(raw / "lisc")
    put_all_idb(raw / "all_idb2/ALL_IDB2/img", raw / "all_idb2/masks/gt", "tif", 257, 257, seed=10)
    put_all_idb(raw / "all_idb1/ALL_IDB1/im", None, "jpg", 648, 486, seed=20)
    graph.run()
    return graph


@pytest.fixture
def runs(manual: Graph) -> pd.DataFrame:
    return pd.read_csv(manual.results / "runs.csv").set_index(["method", "trained_on", "tested_on"])


def test_images_without_masks_serve_classification_and_have_no_iou(runs):
    alone = runs.loc[("full", "all_idb1", "all_idb1")]
    assert alone["n_annotated"] == 0 and np.isnan(alone["iou"]) and not np.isnan(alone["accuracy"])


def test_a_dataset_with_some_masks_has_the_iou_of_those(runs):
    onto = runs.loc[("thresholding", "rapid", "lisc")]
    assert onto["n_images"] == 24 and onto["n_annotated"] == 20 and 0 < onto["iou"] <= 1


def test_across_label_spaces_masks_alone_are_scored(runs):
    for pair in (("rapid", "all_idb2"), ("all_idb2", "lisc")):
        assert np.isnan(runs.loc[("full", *pair), "accuracy"]) and not np.isnan(runs.loc[("full", *pair), "iou"])


def test_masks_that_were_never_taught_are_not_scored(runs):
    pair = ("all_idb1", "all_idb2")
    assert np.isnan(runs.loc[[("full", *pair), ("unet", *pair)], "iou"]).all()
    assert not np.isnan(runs.loc[("full", *pair), "accuracy"])
    assert runs.loc[("thresholding", *pair), "iou"] > 0


def test_the_oracle_is_perfect_wherever_there_is_a_truth(runs):
    scores = runs.loc["oracle", ["accuracy", "f1", "auc", "iou"]]
    assert (scores.isna() | (scores == 1)).all(axis=None)


def test_a_dash_stands_where_there_is_no_iou_and_the_mean_goes_without_it(manual):
    rows = pd.read_csv(manual.reports / "tables/leukaemia.csv", keep_default_na=False)
    iou = rows[(rows["method"] == "full") & (rows["metric"] == "iou")].set_index("pair")
    assert iou.loc["all_idb1→all_idb1", "state"] == "no value"
    assert iou.loc["", "mean"] == iou.loc["all_idb2→all_idb2", "mean"]
    summary = pd.read_csv(manual.results / "statistics/summary.csv", keep_default_na=False)
    note = summary.query("scenario == 'leukaemia' and pair == '' and method == 'full' and metric == 'iou'")["note"]
    assert note.item() == "without all_idb1→all_idb1: no masks"


def test_a_finished_run_with_manual_datasets_has_nothing_left_to_do(manual):
    assert manual.planned() == []


def test_what_is_manual_later_is_taken(manual):
    more = drawn("neutrophil", 1, 720, 576, seed=99)[0][0]
    write(manual.folder / "results/raw/lisc/LISC Database/Main Dataset/neut/9.bmp", more)
    assert {"fetch lisc", "prepare lisc"} <= set(manual.planned())
