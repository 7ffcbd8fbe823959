"""Wrong input to a stage: one sentence that names the file and the remedy, before anything is computed."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from stage_runs import refusal, run

from sgcldff.data.sources.manifest import read_manifest
from sgcldff.data.sources.zheng import JTSC
from sgcldff.reporting.paper_values import PAPER_CLAIMS, PAPER_NUMBERS_IN_TEXT, PAPER_TABLES
from sgcldff.tables.checksum import file_sha256

ROOT = Path(__file__).resolve().parents[2]
CLASSES = ["neutrophil", "lymphocyte"]
FOLDER = {
    "class_path": "sgcldff.data.sources.folder.ImageFolder",
    "arguments": {},
    "labels": {"lobed": "neutrophil", "round": "lymphocyte"},
    "dataset": "smears",
    "size": 64,
    "classes": CLASSES,
}
SPLIT = {"train": 0.7, "validation": 0.1, "test": 0.2, "grouped": True}
TRAINING = {
    "epochs": 1,
    "batch_size": 4,
    "learning_rate": 0.001,
    "decay_factor": 0.1,
    "decay_every": 1,
    "patience": 1,
    "precision": "float32",
    "augmentation": {"rotation": 15, "flips": True, "contrast": 0.2, "noise": 5},
}
FIT = {
    "trained_on": "smears",
    "members": ["smears"],
    "method": "chance",
    "class_path": "baselines.controls.Chance",
    "arguments": {},
    "classes": CLASSES,
    "size": 64,
    "seed": 0,
    "training": TRAINING,
    "device": "cpu",
}
PREDICT = {
    "trained_on": "smears",
    "members": ["smears"],
    "tested_on": ["smears"],
    "datasets": ["smears"],
    "labels": {"smears": None},
    "axes": {},
    "at_test": None,
    "method": "chance",
    "seed": 0,
    "classes": CLASSES,
    "device": "cpu",
}
JTSC_SOURCE = {"class_path": "sgcldff.data.sources.zheng.JTSC", "arguments": {}, "manual_files": ""}


def prepared_files(folder: Path) -> dict[str, Path]:
    return {"images": folder / "images.npy", "masks": folder / "masks.npy", "index": folder / "index.csv"}


def prepare_outputs(folder: Path) -> dict[str, Path]:
    further = {name: folder / f"{name}.csv" for name in ("dropped", "duplicates")}
    return prepared_files(folder) | further | {"keypoints": folder / "keypoints"}


def fit_files(folder: Path) -> dict[str, Path]:
    return {
        "weights": folder / "weights.safetensors",
        "history": folder / "history.csv",
        "record": folder / "fit.json",
    }


def draw(folder: Path) -> None:
    """Four lobed cells and four round ones, each with its mask."""
    for part in ("images", "masks"):
        (folder / part).mkdir(parents=True)
    names = [f"{label}-{number}" for label in ("lobed", "round") for number in range(4)]
    for seed, name in enumerate(names):
        noise = np.random.default_rng(seed).integers(0, 256, (60, 80, 3), dtype=np.uint8)
        Image.fromarray(noise).save(folder / f"images/{name}.jpg")
        mask = np.zeros((60, 80), np.uint8)
        mask[10:50, 20:60], mask[20:40, 30:50] = 128, 255
        Image.fromarray(mask).save(folder / f"masks/{name}.png")
    (folder / "labels.csv").write_text("image,label\n" + "".join(f"{n},{n.split('-')[0]}\n" for n in names))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the stages before the fit make of these images, once: raw/, prepared/ and seed-0.csv."""
    folder = tmp_path_factory.mktemp("finished")
    draw(folder / "raw")
    prepared = folder / "prepared"
    run("prepare", {}, prepare_outputs(prepared), FOLDER, raw=folder / "raw")
    run("split", {"index": prepared / "index.csv"}, {"split": folder / "seed-0.csv"}, SPLIT, seed=0)
    return folder


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """The images, for this test alone."""
    draw(tmp_path / "raw")
    return tmp_path / "raw"


@pytest.fixture
def prepared(finished: Path, tmp_path: Path) -> Path:
    """The prepared folder, for this test alone."""
    return Path(shutil.copytree(finished / "prepared", tmp_path / "prepared"))


@pytest.fixture
def split(finished: Path, tmp_path: Path) -> Path:
    """Its split, for this test alone."""
    return Path(shutil.copy(finished / "seed-0.csv", tmp_path / "seed-0.csv"))


@pytest.fixture
def refused(raw: Path, tmp_path: Path) -> Callable[..., str]:
    """The sentence with which the images are not prepared; keywords replace settings."""
    outputs = prepare_outputs(tmp_path / "prepared")
    return lambda **changes: refusal("prepare", {}, outputs, FOLDER | changes, raw=raw)


def test_a_truncated_image_is_named(raw, refused, tmp_path):
    image = raw / "images/round-2.jpg"
    image.write_bytes(image.read_bytes()[: image.stat().st_size // 2])
    message = refused()
    assert str(image) in message and "truncated" in message and "put the file there as its source gives it" in message
    assert not (tmp_path / "prepared" / "index.csv").exists()


def test_a_file_that_is_no_image_is_named(raw, refused):
    (raw / "images/round-2.jpg").write_bytes(b"")
    assert str(raw / "images/round-2.jpg") in refused()


def test_a_mask_of_another_size_is_named_with_both_sizes(raw, refused, tmp_path):
    Image.new("L", (80, 59)).save(raw / "masks/lobed-1.png")
    message = refused()
    sizes = "covers 80x59 pixels and its image images/lobed-1.jpg has 80x60: "
    assert message.startswith(f"The mask {raw / 'masks/lobed-1.png'} {sizes}")
    assert not (tmp_path / "prepared" / "index.csv").exists()


def test_a_missing_image_is_named_with_its_line(raw, refused):
    (raw / "images/lobed-3.jpg").unlink()
    (raw / "masks/lobed-3.png").unlink()
    assert refused().startswith(
        f"The label file {raw / 'labels.csv'} has in line 5 the image 'lobed-3', for which images holds no file: "
    )


def test_a_label_that_no_table_knows_is_named_with_the_key(raw, refused):
    labels = raw / "labels.csv"
    labels.write_text(labels.read_text().replace("round-0,round", "round-0,kidney"))
    message = refused()
    assert str(raw / "images/round-0.jpg") in message and "'kidney'" in message and "datasets.smears.labels" in message


def test_a_dataset_without_an_image_of_any_class_is_named(refused):
    assert "datasets.smears.labels" in refused(labels={"lobed": None, "round": None})


def test_a_class_with_fewer_images_than_a_split_has_parts_is_named(raw, refused, tmp_path):
    labels = raw / "labels.csv"
    labels.write_text("".join(line for line in labels.open() if line[:7] not in ("round-2", "round-3")))
    run("prepare", {}, prepare_outputs(tmp_path / "prepared"), FOLDER, raw=raw)
    out = tmp_path / "splits" / "seed-0.csv"
    message = split_refusal(tmp_path / "prepared" / "index.csv", out)
    assert message.startswith(f"{tmp_path / 'prepared' / 'index.csv'} has 2 independent images of the class lymphocyte")
    assert "needs 3" in message and not out.exists()


def split_refusal(index: Path, out: Path) -> str:
    return refusal("split", {"index": index}, {"split": out}, SPLIT, seed=0)


def cut_a_line(text: str) -> str:
    return text[: text.rindex(",")]


def lose_a_column(text: str) -> str:
    return "\n".join(line.partition(",")[2] for line in text.splitlines())


def repeat_a_line(text: str) -> str:
    return text + text.splitlines()[1] + "\n"


@pytest.mark.parametrize(
    "damage", [cut_a_line, lose_a_column, repeat_a_line, lambda _: "", lambda text: text + ",,,,,,\n"]
)
def test_a_damaged_index_is_named(prepared, tmp_path, damage):
    index = prepared / "index.csv"
    index.write_text(damage(index.read_text()))
    message = split_refusal(prepared / "index.csv", tmp_path / "seed-0.csv")
    assert message.startswith(f"{index} is damaged (") and message.endswith("delete it and prepare the dataset again.")


def test_an_index_that_is_no_text_is_named(prepared, tmp_path):
    (prepared / "index.csv").write_bytes(b"\x89PNG\xff\xfe")
    message = split_refusal(prepared / "index.csv", tmp_path / "seed-0.csv")
    assert message.startswith(f"{prepared / 'index.csv'} is damaged (")


def test_a_missing_index_is_named(tmp_path):
    message = split_refusal(tmp_path / "index.csv", tmp_path / "seed-0.csv")
    assert message == f"{tmp_path / 'index.csv'} is missing: prepare the dataset first."


def fit_refusal(prepared: Path, split: Path, out: Path, **changes: Any) -> str:
    inputs = {name: [file] for name, file in prepared_files(prepared).items()} | {"splits": [split]}
    return refusal("fit", inputs, fit_files(out), FIT | changes)


def shorten_the_masks(prepared: Path, split: Path) -> Path:
    file = prepared / "masks.npy"
    np.save(file, np.load(file)[:-1])
    return file


def cut_the_images(prepared: Path, split: Path) -> Path:
    file = prepared / "images.npy"
    file.write_bytes(file.read_bytes()[:-1000])
    return file


def empty_the_images(prepared: Path, split: Path) -> Path:
    (prepared / "images.npy").write_bytes(b"")
    return prepared / "images.npy"


def lose_the_split(prepared: Path, split: Path) -> Path:
    split.unlink()
    return split


def empty_the_split(prepared: Path, split: Path) -> Path:
    split.write_text("")
    return split


def split_another_dataset(prepared: Path, split: Path) -> Path:
    split.write_text(split.read_text() + "stranger,train\n")
    return prepared / "index.csv"


@pytest.mark.parametrize(
    "damage",
    [shorten_the_masks, cut_the_images, empty_the_images, lose_the_split, empty_the_split, split_another_dataset],
)
def test_what_a_fit_reads_is_named_where_it_is_damaged(prepared, split, tmp_path, damage):
    file = damage(prepared, split)
    message = fit_refusal(prepared, split, tmp_path / "fit")
    assert str(file) in message
    assert not (tmp_path / "fit").exists()


def test_a_class_that_cannot_be_imported_is_named(prepared, split, tmp_path):
    message = fit_refusal(prepared, split, tmp_path / "fit", class_path="baselines.controls.Luck")
    assert "baselines.controls.Luck" in message


def test_a_missing_fit_is_named(prepared, split, tmp_path):
    fit = {name: file for name, file in fit_files(tmp_path / "fit").items() if name != "history"}
    inputs = {name: [file] for name, file in prepared_files(prepared).items()} | {"splits": [split]} | fit
    outputs = {"predictions": [tmp_path / "smears.parquet"], "cost": tmp_path / "cost.json"}
    message = refusal("predict", inputs, outputs, PREDICT)
    assert str(tmp_path / "fit" / "fit.json") in message and "fit the method" in message


def test_missing_predictions_are_named(tmp_path):
    file = tmp_path / "smears.parquet"
    outputs = {name: tmp_path / name for name in ("runs", "scores", "confusion", "cells")}
    assert str(file) in refusal("score", {"predictions": [file]}, outputs, {"axes": {}, "tests": {}})


def test_missing_scores_are_named(tmp_path):
    files = {"runs": [tmp_path / "chance.csv"], "scores": [tmp_path / "chance.parquet"]}
    outputs = {name: tmp_path / name for name in ("runs", "scores", "confusion", "cells")}
    assert str(tmp_path / "chance.csv") in refusal("gather", files, outputs, {})


def test_missing_runs_are_named(tmp_path):
    of_the_paper = {"claims": PAPER_CLAIMS, "printed": PAPER_TABLES, "numbers_in_text": PAPER_NUMBERS_IN_TEXT}
    inputs = {"runs": tmp_path / "runs.csv", "scores": tmp_path / "scores.parquet"} | of_the_paper
    settings = {
        "scenarios": {},
        "redrawn": [],
        "test_train_ratio": 0.25,
        "equivalence": 1,
        "families": {},
        "hypotheses": {},
        "interactions": {},
        "leakage": {},
        "methods": {},
        "reference": "full",
        "axes": {},
        "seeds": [0],
    }
    assert str(tmp_path / "runs.csv") in refusal("statistics", inputs, {}, settings)


def test_pretrained_weights_that_cannot_be_had_are_missed_before_any_fit(monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", "/nonexistent")
    settings = {"class_path": "baselines.unetpp.UNetPlusPlus", "arguments": {"weights": "hub"}, "classes": CLASSES}
    message = refusal("weights", {}, {}, settings | {"size": 64})
    assert "weights of tf_efficientnet_lite0 cannot be had from the hub" in message and "`none`" in message


def test_an_unreachable_network_without_a_mirror_is_soon_given_up(tmp_path, monkeypatch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        proxy = f"http://127.0.0.1:{closed.getsockname()[1]}"
        started = time.monotonic()
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
            monkeypatch.setenv(name, proxy)
        for name in ("NO_PROXY", "no_proxy", "SGCLDFF_MIRROR"):
            monkeypatch.delenv(name, raising=False)
        message = refusal("fetch", {}, {}, JTSC_SOURCE, raw=tmp_path / "raw")
        assert time.monotonic() - started < 30
    assert message.startswith("https://raw.githubusercontent.com/") and "cannot be downloaded" in message
    assert "SGCLDFF_MIRROR" in message and str(tmp_path / "raw") in message


@pytest.fixture
def wrong_mirror(tmp_path: Path) -> Path:
    """A mirror of JTSC whose every file holds the right number of wrong bytes."""
    base = "raw.githubusercontent.com/zxaoyou/segmentation_WBC/fa9c01622f52bccb9aeb8a6f2628f564e377767d"
    for entry in read_manifest("jtsc"):
        file = tmp_path / "mirror" / base / entry.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"\0" * entry.size)
    return tmp_path / "mirror"


def test_a_wrong_checksum_names_the_file_and_both_hashes_and_the_remedy(wrong_mirror, tmp_path, monkeypatch):
    monkeypatch.setenv("SGCLDFF_MIRROR", str(wrong_mirror))
    message = refusal("fetch", {}, {}, JTSC_SOURCE, raw=tmp_path / "raw")
    file = Path(message.split(" gave ")[0])
    assert file.is_relative_to(wrong_mirror)
    pinned = {entry.path: entry.sha256 for entry in read_manifest("jtsc")}
    assert file_sha256(file) in message
    assert any(digest in message for path, digest in pinned.items() if str(file).endswith(path))
    assert "run again" in message
    assert not [left for left in (tmp_path / "raw").rglob("*") if left.is_file()]


def test_a_mirror_that_is_no_folder_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("SGCLDFF_MIRROR", str(tmp_path / "nowhere"))
    message = refusal("fetch", {}, {}, JTSC_SOURCE, raw=tmp_path / "raw")
    assert message.startswith(f"The mirror {tmp_path / 'nowhere'} is not a folder")


def test_a_label_that_the_table_of_an_adapter_does_not_know_is_named(tmp_path, monkeypatch):
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "Class Labels of Dataset 1.csv").write_text("image ID,class label\n1,1\n2,9\n")
    monkeypatch.setattr(JTSC, "fetch", lambda *_: None)
    settings = FOLDER | {"class_path": JTSC_SOURCE["class_path"], "dataset": "jtsc"}
    message = refusal("prepare", {}, prepare_outputs(tmp_path / "prepared"), settings, raw=raw)
    assert "line 3" in message and "'9'" in message


def dry_run(configuration: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """`snakemake -n` of this repository under a configuration laid over config.yaml."""
    (folder / "mine.yaml").write_text(configuration)
    return subprocess.run(
        [sys.executable, "-m", "snakemake", "-n", "--configfile", str(folder / "mine.yaml")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("configuration", "words"),
    [
        ("traning: {epochs: 3}", "the key 'traning' is unknown: did you mean 'training'?"),
        ("training: {epoch: 3}", "training: the key 'epoch' is unknown: did you mean 'epochs'?"),
        (
            "catalogue: {methods: {full: {arguments: {aligment: 1}}}}",
            "'aligment' is unknown: did you mean 'alignment'?",
        ),
    ],
)
def test_a_misspelt_key_stops_the_graph_before_anything_runs(tmp_path, configuration, words):
    done = dry_run(configuration, tmp_path)
    output = done.stdout + done.stderr
    assert done.returncode != 0 and words in output
    assert "Traceback" not in output and "Job stats" not in output
