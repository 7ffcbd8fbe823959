"""`sgcldff export`: the ONNX file gives, in onnxruntime, what the fit gives."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from sgcldff.cli import main as cli
from sgcldff.errors import InputError
from sgcldff.evaluation import onnx_file
from sgcldff.evaluation.onnx_file import WholeGraph
from sgcldff.evaluation.own_images import open_fit
from sgcldff.method import HIDDEN, UNKNOWN, Samples

SG_CLDFF = ("sgcldff.training.sg_cldff.SGCLDFF", {"weights": "none", "width": 16})
UNETPP = ("baselines.unetpp.UNetPlusPlus", {"weights": "none", "second_head": True})
TOLERANCE = 1e-4  # of a probability, of a class or of a pixel


def images(count: int, size: int = 64) -> Samples:
    drawn = np.random.default_rng(7).integers(0, 256, (count, size, size, 3), np.uint8)
    hidden = np.full(count, HIDDEN, np.int64), np.full((count, size, size), UNKNOWN, np.uint8)
    return Samples([str(number) for number in range(count)], drawn, *hidden)


@pytest.fixture(scope="module", params=[SG_CLDFF, UNETPP], ids=["SG-CLDFF", "UNet++"])
def exported(request: pytest.FixtureRequest, fit: Callable[..., Path], tmp_path_factory) -> tuple[Path, Path]:
    """The folder of a fit, and its ONNX file."""
    class_path, arguments = request.param
    folder, out = fit(class_path, **arguments), tmp_path_factory.mktemp("onnx") / "new" / "model.onnx"
    with pytest.MonkeyPatch.context() as patched, pytest.raises(SystemExit) as end:
        patched.setattr(sys, "argv", ["sgcldff", "export", str(folder), "--out", str(out)])
        cli.main()
    assert end.value.code == 0
    return folder, out


@pytest.mark.parametrize("count", [1, 5])
def test_onnxruntime_gives_the_answers_of_the_fit_for_any_number_of_images(exported, count):
    folder, out = exported
    session = onnxruntime.InferenceSession(out, providers=["CPUExecutionProvider"])
    samples = images(count)
    probabilities, mask = session.run(["probabilities", "mask"], {"images": samples.images})
    ours = open_fit(folder, "cpu", 1).method.predict(samples)
    np.testing.assert_allclose(probabilities, ours.probabilities, atol=TOLERANCE)
    decided = np.abs(mask - 0.5) > TOLERANCE
    assert decided.mean() > 0.9 and np.array_equal((mask > 0.5)[decided], ours.masks[decided])


def test_the_file_says_which_classes_and_what_size(exported):
    about = {entry.key: entry.value for entry in onnx.load(exported[1]).metadata_props}
    assert json.loads(about["classes"]) == ["round", "square"]
    assert (about["size"], about["method"], about["trained_on"]) == ("64", "method", "drawn")


@pytest.mark.parametrize(("masked", "answers"), [(True, {"probabilities", "mask"}), (False, {"probabilities"})])
def test_a_mask_that_was_never_taught_is_no_output(fit, masked, answers):
    opened = open_fit(fit(SG_CLDFF[0], masked=masked, **SG_CLDFF[1]), "cpu", 1)
    graph = WholeGraph(opened.method.network.eval(), opened.method.normalisation, opened.segments)
    assert set(graph(torch.from_numpy(images(2).images))) == answers


def test_a_file_that_differs_from_its_fit_is_not_kept(fit, tmp_path, monkeypatch):
    monkeypatch.setattr(onnx_file, "_quietly_exported", lambda *_: small_graph())
    with pytest.raises(InputError, match="The ONNX file of method differs from the fit by"):
        onnx_file.export_fit(open_fit(fit(SG_CLDFF[0], masked=False, **SG_CLDFF[1]), "cpu", 1), tmp_path / "model.onnx")
    assert not list(tmp_path.iterdir())


def small_graph() -> onnx.ModelProto:
    """A graph that says 0.5 of both classes, whatever it is shown."""
    shapes = [onnx.helper.make_tensor_value_info("images", onnx.TensorProto.UINT8, ["batch", 64, 64, 3])]
    said = onnx.helper.make_tensor_value_info("probabilities", onnx.TensorProto.FLOAT, [3, 2])
    value = onnx.helper.make_tensor("value", onnx.TensorProto.FLOAT, [3, 2], [0.5] * 6)
    node = onnx.helper.make_node("Constant", [], ["probabilities"], value=value)
    return onnx.helper.make_model(
        onnx.helper.make_graph([node], "constant", shapes, [said]),
        opset_imports=[onnx.helper.make_opsetid("", 18)],
        ir_version=10,
    )


@pytest.mark.parametrize(
    "method",
    [("baselines.thresholding.NucleusSeeded", {}), ("baselines.explainable_cnn.ExplainableCNN", {})],
    ids=["no network", "changes its images first"],
)
def test_what_is_more_than_a_network_is_refused(fit, sgcldff, tmp_path, method):
    done = sgcldff("export", fit(method[0], **method[1]), "--out", tmp_path / "model.onnx")
    assert done.status == 2 and done.stderr.startswith("sgcldff: method does work outside a network")
    assert not list(tmp_path.iterdir())


def test_a_folder_without_a_fit_is_refused(sgcldff, tmp_path):
    done = sgcldff("export", tmp_path, "--out", tmp_path / "model.onnx")
    assert done.status == 2 and "is not the folder of a fit" in done.stderr
