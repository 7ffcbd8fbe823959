"""Wrong input in what a person downloaded: one sentence, and nothing written outside the folder."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from stage_runs import refusal, run

SETTINGS = {
    "class_path": "sgcldff.data.sources.folder.ImageFolder",
    "arguments": {},
    "labels": {"NEU": "neutrophil", "LYM": "lymphocyte"},
    "dataset": "ours",
    "size": 64,
    "classes": ["neutrophil", "lymphocyte"],
}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Four images with masks and their labels."""
    folder = tmp_path / "raw/ours"
    for part in ("images", "masks"):
        (folder / part).mkdir(parents=True)
    for seed, name in enumerate("abcd"):
        noise = np.random.default_rng(seed).integers(0, 256, (60, 80, 3), dtype=np.uint8)
        Image.fromarray(noise).save(folder / f"images/{name}.png")
        mask = np.zeros((60, 80), np.uint8)
        mask[10:50, 20:60], mask[20:40, 30:50] = 128, 255
        Image.fromarray(mask).save(folder / f"masks/{name}.png")
    (folder / "labels.csv").write_text("image,label\na,NEU\nb,NEU\nc,LYM\nd,LYM\n")
    return folder


def climb(raw: Path) -> str:
    with zipfile.ZipFile(raw / "more.zip", "w") as pack:
        pack.writestr("../../../escaped.txt", "out")
    return f"The archive {raw / 'more.zip'} is not unpacked because its member '../../../escaped.txt' leads out of its"


def swell(raw: Path) -> str:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    (raw / "images/c.png").write_bytes(b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", b"") + chunk(b"IEND", b""))
    return f"{raw / 'images/c.png'} has 60000x60000 pixels, and at most 100 million are read: "


def share_a_name(raw: Path) -> str:
    Image.new("RGB", (80, 60)).save(raw / "images/b.jpg")
    return f"The label file {raw / 'labels.csv'} has in line 3 the image 'b', for which images holds b.jpg and b.png"


def code_otherwise(raw: Path) -> str:
    Image.new("L", (80, 60), 77).save(raw / "masks/d.png")
    return f"The mask {raw / 'masks/d.png'} has the colours 77, where only 0, 128, 255 are expected: "


def garble_the_labels(raw: Path) -> str:
    (raw / "labels.csv").write_bytes(b"image,label\na,\0NEU\n")
    return f"The label file {raw / 'labels.csv'} is no table of text ("


def outputs(folder: Path) -> dict[str, Path]:
    files = {"images": folder / "images.npy", "masks": folder / "masks.npy", "keypoints": folder / "keypoints"}
    return files | {name: folder / f"{name}.csv" for name in ("index", "dropped", "duplicates")}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("damage", [climb, swell, share_a_name, code_otherwise, garble_the_labels])
def test_it_is_one_sentence_and_nothing_is_written_outside(raw, tmp_path, damage: Callable[[Path], str]):
    expected = damage(raw)
    before = {file: file.read_bytes() for file in raw.rglob("*") if file.is_file()}
    message = refusal("prepare", {}, outputs(tmp_path / "prepared"), SETTINGS, raw=raw)
    assert message.startswith(expected)
    assert not (tmp_path / "prepared/index.csv").exists()
    assert {file.name for file in tmp_path.iterdir()} <= {"raw", "prepared"}
    assert {file: file.read_bytes() for file in (tmp_path / "raw").rglob("*") if file.is_file()} == before


def test_a_label_file_with_a_bom_crlf_and_blank_rows_is_read(raw, tmp_path):
    (raw / "labels.csv").write_bytes(b"\xef\xbb\xbfimage;label\r\n\r\na;NEU\r\n;\r\nb;NEU\r\nc;LYM \r\n\r\n d;LYM")
    run("prepare", {}, outputs(tmp_path / "prepared"), SETTINGS, raw=raw)
    assert len((tmp_path / "prepared/index.csv").read_text().splitlines()) == 5
