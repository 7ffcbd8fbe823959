"""A source of a few small pictures, made up on the spot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sgcldff.data.pictures import read_codes, read_picture
from sgcldff.data.prepare import prepare
from sgcldff.data.source import Dataset, Record

LABELS = {"round": "lymphocyte", "lobed": "neutrophil", "dark": None}
CLASSES = ("neutrophil", "lymphocyte")


class Folder(Dataset):
    """Pictures and masks of a folder, named <label>-<number>.png and <label>-<number>-mask.png."""

    def fetch(self, raw: Path, mirror: str | None) -> None:
        """Nothing to fetch."""

    def records(self, raw: Path) -> list[Record]:
        """By name."""
        stems = sorted(file.stem for file in raw.glob("*.png") if not file.stem.endswith("-mask"))
        return [Record(stem, stem.split("-")[0], f"{stem}.png", f"{stem}-mask.png") for stem in stems]

    def read(self, raw: Path, record: Record) -> tuple[np.ndarray, np.ndarray]:
        """As the real adapters do."""
        return read_picture(raw / record.image), read_codes(raw / (record.mask or ""), 64, 192)


def _write_picture(file: Path, seed: int, shape: tuple[int, int] = (40, 50)) -> None:
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (*shape, 3), dtype=np.uint8)).save(file)


def _write_mask(file: Path, shape: tuple[int, int] = (40, 50)) -> None:
    grey = np.zeros(shape, np.uint8)
    grey[10:30, 10:40] = 128
    grey[15:25, 20:30] = 255
    Image.fromarray(grey).save(file)


@pytest.fixture
def write_picture() -> Callable[..., None]:
    """(file, seed, shape): write a picture of noise, the same for the same seed."""
    return _write_picture


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
        _write_picture(folder / f"{name}.png", seed)
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
        prepare("made_up", arguments.pop("dataset", Folder()), raw, out, **arguments)
        return out

    return run
