"""Wrong input on the command line: one sentence, exit status 2 and no traceback, before anything is computed."""

from __future__ import annotations

import json
import os
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

from sgcldff.data.sources.manifest import file_sha256, read_manifest

ROOT = Path(__file__).resolve().parents[2]
CLASSES = ["neutrophil", "lymphocyte"]
FOLDER = {
    "class": "sgcldff.data.sources.folder.ImageFolder",
    "arguments": {},
    "labels": {"lobed": "neutrophil", "round": "lymphocyte"},
    "dataset": "smears",
    "size": 64,
    "classes": CLASSES,
}
SHARES = {"split": {"train": 0.7, "validation": 0.1, "test": 0.2}, "grouped": True}
FIT = {
    "dataset": "smears",
    "members": ["smears"],
    "method": "chance",
    "class": "baselines.controls.Chance",
    "arguments": {},
    "classes": CLASSES,
    "size": 64,
    "training": {},
    "device": "cpu",
}
TEST = {
    "trained_on": "smears",
    "members": ["smears"],
    "tested_on": ["smears"],
    "labels": {"smears": None},
    "perturbations": {},
    "method": "chance",
    "seed": 0,
    "classes": CLASSES,
    "device": "cpu",
}


def run(verb: str, settings: Any, *options: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command line as a rule calls it."""
    text = settings if isinstance(settings, str) else json.dumps(settings)
    clean = {name: value for name, value in os.environ.items() if name != "SGCLDFF_MIRROR"}
    return subprocess.run(
        [sys.executable, "-m", "sgcldff", verb, "--settings", text, *map(str, options)],
        cwd=ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def sentence(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence of a refusal; what stands before it is the progress of the work."""
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    *progress, last = done.stderr.splitlines()
    assert last.startswith("sgcldff: ") and last.endswith(".")
    assert all("it/s" in line or "%|" in line or not line.strip() for line in progress), progress
    return last.removeprefix("sgcldff: ")


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
    for done in (
        run("prepare", FOLDER, "--raw", folder / "raw", "--out", prepared),
        run("split", SHARES, "--prepared", prepared, "--seed", 0, "--out", folder / "seed-0.csv"),
    ):
        assert done.returncode == 0, done.stderr
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
def prepare(raw: Path, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`sgcldff prepare` of the images; keywords replace settings."""
    return lambda **changes: run("prepare", FOLDER | changes, "--raw", raw, "--out", tmp_path / "prepared")


def test_a_truncated_image_is_named(raw, prepare, tmp_path):
    image = raw / "images/round-2.jpg"
    image.write_bytes(image.read_bytes()[: image.stat().st_size // 2])
    message = sentence(prepare())
    assert str(image) in message and "truncated" in message and "put the file there as its source gives it" in message
    assert not (tmp_path / "prepared" / "index.csv").exists()


def test_a_file_that_is_no_image_is_named(raw, prepare):
    (raw / "images/round-2.jpg").write_bytes(b"")
    assert str(raw / "images/round-2.jpg") in sentence(prepare())


def test_a_mask_of_another_size_is_named_with_both_sizes(raw, prepare, tmp_path):
    Image.new("L", (80, 59)).save(raw / "masks/lobed-1.png")
    message = sentence(prepare())
    sizes = "covers 80x59 pixels and its image images/lobed-1.jpg has 80x60: "
    assert message.startswith(f"The mask {raw / 'masks/lobed-1.png'} {sizes}")
    assert not (tmp_path / "prepared" / "index.csv").exists()


def test_a_missing_image_is_named_with_its_line(raw, prepare):
    (raw / "images/lobed-3.jpg").unlink()
    (raw / "masks/lobed-3.png").unlink()
    assert sentence(prepare()).startswith(
        f"The label file {raw / 'labels.csv'} has in line 5 the image 'lobed-3', for which images holds no file: "
    )


def test_a_label_that_no_table_knows_is_named_with_the_key(raw, prepare):
    labels = raw / "labels.csv"
    labels.write_text(labels.read_text().replace("round-0,round", "round-0,kidney"))
    message = sentence(prepare())
    assert str(raw / "images/round-0.jpg") in message and "'kidney'" in message and "datasets.smears.labels" in message


def test_a_dataset_without_an_image_of_any_class_is_named(prepare):
    assert "datasets.smears.labels" in sentence(prepare(labels={"lobed": None, "round": None}))


def test_a_class_with_fewer_images_than_a_split_has_parts_is_named(raw, prepare, tmp_path):
    labels = raw / "labels.csv"
    labels.write_text("".join(line for line in labels.open() if line[:7] not in ("round-2", "round-3")))
    assert prepare().returncode == 0
    out = tmp_path / "splits" / "seed-0.csv"
    message = sentence(run("split", SHARES, "--prepared", tmp_path / "prepared", "--seed", 0, "--out", out))
    assert message.startswith(f"{tmp_path / 'prepared' / 'index.csv'} has 2 independent images of the class lymphocyte")
    assert "needs 3" in message and not out.exists()


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
    message = sentence(run("split", SHARES, "--prepared", prepared, "--seed", 0, "--out", tmp_path / "seed-0.csv"))
    assert message.startswith(f"{index} is damaged (") and message.endswith("delete it and prepare the dataset anew.")


def test_an_index_that_is_no_text_is_named(prepared, tmp_path):
    (prepared / "index.csv").write_bytes(b"\x89PNG\xff\xfe")
    message = sentence(run("split", SHARES, "--prepared", prepared, "--seed", 0, "--out", tmp_path / "seed-0.csv"))
    assert message.startswith(f"{prepared / 'index.csv'} is damaged (")


def test_a_missing_index_is_named(tmp_path):
    message = sentence(run("split", SHARES, "--prepared", tmp_path, "--seed", 0, "--out", tmp_path / "seed-0.csv"))
    assert message == f"{tmp_path / 'index.csv'} is missing: prepare the dataset first."


def fit(prepared: Path, split: Path, out: Path, **changes: Any) -> subprocess.CompletedProcess[str]:
    return run("fit", FIT | changes, "--prepared", prepared, "--split", split, "--seed", 0, "--out", out)


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
    message = sentence(fit(prepared, split, tmp_path / "fit"))
    assert str(file) in message
    assert not (tmp_path / "fit").exists()


def test_a_class_that_cannot_be_imported_is_named(prepared, split, tmp_path):
    message = sentence(fit(prepared, split, tmp_path / "fit", **{"class": "baselines.controls.Luck"}))
    assert "baselines.controls.Luck" in message


def test_a_missing_fit_is_named(tmp_path):
    message = sentence(run("test", TEST, "--fit", tmp_path / "fit", "--results", tmp_path))
    assert str(tmp_path / "fit" / "fit.json") in message and "fit the method" in message


def test_missing_predictions_are_named(tmp_path):
    settings = {"method": "chance", "pairs": [["smears", "smears"]], "seeds": [0]}
    message = sentence(run("score", settings, "--results", tmp_path))
    assert str(tmp_path / "predictions/smears/chance/seed-0/smears.parquet") in message


def test_missing_scores_are_named(tmp_path):
    message = sentence(run("gather", {"methods": ["chance"]}, "--results", tmp_path, "--out", tmp_path))
    assert str(tmp_path / "scores/chance.csv") in message


def test_missing_runs_are_named(tmp_path):
    files = ("--runs", tmp_path / "runs.csv", "--scores", tmp_path / "scores.parquet", "--out", tmp_path)
    message = sentence(run("statistics", {"scenarios": {}, "split": {"train": 0.7, "test": 0.2}}, *files))
    assert str(tmp_path / "runs.csv") in message


@pytest.mark.parametrize(
    ("settings", "words"), [("{class:", "not JSON"), ("[1]", "not a JSON object"), ("{}", "no 'class'")]
)
def test_settings_that_no_rule_gives_are_refused(tmp_path, settings, words):
    assert words in sentence(run("fetch", settings, "--raw", tmp_path))


JTSC = {"class": "sgcldff.data.sources.zheng.JTSC", "arguments": {}}


def test_pretrained_weights_that_cannot_be_had_are_missed_before_any_fit():
    asked = {"class": "baselines.unetpp.UNetPlusPlus", "arguments": {"weights": "hub"}, "classes": CLASSES, "size": 64}
    done = run("weights", asked, HF_HUB_OFFLINE="1", HF_HOME="/nonexistent")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "weights of tf_efficientnet_lite0 cannot be had from the hub" in done.stderr and "`none`" in done.stderr


def test_an_unreachable_network_without_a_mirror_is_soon_given_up(tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        proxy = f"http://127.0.0.1:{closed.getsockname()[1]}"
        started = time.monotonic()
        proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), proxy)
        message = sentence(run("fetch", JTSC, "--raw", tmp_path / "raw", **proxies, NO_PROXY="", no_proxy=""))
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


def test_a_wrong_checksum_names_the_file_and_both_hashes_and_the_remedy(wrong_mirror, tmp_path):
    message = sentence(run("fetch", JTSC, "--raw", tmp_path / "raw", SGCLDFF_MIRROR=str(wrong_mirror)))
    file = Path(message.split(" gave ")[0])
    assert file.is_relative_to(wrong_mirror)
    pinned = {entry.path: entry.sha256 for entry in read_manifest("jtsc")}
    assert file_sha256(file) in message
    assert any(digest in message for path, digest in pinned.items() if str(file).endswith(path))
    assert "run again" in message
    assert not [left for left in (tmp_path / "raw").rglob("*") if left.is_file()]


def test_a_mirror_that_is_no_folder_is_named(tmp_path):
    message = sentence(run("fetch", JTSC, "--raw", tmp_path / "raw", SGCLDFF_MIRROR=str(tmp_path / "nowhere")))
    assert message.startswith(f"The mirror {tmp_path / 'nowhere'} is not a folder")


def test_a_label_that_the_table_of_an_adapter_does_not_know_is_named(tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "Class Labels of Dataset 1.csv").write_text("image ID,class label\n1,1\n2,9\n")
    program = (
        "import sys; from pathlib import Path; from sgcldff.cli import main as cli; from sgcldff.data.sources.zheng import JTSC\n"
        "JTSC.fetch = lambda *_: None\ncli.main()"
    )
    settings = FOLDER | JTSC | {"dataset": "jtsc"}
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            program,
            "prepare",
            "--settings",
            json.dumps(settings),
            "--raw",
            str(raw),
            "--out",
            "out",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "line 3" in sentence(done) and "'9'" in sentence(done)


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
        ("methods: {full: {arguments: {aligment: 1}}}", "'aligment' is unknown: did you mean 'alignment'?"),
    ],
)
def test_a_misspelt_key_stops_the_graph_before_anything_runs(tmp_path, configuration, words):
    done = dry_run(configuration, tmp_path)
    output = done.stdout + done.stderr
    assert done.returncode != 0 and words in output
    assert "Traceback" not in output and "Job stats" not in output
