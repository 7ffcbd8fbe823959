"""Fits of one epoch, as `sgcldff predict` and `sgcldff export` are given them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from prepared import write_prepared
from short_fits import fit_of

from sgcldff.cli import main as cli
from sgcldff.method import CYTOPLASM, UNKNOWN, Samples

SIZE = 64
CLASSES = ["round", "square"]


class Done(NamedTuple):
    status: int
    stdout: str
    stderr: str


@pytest.fixture
def sgcldff(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """The command line in this process, which starts many times faster than one of its own."""

    def run(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["sgcldff", *map(str, arguments)])
        capsys.readouterr()  # what a fit printed
        with pytest.raises(SystemExit) as end:
            cli.main()
        return Done(end.value.code, *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def fit(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """(class_path, masked, **arguments): the folder of a fit of one epoch, made once; masked: whether it sees masks."""
    made: dict[str, Path] = {}

    def of(class_path: str, masked: bool = True, **arguments: object) -> Path:
        key = f"{class_path} {masked} {arguments}"
        if key not in made:
            generator = np.random.default_rng(0)
            images = generator.integers(0, 256, (8, SIZE, SIZE, 3), np.uint8)
            masks = np.full((8, SIZE, SIZE), 0 if masked else UNKNOWN, np.uint8)
            masks[:, 20:44, 20:44] = CYTOPLASM if masked else UNKNOWN
            folder = tmp_path_factory.mktemp("fit")
            subsets = ["train"] * 4 + ["validation"] * 2 + ["test"] * 2
            write_prepared(folder, Samples(list("abcdefgh"), images, np.arange(8) % 2, masks), CLASSES, subsets)
            fit_of(class_path, arguments, folder, method="method", classes=CLASSES, size=SIZE, seed=0)
            made[key] = folder
        return made[key]

    return of


@pytest.fixture
def full(fit: Callable[..., Path]) -> Path:
    """The folder of a fit of SG-CLDFF."""
    return fit("sgcldff.training.sg_cldff.SGCLDFF", weights="none", width=16)
