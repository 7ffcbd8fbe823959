"""A fit as an ONNX file: normalisation, network and both answers in one graph, checked against the fit itself.

This module imports torch; onnx, onnxruntime and onnxscript are the extra `export` and are imported when they are used.
"""

from __future__ import annotations

import json
import logging
import warnings
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from sgcldff.errors import InputError
from sgcldff.evaluation.own_images import OwnFit
from sgcldff.tables.files import whole_file
from sgcldff.training.network_method import NetworkMethod
from sgcldff.training.normalisation import normalise

# How far an answer (a probability, of a class or of a pixel) may lie from the fit's own: both round in float32.
TOLERANCE = 1e-4
CHECKED = 3  # images that the written file is checked on


class WholeGraph(nn.Module):
    """images uint8 [B, size, size, 3], RGB -> probabilities float32 [B, K] and mask float32 [B, size, size] in [0, 1].

    mask: the probability that a pixel is the cell's; above one half it is the mask that the fit predicts. What the
    network has no output for, and a mask that it was never taught, is left out.
    """

    def __init__(self, network: nn.Module, normalisation: str, segments: bool) -> None:
        super().__init__()
        self.network = network
        self.normalisation = normalisation
        self.segments = segments

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        outputs = self.network(normalise(images, self.normalisation))
        answers = {}
        if "classes" in outputs:
            answers["probabilities"] = torch.softmax(outputs["classes"], dim=1)
        if "mask" in outputs and self.segments:
            answers["mask"] = torch.sigmoid(outputs["mask"])
        return answers


def export_fit(fit: OwnFit, out: Path) -> float:
    """Write the ONNX file of a fit on the CPU; returns the largest difference between its answers and the fit's own.

    Any number of images is one batch. Class names, image size and what the fit is stand in the file's metadata.
    Raises InputError where the extra is not installed, for a method that is more than its network, and where the
    file's answers are not the fit's (nothing is written then).
    """
    try:
        import onnx
        import onnxruntime
        import onnxscript  # noqa: F401 (torch writes the graph with it)
    except ImportError as error:
        raise InputError(
            f"The package {error.name} is missing: pip install -c constraints.txt -e '.[networks,export]'."
        ) from error
    method, asked = fit.method, fit.asked
    if not isinstance(method, NetworkMethod) or _is_more_than_its_network(method):
        raise InputError(
            f"{asked.method} does work outside a network, which no ONNX graph holds: export the fit of another method."
        )
    graph = WholeGraph(method.network.to(memory_format=torch.contiguous_format), method.normalisation, fit.segments)
    graph.eval()
    drawn = np.random.default_rng(0).integers(0, 256, (CHECKED, method.size, method.size, 3), np.uint8)
    with torch.inference_mode():
        answers = graph(torch.from_numpy(drawn))
    if not answers:
        raise InputError(f"{asked.method} was taught neither classes nor masks: export another fit.")
    program = _quietly_exported(graph, torch.from_numpy(drawn), list(answers))
    about = {"method": asked.method, "trained_on": asked.trained_on, "seed": str(asked.seed), "size": str(method.size)}
    about |= {"classes": json.dumps(list(method.classes)), "input": "RGB uint8 [batch, size, size, 3]"}
    onnx.helper.set_model_props(program, about)
    with whole_file(out) as part:
        onnx.save(program, part)
        session = onnxruntime.InferenceSession(part, providers=["CPUExecutionProvider"])
        theirs = session.run(list(answers), {"images": drawn})
        gaps = [np.abs(each.numpy() - other).max() for each, other in zip(answers.values(), theirs, strict=True)]
        gap = float(max(gaps))
        if not gap <= TOLERANCE:
            raise InputError(f"The ONNX file of {asked.method} differs from the fit by {gap:.1g}: it is not written.")
    return gap


def _is_more_than_its_network(method: NetworkMethod) -> bool:
    """Whether a method does something to images or answers outside its network, which no graph would hold."""
    return any(getattr(type(method), name) is not getattr(NetworkMethod, name) for name in ("seen", "predict"))


def _quietly_exported(graph: WholeGraph, images: Tensor, outputs: list[str]) -> object:
    """The ONNX model, in memory; the exporter's notes on its own parts say nothing to a person."""
    logger, level = logging.getLogger("torch.onnx"), logging.getLogger("torch.onnx").level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return torch.onnx.export(
                graph,
                (images,),
                input_names=["images"],
                output_names=outputs,
                dynamic_shapes={"images": {0: torch.export.Dim("batch")}},
                dynamo=True,
                verbose=False,
            ).model_proto
    finally:
        logger.setLevel(level)
