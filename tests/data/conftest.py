"""A source of a few small images, made up on the spot."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from prepared import dataset_files, prepare_into

from sgcldff.config.stages.card import CardSettings
from sgcldff.data.cards.facts import CardSources, gather_facts
from sgcldff.data.image_files import read_codes, read_image
from sgcldff.data.sources.about import About
from sgcldff.data.sources.dataset import Dataset, Record

ROOT = Path(__file__).resolve().parents[2]
LABELS = {"round": "lymphocyte", "lobed": "neutrophil", "dark": None}
CLASSES = ("neutrophil", "lymphocyte")


class Folder(Dataset):
    """Images and masks of a folder, named <label>-<number>.png and <label>-<number>-mask.png."""

    def fetch(self, raw: Path, mirror: str | None) -> None:
        """Nothing to fetch."""

    def records(self, raw: Path) -> list[Record]:
        """By name."""
        stems = sorted(file.stem for file in raw.glob("*.png") if not file.stem.endswith("-mask"))
        return [Record(stem, stem.split("-")[0], f"{stem}.png", f"{stem}-mask.png") for stem in stems]

    def read(self, raw: Path, record: Record) -> tuple[np.ndarray, np.ndarray]:
        """As the real adapters do."""
        return read_image(raw / record.image), read_codes(raw / (record.mask or ""), 64, 192)


def _write_image(file: Path, seed: int, shape: tuple[int, int] = (40, 50)) -> None:
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (*shape, 3), dtype=np.uint8)).save(file)


def _write_mask(file: Path, shape: tuple[int, int] = (40, 50)) -> None:
    grey = np.zeros(shape, np.uint8)
    grey[10:30, 10:40] = 128
    grey[15:25, 20:30] = 255
    Image.fromarray(grey).save(file)


@pytest.fixture
def write_image() -> Callable[..., None]:
    """(file, seed, shape): write an image of noise, the same for the same seed."""
    return _write_image


@pytest.fixture
def write_mask() -> Callable[..., None]:
    """(file, shape): write a mask with nucleus inside cytoplasm inside background."""
    return _write_mask


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Three round cells, three lobed ones and a dark one."""
    folder = tmp_path / "raw"
    folder.mkdir()
    for seed, name in enumerate(["round-1", "round-2", "round-3", "lobed-1", "lobed-2", "lobed-3", "dark-1"]):
        _write_image(folder / f"{name}.png", seed)
        _write_mask(folder / f"{name}-mask.png")
    return folder


@pytest.fixture
def folder() -> Dataset:
    """The dataset of `raw`."""
    return Folder()


@pytest.fixture
def prepare_folder(raw: Path, tmp_path: Path) -> Callable[..., Path]:
    """Prepare `raw` at 16 pixels and give the folder; keywords replace arguments of `prepare`."""

    def run(**changes: object) -> Path:
        out = tmp_path / "prepared"
        arguments = {"size": 16, "classes": CLASSES, "labels": LABELS} | changes
        prepare_into(out, "made_up", arguments.pop("dataset", Folder()), raw, **arguments)
        return out

    return run


NOBODY = 65534
_WITHOUT_RIGHTS = """
import encodings.cp437, os, sys  # zipfile looks for the names' encoding only when it reads some
from pathlib import Path
from {module} import *
from sgcldff.errors import InputError
os.chdir(sys.argv[1])
if os.geteuid() == 0:
    try:
        os.seteuid({user})
    except PermissionError:
        sys.exit(77)
try:
    {call}
except InputError as error:
    print(error)
"""


@pytest.fixture
def without_rights() -> Callable[[Path, str, str], str]:
    """(folder, module, call of something of the module): what the InputError says that it raises in this folder, where
    the permissions of the files hold, as they do not for the administrator."""

    def run(folder: Path, module: str, call: str) -> str:
        script = _WITHOUT_RIGHTS.format(module=module, call=call, user=NOBODY)
        command = [sys.executable, "-c", script, folder]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode == 77:
            pytest.skip("the administrator may not become another user here")
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run


ABOUT = About(
    what="Six images of noise, made up on the spot.",
    creators=("Ada Example", "Bob Example"),
    institutions=("Example Hospital",),
    year=2021,
    url="https://example.org/smears",
    licence="CC0-1.0",
    licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
    redistributable=True,
    stain="none; noise",
    masks="a rectangle in a rectangle",
    labels="the name of the file",
    citation="Example (2021)",
    faults=("It shows no cell.",),
)


@dataclass(frozen=True)
class Described:
    """A prepared dataset of six images at 16 pixels with two splits, all in the folder of one run.

    Masks: the cell is 10 x 8 pixels, its nucleus 4 x 4; grey levels 240 outside, 160 in the cell, 60 in the nucleus.
    """

    dataset: Dataset
    raw: Path
    prepared: Path
    splits: tuple[Path, ...]
    settings: CardSettings

    @property
    def files(self) -> CardSources:
        dropped, duplicates = (self.prepared / f"{name}.csv" for name in ("dropped", "duplicates"))
        return CardSources(dataset_files(self.prepared), dropped, duplicates, self.splits)

    def facts(self, **settings: Any) -> dict[str, Any]:
        """The facts, with some of the settings replaced."""
        return gather_facts(self.settings.model_copy(update=settings), self.dataset, self.raw, self.files)


@pytest.fixture
def described(raw: Path, tmp_path: Path) -> Described:
    """See Described; its files may be changed."""
    results = tmp_path / "results"
    prepared, splits = results / "data/made_up", results / "splits/made_up"
    prepared.mkdir(parents=True)
    splits.mkdir(parents=True)
    names = ["lobed-1", "lobed-2", "lobed-3", "round-1", "round-2", "round-3"]
    masks = np.zeros((6, 16, 16), np.uint8)
    masks[:, 3:13, 4:12], masks[:, 6:10, 6:10] = 1, 2
    images = np.array([240, 160, 60], np.uint8)[masks][..., None].repeat(3, axis=3)
    np.save(prepared / "images.npy", images)
    np.save(prepared / "masks.npy", masks)
    index = pd.DataFrame({"image_id": names, "label": ["neutrophil"] * 3 + ["lymphocyte"] * 3})
    index = index.assign(
        source_label=[name.split("-")[0] for name in names],
        group=["lobed-1", "lobed-1", *names[2:]],
        source=[f"{name}.png" for name in names],
        sha256=[f"a{number:063x}" for number in range(6)],
        masked="yes",
    )
    index.to_csv(prepared / "index.csv", index=False)
    (prepared / "dropped.csv").write_text("image_id,label,reason\ndark-1,dark,label dark is left out\n")
    (prepared / "duplicates.csv").write_text("first,second,kind\nlobed-1,lobed-2,overlap\n")
    drawn = (
        ["train", "train", "test", "train", "validation", "test"],
        ["test", "test", "train", "train", "train", "test"],
    )
    for seed, parts in enumerate(drawn):
        pd.DataFrame({"image_id": names, "subset": parts}).to_csv(splits / f"seed-{seed}.csv", index=False)
    dataset = Folder()
    dataset.about = ABOUT
    settings = CardSettings(
        dataset="made_up",
        title="Made up",
        class_path="given",
        arguments={},
        grouped=True,
        space="subtypes",
        labels={"subtypes": LABELS},
        classes={"subtypes": tuple(CLASSES)},
        seeds=(0, 1),
    )
    return Described(dataset, raw, prepared, tuple(splits / f"seed-{seed}.csv" for seed in (0, 1)), settings)
