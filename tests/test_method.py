"""The interface of methods, and how one is built from the configuration."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from baselines.controls import Chance
from sgcldff.errors import InputError
from sgcldff.method import HIDDEN, UNKNOWN, Method, Samples, build
from sgcldff.training.sg_cldff import SGCLDFF

CLASSES = ["a", "b"]


def one_image() -> Samples:
    return Samples(["x"], np.ones((1, 4, 4, 3), np.uint8), np.array([1]), np.ones((1, 4, 4), np.uint8))


def test_a_method_is_built_by_its_dotted_name_with_its_arguments() -> None:
    method = build("sgcldff.training.sg_cldff.SGCLDFF", CLASSES, 64, {"alignment": 0.25})
    assert isinstance(method, SGCLDFF)
    assert (method.classes, method.size, method.alignment) == (("a", "b"), 64, 0.25)
    assert isinstance(build("baselines.controls.Chance", CLASSES, 64, {}), Chance)


@pytest.mark.parametrize("name", ["baselines.nothing.There", "baselines.controls.Nobody", "Chance", ""])
def test_a_class_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(InputError, match="cannot be imported.*`class`"):
        build(name, CLASSES, 64, {})


def test_an_argument_that_a_method_does_not_take_is_named() -> None:
    with pytest.raises(InputError, match="refuses its arguments.*colour.*`arguments`"):
        build("baselines.controls.Chance", CLASSES, 64, {"colour": 1})


@pytest.mark.parametrize("name", ["subprocess.Popen", "os.system", "pathlib.Path", "sgcldff.method.Samples"])
def test_what_is_not_a_method_is_never_called(name: str) -> None:
    with pytest.raises(InputError, match=f"{name} is not a method"):
        build(name, ["true"], 64, {})


def test_the_interface_itself_is_no_method() -> None:
    with pytest.raises(InputError, match="refuses its arguments.*abstract"):
        build("sgcldff.method.Method", CLASSES, 64, {})


def test_images_of_another_size_are_refused() -> None:
    with pytest.raises(InputError, match="Chance was built for images of 64×64 pixels and was given 4×4"):
        Chance(CLASSES, 64).check(one_image())


def test_no_image_at_all_is_refused() -> None:
    nothing = Samples([], np.ones((0, 64, 64, 3), np.uint8), np.zeros(0, np.int64), np.ones((0, 64, 64), np.uint8))
    with pytest.raises(InputError, match="Chance was given no image"):
        Chance(CLASSES, 64).check(nothing)


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("images", np.ones((1, 4, 4, 3), np.float32)),
        ("images", np.ones((1, 4, 4), np.uint8)),
        ("labels", np.array([1, 0])),
        ("labels", np.array([1.0])),
        ("masks", np.ones((1, 4, 5), np.uint8)),
        ("masks", np.ones((1, 4, 4), bool)),
    ],
)
def test_arrays_that_do_not_fit_each_other_are_no_samples(name: str, array: np.ndarray) -> None:
    with pytest.raises(InputError, match=r"Samples of 1 images have .* give .* of shape"):
        replace(one_image(), **{name: array})


def test_hiding_the_truth_leaves_images_and_names() -> None:
    samples = one_image()
    hidden = samples.without_truth()
    assert hidden.labels.tolist() == [HIDDEN] and (hidden.masks == UNKNOWN).all()
    assert hidden.images is samples.images and hidden.image_ids == ["x"]
    assert samples.labels.tolist() == [1] and len(samples) == 1


def test_a_method_without_a_network_has_nothing_to_place() -> None:
    method: Method = build("baselines.controls.Chance", CLASSES, 64, {})
    method.place("auto", 4)
    assert method.used() == {"device": "CPU"} and not method.sees_truth


def test_methods_without_a_network_start_without_torch() -> None:
    program = "import sys, sgcldff.method, baselines.controls, baselines.thresholding; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
