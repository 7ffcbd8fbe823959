"""How attention lies on the test images of a fit: its saliency map S and Grad-CAM, measured image by image.

Beside the fit stands a control (Adebayo et al. 2018): the same network with weights drawn anew. A measure that is the
same for both says something of the architecture or of the images, and nothing of what was learned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sgcldff.config.stages.attention import AttentionSettings
from sgcldff.data.dataset_files import DatasetFiles, load_samples
from sgcldff.data.subsets import read_subsets
from sgcldff.evaluation.attribution import grad_cam
from sgcldff.method import Samples
from sgcldff.metrics import attention as metrics
from sgcldff.model.fusion import upsample
from sgcldff.model.norms import with_norm
from sgcldff.model.prior import priors
from sgcldff.tables.attention import ATTENTION_METRICS, IMAGES_ATTENDED, RANDOM, TRAINED
from sgcldff.tables.files import write_table
from sgcldff.training.fit import failure_of, load_fit
from sgcldff.training.loop import network_outputs
from sgcldff.training.network_method import NetworkMethod
from sgcldff.training.normalisation import normalise
from sgcldff.training.seeding import torch_seed

MOST_IMAGES = 64  # of a test subset are measured, evenly spaced in the order of their names
MOST_CURVES, STEPS = 16, 16  # images of these that deletion and insertion are measured on, and the steps of both
# SD of the blur that takes a pixel away, as a share of the image's side: wide enough that a whole cell is gone. With
# the 5 pixels of 224 of Petsiuk et al. much of it stays: on JTSC (96 pixels, SG-CLDFF, seed 0) the probability of the
# class named falls from .94 to .53, with an eighth to .19.
BLUR = 1 / 8
GRADIENTS = 16  # images whose Grad-CAM is taken at once


def measure_attention(
    settings: AttentionSettings, weights: Path, record: Path, files: DatasetFiles, split: Path, out: Path, threads: int
) -> None:
    """Write the table IMAGES_ATTENDED of one fit: a row an image for the fit, and one for the control.

    weights, record: of a fit on the dataset of `files`; split: of its seed. The table has no rows where the fit failed,
    and where the method's network gives no class or has no maps that the class is read from.
    Raises InputError where a file is missing or damaged.
    """
    table = pd.DataFrame(columns=list(IMAGES_ATTENDED.columns))
    if not failure_of(record):
        method, asked, _ = load_fit(weights, record)
        method.place(settings.device, threads)
        if isinstance(method, NetworkMethod) and method.class_maps:
            names = sorted(read_subsets(split)["test"])
            chosen = [names[position] for position in evenly(len(names), MOST_IMAGES)]
            samples = load_samples(files, asked.classes, chosen)
            about = {"dataset": settings.dataset, "method": settings.method, "seed": settings.seed}
            networks = {TRAINED: method.network, RANDOM: redrawn(method, settings.seed)}
            measured = [
                measures(method, network, samples).assign(**about, weights=name) for name, network in networks.items()
            ]
            table = pd.concat(measured)[list(IMAGES_ATTENDED.columns)]
    write_table(table, out)


def evenly(count: int, most: int) -> list[int]:
    """At most so many of `count` positions, evenly spaced, the first and the last among them."""
    return np.linspace(0, count - 1, min(most, count)).round().astype(int).tolist()


def redrawn(method: NetworkMethod, seed: int) -> nn.Module:
    """The method's network with weights drawn anew, none of them pretrained, on the method's device."""
    torch.manual_seed(torch_seed(seed, "randomised weights"))
    network = with_norm(method.build_network("none"), method.norm)
    return network.to(method.device, memory_format=torch.channels_last)


def measures(method: NetworkMethod, network: nn.Module, samples: Samples) -> pd.DataFrame:
    """The columns image_id and ATTENTION_METRICS, a row an image; none where the network gives no class.

    network: the method's own or one like it; samples: with their truth. The class explained is the one that the network
    itself names. A is the colour prior of the image, whatever the method was trained with.
    """
    images = method.seen(samples.without_truth()).images
    maps = attention_maps(method, network, images)
    if maps is None:
        return pd.DataFrame(columns=["image_id", *ATTENTION_METRICS])
    columns: dict[str, np.ndarray] = {}
    if maps.saliency is not None:
        prior = priors(samples, "colour") / 255
        # A as the alignment loss has it, at the size of S.
        coarse = F.adaptive_avg_pool2d(torch.from_numpy(prior), maps.saliency.shape[-2:]).numpy()
        columns["prior_distance"] = metrics.distance(maps.saliency, coarse)
        columns["prior_correlation"] = metrics.correlation(maps.saliency, coarse)
        columns["saliency_sd"] = metrics.spread(maps.saliency)
        wide = upsample(torch.from_numpy(maps.saliency)[:, None], list(images.shape[1:3]))[:, 0].numpy()
        columns |= _located("saliency", wide, samples.masks)
        columns["agreement"] = metrics.rank_correlation(wide, maps.grad_cam)
    columns |= _located("cam", maps.grad_cam, samples.masks)
    uniform = metrics.shares(np.ones(samples.masks.shape), samples.masks)
    columns |= {f"area_{region}": values for region, values in uniform.items()}
    curves = np.full((len(samples), 2), np.nan)
    for row in evenly(len(samples), MOST_CURVES):
        image, score = images[row], _score(method, network, int(maps.named[row]))
        curves[row] = metrics.deletion_and_insertion(image, _blurred(image), maps.grad_cam[row], score, STEPS)
    columns["deletion"], columns["insertion"] = curves.T
    return pd.DataFrame({"image_id": samples.image_ids, **columns}).reindex(columns=["image_id", *ATTENTION_METRICS])


@dataclass(frozen=True)
class AttentionMaps:
    """named: int64 [N], the class with the highest probability; saliency: S, float32 [N, h, w] in [0, 1], as the
    network gives it, or None where it has none; grad_cam: of the class named, float32 [N, H, W] with a maximum of 1.
    """

    named: np.ndarray
    saliency: np.ndarray | None
    grad_cam: np.ndarray


def attention_maps(method: NetworkMethod, network: nn.Module, images: np.ndarray) -> AttentionMaps | None:
    """The maps of images uint8 [N, H, W, 3], or None where the network gives no class."""
    outputs = list(network_outputs(network, images, method.normalisation, method.device))
    if "classes" not in outputs[0]:
        return None
    named = _joined(each["classes"].argmax(dim=1) for each in outputs)
    saliency = _joined(each["saliency"][:, 0] for each in outputs) if "saliency" in outputs[0] else None
    return AttentionMaps(named, saliency, class_cams(method, network, images, named))


def class_cams(method: NetworkMethod, network: nn.Module, images: np.ndarray, named: np.ndarray) -> np.ndarray:
    """Grad-CAM of one class of each image, float32 [N, H, W]: as `grad_cam`, a few at once; method: with class_maps.

    network: the method's own or one like it; images: uint8 [N, H, W, 3], as `method.seen` gives them; named: int64 [N].
    """
    layer, maps = network.get_submodule(method.class_maps), []
    for start in range(0, len(images), GRADIENTS):
        some = slice(start, start + GRADIENTS)
        batch = normalise(torch.from_numpy(images[some]).to(method.device), method.normalisation)
        maps.append(grad_cam(network, layer, batch, named[some].tolist()))
    return np.concatenate(maps)


def _joined(batches: Sequence[Tensor]) -> np.ndarray:
    return np.concatenate([batch.cpu().numpy() for batch in batches])


def _located(name: str, maps: np.ndarray, masks: np.ndarray) -> dict[str, np.ndarray]:
    shares = {f"{name}_{region}": values for region, values in metrics.shares(maps, masks).items()}
    return shares | {f"{name}_pointing": metrics.pointing(maps, masks)}


def _blurred(image: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(image, (0, 0), BLUR * max(image.shape[:2]))


def _score(method: NetworkMethod, network: nn.Module, target: int) -> Callable[[np.ndarray], np.ndarray]:
    """Images -> the probability of one class."""

    def score(images: np.ndarray) -> np.ndarray:
        outputs = network_outputs(network, images, method.normalisation, method.device)
        return _joined(torch.softmax(each["classes"].double(), dim=1)[:, target] for each in outputs)

    return score
