"""Component 6: Grad-CAM of the class decision, beside the saliency map that the network itself makes (Figure 2).

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
from sgcldff.evaluation.explained_images import choose, map_facts, mask_facts
from sgcldff.evaluation.predictions import classes_of, decode_png, read_predictions
from sgcldff.method import NUCLEUS, UNKNOWN, Samples, whole_cell
from sgcldff.model.prior import priors
from sgcldff.tables.explained import EXPLAINED
from sgcldff.tables.files import whole_file, write_table
from sgcldff.training.batches import to_tensor
from sgcldff.training.fit import failure_of, load_fit
from sgcldff.training.sg_cldff import SGCLDFF

NOTHING = {"rule": np.empty(0, str), "image_id": np.empty(0, str)}  # explained: no image


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


def explain(
    weights: Path, record: Path, prediction: Path, files: DatasetFiles, maps_out: Path, facts_out: Path
) -> None:
    """Write the images that `choose` takes from an in-domain prediction: their maps (npz), and what is measured (CSV).

    weights, record: of a fit of SG-CLDFF; files: of the dataset that was tested. Arrays: rule, image_id [M]; image
    uint8 [M, H, W, 3]; cell, nucleus, known (the truth) and mask bool [M, H, W]; prior, saliency and cam float32
    [M, H, W] in [0, 1], Grad-CAM of the class named; the table is EXPLAINED. Of a fit that failed there is no image and
    no row. Raises InputError for a fit of another method, and where a file is missing or damaged.
    """
    chosen = pd.DataFrame(columns=list(EXPLAINED.columns))
    maps = NOTHING
    if not failure_of(record):
        method, settings, _ = load_fit(weights, record)
        if not isinstance(method, SGCLDFF):
            reason = f"{record} is of {type(method).__name__}, and only SG-CLDFF is explained: name a fit of it."
            raise InputError(reason)
        predictions = read_predictions(prediction)
        if not predictions[[f"p_{name}" for name in classes_of(predictions)]].isna().all(axis=None):  # they failed
            chosen = choose(predictions)
            shown = chosen[chosen["image_id"] != ""]
            if len(shown):
                samples = load_samples(files, settings.classes, list(shown["image_id"]))
                maps, facts = _explained(method, samples, shown)
                chosen = chosen.join(facts)
    _write(maps_out, maps)
    write_table(chosen.reindex(columns=list(EXPLAINED.columns)), facts_out)


def _explained(method: SGCLDFF, samples: Samples, shown: pd.DataFrame) -> tuple[dict[str, np.ndarray], pd.DataFrame]:
    """The arrays of `explain`, and the columns that EXPLAINED has beside those of `shown`."""
    position = {image_id: row for row, image_id in enumerate(samples.image_ids)}
    rows = [position[image_id] for image_id in shown["image_id"]]
    images = samples.images[rows]
    tensor = to_tensor(images, method.normalisation)
    targets = [method.classes.index(name) for name in shown["predicted"]]
    network, layer = method.network, method.network.get_submodule(method.class_maps)
    maps = {"prior": priors(samples, "colour")[rows].astype(np.float32) / 255}
    maps |= {"saliency": saliency_maps(network, tensor), "cam": grad_cam(network, layer, tensor, targets)}
    maps = {name: array for name, array in maps.items() if array is not None}
    codes = np.stack([decode_png(png) for png in shown["truth"]])
    masks = np.stack([_mask(png, images.shape[1:3]) for png in shown["mask"]])
    facts = pd.DataFrame([mask_facts(mask, truth) for mask, truth in zip(masks, codes, strict=True)], shown.index)
    arrays = {name: shown[name].to_numpy(str) for name in ("rule", "image_id")}
    arrays |= {"image": images, "cell": whole_cell(codes), "nucleus": codes == NUCLEUS, "known": codes != UNKNOWN}
    return arrays | {"mask": masks} | maps, facts.assign(**map_facts(maps, codes))


def _write(out: Path, arrays: Mapping[str, np.ndarray]) -> None:
    with whole_file(out) as part, part.open("wb") as opened:  # an open file, since numpy adds .npz to a name
        np.savez_compressed(opened, **arrays)


def _mask(png: bytes | None, shape: tuple[int, int]) -> np.ndarray:
    """A predicted mask, bool; empty where the fit was taught none."""
    return np.zeros(shape, bool) if png is None else decode_png(png) > 0
