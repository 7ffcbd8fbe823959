"""sgcldff/data/README.md: its table and the configuration name the same datasets, and its two examples work."""

from __future__ import annotations

import re
import shutil
import sys
import types
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from configuration import CATALOGUE, CONFIG, resolved
from PIL import Image
from prepared import prepare_into

from sgcldff.config import python_files as sources
from sgcldff.data.sources.dataset import Dataset, build_dataset
from sgcldff.errors import InputError
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS, UNKNOWN

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "sgcldff/data/README.md").read_text(encoding="utf-8")
DATASETS = {name: CATALOGUE["datasets"][name] for name in CONFIG["datasets"]}
ROWS = [line.split("|")[1:] for line in README.splitlines() if line.startswith("| `")]
MODULE = "sgcldff.data.sources.blood_bank"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", README, flags=re.DOTALL)


OURS, BLOOD_BANK = (yaml.safe_load(block) for block in blocks("yaml"))


def prepared(lines: dict[str, Any], name: str, dataset: Dataset, raw: Path, out: Path) -> pd.DataFrame:
    entry = lines["catalogue"]["datasets"][name]
    classes = CONFIG["classes"][entry["space"]]
    prepare_into(out, name, dataset, raw, size=64, classes=classes, labels=entry["labels"][entry["space"]])
    return pd.read_csv(out / "index.csv")


def draw(file: Path, *levels: int) -> None:
    """An image of noise, or a mask with these grey levels one within the other."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not levels:
        seed = zlib.crc32(f"{file.parent.name}/{file.name}".encode())
        Image.fromarray(np.random.default_rng(seed).integers(0, 256, (60, 80, 3), dtype=np.uint8)).save(file)
        return
    grey = np.zeros((60, 80), np.uint8)
    for step, level in enumerate(levels, start=1):
        grey[8 * step : -8 * step, 8 * step : -8 * step] = level
    Image.fromarray(grey).save(file)


@pytest.fixture
def blood_bank(monkeypatch: pytest.MonkeyPatch) -> Dataset:
    """The dataset of the example, its program run as the module that it says it is."""
    (program,) = blocks("python")
    module = types.ModuleType(MODULE)
    exec(compile(program, "blood_bank.py", "exec"), module.__dict__)
    monkeypatch.setitem(sys.modules, MODULE, module)
    return build_dataset(BLOOD_BANK["catalogue"]["datasets"]["blood_bank"]["class"], {})


def test_every_dataset_has_its_row_with_the_file_of_its_class():
    rows = {re.search(r"`(\w+)`", key)[1]: re.search(r"\(sources/(\w+\.py)\)", file)[1] for key, file, *_ in ROWS}
    assert rows == {name: entry["class"].split(".")[-2] + ".py" for name, entry in DATASETS.items()}


def test_what_comes_by_itself_has_the_licence_of_its_card():
    rows = {row[0].strip(" `"): row[-2].strip() for row in ROWS if "by itself" in row[3]}
    assert rows and rows == {name: build_dataset(DATASETS[name]["class"], {}).about.licence for name in rows}


def test_every_link_leads_somewhere():
    assert all((ROOT / "sgcldff/data" / target).exists() for target in re.findall(r"\]\(([\w/]+\.py)\)", README))


@pytest.mark.parametrize("name", DATASETS)
def test_what_a_person_downloads_is_told_by_its_row_and_goes_to_the_folder_of_its_key(name):
    obtain = sources.text_constant(DATASETS[name]["class"], "obtain")
    (row,) = (row for row in ROWS if f"`{name}`" in row[0])
    assert ("manual" in row[3]) == bool(obtain)
    if obtain:
        assert f"`<raw>/{name}/`" in row[3] and "results/raw/x" in obtain.format(folder="results/raw/x")


def test_the_lines_for_a_folder_pass_the_check():
    assert resolved(OURS)["datasets"]["our_smears"]["arguments"]


def test_a_folder_with_a_table_needs_no_code(tmp_path):
    raw = tmp_path / "our_smears"
    draw(raw / "images/smear-01.png")
    draw(raw / "images/smear-02.jpg")
    draw(raw / "masks/smear-01.png", 128, 255)
    (raw / "labels.csv").write_text(blocks("csv")[0])
    config = resolved(OURS)
    entry = config["datasets"]["our_smears"]
    dataset = build_dataset(entry["class"], entry["arguments"])
    dataset.fetch(raw, None)
    index = prepared(OURS, "our_smears", dataset, raw, tmp_path / "prepared")
    assert index[["image_id", "label"]].to_numpy().tolist() == [
        ["smear-01", "neutrophil"],
        ["smear-02.jpg", "lymphocyte"],
    ]
    masks = np.load(tmp_path / "prepared/masks.npy")
    assert set(np.unique(masks[0])) == {BACKGROUND, CYTOPLASM, NUCLEUS} and (masks[1] == UNKNOWN).all()
    assert dataset.about.stain == "May-Grünwald-Giemsa"


def test_the_lines_for_one_file_pass_the_check_once_the_file_is_there(tmp_path, monkeypatch):
    with pytest.raises(InputError, match=r"there is no module sgcldff\.data\.sources\.blood_bank"):
        resolved(BLOOD_BANK)
    for room in ("sgcldff", "baselines"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "sgcldff/data/sources/blood_bank.py").write_text(blocks("python")[0])
    monkeypatch.setattr(sources, "ROOT", tmp_path)
    assert resolved(BLOOD_BANK)["datasets"]["blood_bank"]["title"] == "Blood bank"
    assert sources.text_constant("sgcldff.data.sources.blood_bank.BloodBank", "obtain").startswith("put BloodBank.zip")


def test_the_example_reads_a_manual_download(blood_bank, tmp_path):
    raw = tmp_path / "raw"
    for folder in ("NEU", "LYM"):
        draw(raw / f"BloodBank/{folder}/1.png")
        draw(raw / f"BloodBank/{folder}/1_mask.png", 1, 2)
    draw(raw / "BloodBank/NEU/2.png")
    blood_bank.fetch(raw, None)
    index = prepared(BLOOD_BANK, "blood_bank", blood_bank, raw, tmp_path / "prepared")
    assert dict(zip(index["image_id"], index["label"], strict=True)) == {
        "blood-bank-neu-1": "neutrophil",
        "blood-bank-neu-2": "neutrophil",
        "blood-bank-lym-1": "lymphocyte",
    }
    masks = dict(zip(index["image_id"], np.load(tmp_path / "prepared/masks.npy"), strict=True))
    assert set(np.unique(masks["blood-bank-lym-1"])) == {BACKGROUND, CYTOPLASM, NUCLEUS}
    assert (masks["blood-bank-neu-2"] == UNKNOWN).all()


def test_the_example_says_what_is_missing(blood_bank, tmp_path):
    (tmp_path / "readme.txt").touch()
    with pytest.raises(InputError, match=r"holds no image at `NEU/<number>\.png`: put BloodBank\.zip from https"):
        blood_bank.fetch(tmp_path, None)
