"""Component 6: Grad-CAM of the class decision, beside the saliency map that the network itself makes (Figures 2 and 3).

Of SG-CLDFF it is taken at F_fused, the map that both heads read; of another method at its `class_maps`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from captum.attr import LayerAttribution, LayerGradCam
from torch import nn

from sgcldff.data.dataset_files import DatasetFiles, load_samples
from sgcldff.errors import InputError
from sgcldff.evaluation.predictions import classes_of, decode_png, read_predictions
from sgcldff.method import whole_cell
from sgcldff.tables.files import whole_file
from sgcldff.training.batches import to_tensor
from sgcldff.training.fit import failure_of, load_fit
from sgcldff.training.sg_cldff import SGCLDFF

NOTHING = {"image_id": np.empty(0, str)}  # explained: no image


def grad_cam(network: nn.Module, layer: nn.Module, images: torch.Tensor, targets: Sequence[int]) -> np.ndarray:
    """Where the evidence for a class lies, float32 [N, H, W]; each map is divided by its maximum.

    layer: the module of the network whose output [N, C, h, w] is weighed; images: normalised [N, 3, H, W]; targets: the
    class explained for each image. A map without positive evidence is all zeros.
    """
    network.eval()
    explainer = LayerGradCam(lambda batch: network(batch)["classes"], layer)
    coarse = explainer.attribute(images, target=list(targets), relu_attributions=True)
    maps = LayerAttribution.interpolate(coarse, images.shape[-2:], "bilinear")[:, 0].detach().cpu().numpy()
    return maps / np.maximum(maps.max(axis=(1, 2), keepdims=True), np.finfo(np.float32).tiny)


def saliency_maps(network: nn.Module, images: torch.Tensor) -> np.ndarray | None:
    """S, float32 [N, H, W] in [0, 1] at the images' size; None for an arm without the saliency module."""
    network.eval()
    with torch.inference_mode():
        saliency = network(images).get("saliency")
    if saliency is None:
        return None
    return LayerAttribution.interpolate(saliency, images.shape[-2:], "bilinear")[:, 0].cpu().numpy()


def choose(predictions: pd.DataFrame, count: int) -> pd.DataFrame:
    """`count` typical and `count` failed images of one prediction file, chosen by rule and not by eye.

    Typical: correctly named with a confidence nearest the median of those. Failed: misnamed with the most confidence;
    where fewer are misnamed, fewer are returned.
    """
    classes = classes_of(predictions)
    probabilities = predictions[[f"p_{name}" for name in classes]].to_numpy()
    frame = predictions.assign(
        predicted=[classes[best] for best in probabilities.argmax(axis=1)], confidence=probabilities.max(axis=1)
    )
    right = frame[frame["predicted"] == frame["label"]]
    typical = (right["confidence"] - right["confidence"].median()).abs().sort_values(kind="stable").index[:count]
    failed = frame[frame["predicted"] != frame["label"]].sort_values("confidence", ascending=False, kind="stable")
    return pd.concat([frame.loc[typical], failed.iloc[:count]])


def explain(weights: Path, record: Path, prediction: Path, files: DatasetFiles, out: Path, count: int) -> None:
    """Write the images that `choose` takes from an in-domain prediction with their maps, as a compressed npz.

    weights, record: of a fit of SG-CLDFF; files: of the dataset that was tested; count: of typical images, and of
    failed ones. Arrays: image_id, label, predicted [M]; confidence [M]; image uint8 [M, H, W, 3]; truth and mask bool
    [M, H, W]; saliency and grad_cam float32 [M, H, W] in [0, 1]. Of a fit that failed there is no image (M = 0).
    Raises InputError for a fit of another method, and where a file is missing or damaged.
    """
    if failure_of(record):
        _write(out, NOTHING)
        return
    method, settings, _ = load_fit(weights, record)
    if not isinstance(method, SGCLDFF):
        raise InputError(f"{record} is of {type(method).__name__}, and only SG-CLDFF is explained: name a fit of it.")
    predictions = read_predictions(prediction)
    if predictions[[f"p_{name}" for name in classes_of(predictions)]].isna().all(axis=None):  # they failed
        _write(out, NOTHING)
        return
    chosen = choose(predictions, count)
    samples = load_samples(files, settings.classes, list(chosen["image_id"]))
    position = {image_id: row for row, image_id in enumerate(samples.image_ids)}
    images = samples.images[[position[image_id] for image_id in chosen["image_id"]]]
    tensor = to_tensor(images, method.normalisation)
    targets = [method.classes.index(name) for name in chosen["predicted"]]
    network, layer = method.network, method.network.get_submodule(method.class_maps)
    maps = {"grad_cam": grad_cam(network, layer, tensor, targets), "saliency": saliency_maps(network, tensor)}
    arrays = {name: chosen[name].to_numpy(str) for name in ("image_id", "label", "predicted")}
    arrays |= {
        "image": images,
        "confidence": chosen["confidence"].to_numpy(),
        "truth": whole_cell(np.stack([decode_png(png) for png in chosen["truth"]])),
        "mask": np.stack([_mask(png, images.shape[1:3]) for png in chosen["mask"]]),
    }
    _write(out, arrays | {name: array for name, array in maps.items() if array is not None})


def _write(out: Path, arrays: Mapping[str, np.ndarray]) -> None:
    with whole_file(out) as part, part.open("wb") as opened:  # an open file, since numpy adds .npz to a name
        np.savez_compressed(opened, **arrays)


def _mask(png: bytes | None, shape: tuple[int, int]) -> np.ndarray:
    """A predicted mask, bool; empty where the fit was taught none."""
    return np.zeros(shape, bool) if png is None else decode_png(png) > 0
