"""A fit goes on from a checkpoint only where nothing that it was asked for differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from baselines.unetpp import UNetPlusPlus
from sgcldff.config.training import Training
from sgcldff.method import Run, Samples
from sgcldff.training.fingerprint import fingerprint
from sgcldff.training.sg_cldff import SGCLDFF

Draw = Callable[..., Samples]
Settings = Callable[..., Training]


@pytest.fixture
def asked(draw: Draw, settings: Settings) -> list[Any]:
    """Method, training images, validation images and run."""
    return [SGCLDFF(("a", "b"), 64), draw(4), draw(4, seed=1), Run(0, settings())]


def test_the_same_fit_has_the_same_name(asked: list[Any]) -> None:
    assert fingerprint(*asked) == fingerprint(SGCLDFF(("a", "b"), 64), *asked[1:])


def test_every_thing_that_was_asked_for_is_in_the_name(asked: list[Any], settings: Settings) -> None:
    method, train, validation, run = asked
    moved = train.masks.copy()
    moved[0, 0, 0] ^= 1
    others = [
        (SGCLDFF(("a", "c"), 64), train, validation, run),
        (SGCLDFF(("a", "b"), 64, alignment=0), train, validation, run),
        (SGCLDFF(("a", "b"), 64, fusion=False), train, validation, run),
        (SGCLDFF(("a", "b"), 64, weights="none"), train, validation, run),
        (SGCLDFF(("a", "b"), 64, shuffled=True), train, validation, run),
        (UNetPlusPlus(("a", "b"), 64), train, validation, run),
        (method, replace(train, masks=moved), validation, run),
        (method, replace(train, labels=1 - train.labels), validation, run),
        (method, replace(train, images=np.flip(train.images, axis=0)), validation, run),
        (method, validation, train, run),
        (method, train, validation, replace(run, seed=1)),
        (method, train, validation, replace(run, training=settings(epochs=5))),
        (
            method,
            train,
            validation,
            replace(run, training=settings(augmentation={"rotation": 5, "flips": True, "contrast": 0.2, "noise": 5})),
        ),
    ]
    names = [fingerprint(*asked), *(fingerprint(*other) for other in others)]
    assert len(set(names)) == len(names)


def test_the_code_that_decides_the_fit_is_in_the_name(asked: list[Any], tmp_path: Path) -> None:
    *rest, run = asked
    code = tmp_path / "loop.py"
    code.write_text("epochs = 1\n")
    with_code = replace(run, code=(code,))
    before = fingerprint(*rest, with_code)
    assert before == fingerprint(*rest, with_code) != fingerprint(*asked)
    code.write_text("epochs = 2\n")
    assert fingerprint(*rest, with_code) != before


def test_the_place_of_the_checkpoint_is_not_in_the_name(asked: list[Any], tmp_path: Path) -> None:
    *rest, run = asked
    assert fingerprint(*asked) == fingerprint(*rest, replace(run, checkpoint=tmp_path / "elsewhere.pt"))


@pytest.mark.parametrize(("device", "named"), [("cpu", True), ("cuda", False)])
def test_threads_are_in_the_name_where_they_compute(asked: list[Any], device: str, named: bool) -> None:
    *rest, run = asked
    asked[0].device = device
    assert (fingerprint(*asked) != fingerprint(*rest, replace(run, threads=8))) == named
