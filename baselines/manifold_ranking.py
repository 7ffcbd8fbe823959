"""Saliency by manifold ranking of low-level and high-level features, in the style of Li, Liu and Zhao 2023.

Of the source (Electronics 12(2):449) only the beginning of the abstract could be read: an unsupervised method;
low-level features of superpixels at several scales locate the salient objects. Its title adds high-level features and
the ranking. The ranking here is that of Yang et al. 2013 (CVPR), of which public code could be read: closed-loop graph
of about 200 superpixels, edge weights from Lab, alpha 0.99, each side of the border as query, then the foreground as
query. The rest are choices of this build:
- high-level features: stages of EfficientNet-Lite0 with its ImageNet weights, not trained any further, at strides 4 and
  16, averaged over each superpixel, every channel standardised within the image;
- the distance mixes both kinds, each stretched to 0..1; one scale of superpixels: three of Lab alone changed nothing;
- adaptive threshold: a multiple of the mean saliency, chosen on the training subset with the share of the high level;
- red cells are as salient as leukocytes: components without a stained nucleus (Tavakoli 2021) are dropped, and a
  nucleus is cell however salient (else small cells at the border, which is a query, are missed: BCCD .72, not .77);
  the contour, which follows superpixels, is moved to the edge nearby.
The source is not about cells and does not classify: hand features and a linear classifier, as for every classical
method.

Chosen on 20 to 24 training and validation images each of JTSC, BCCD and CellaVision at 96 pixels. The high level
raised the mean IoU on JTSC and CellaVision (.88 to .92, .62 to .77, before the contour is moved) and lowered it on BCCD
(.65 to .62), where a cell is few positions of a stride of 16 wide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import cv2
import numpy as np
import torch
from scipy.ndimage import binary_fill_holes
from scipy.spatial.distance import cdist
from torch import nn

from baselines.handcrafted.boundary import follow_edges, touching
from baselines.handcrafted.cell import nearest_nucleus
from baselines.handcrafted.method import HandFeatureMethod
from baselines.handcrafted.nucleus import label_nuclei, segment_nuclei
from baselines.handcrafted.ranking import rank_saliency
from baselines.handcrafted.superpixels import mean_by_label, slic
from sgcldff.method import Run, Samples
from sgcldff.model.cnn_stages import cnn_stages
from sgcldff.training.batches import to_tensor
from sgcldff.training.device import describe, use_device
from sgcldff.training.seeding import torch_seed

SUPERPIXELS = 200
STAGES = (0, 2)  # of `cnn_stages`, whose maps are the high-level features: strides 4 and 16
HIGH_SHARES = (0.3, 0.6)
MEANS = (1.5, 1.0, 2.0, 3.0)  # multiples of the mean saliency
NETWORK = "network."  # before the names of the network's arrays in a state


@dataclass(frozen=True)
class Ranked:
    """An image, uint8 [H, W, 3], with its saliency at each share of the high level, float64 [H, W], and its nuclei.

    nuclei, nearest: int32 [H, W], as in `baselines.handcrafted.cell.Seeds`.
    """

    image: np.ndarray
    saliency: Mapping[float, np.ndarray]
    nuclei: np.ndarray
    nearest: np.ndarray


class ManifoldRanking(HandFeatureMethod):
    """A setting: share of the high-level distance, multiple of the mean saliency from which a pixel is salient."""

    settings = tuple(product(HIGH_SHARES, MEANS))

    def __init__(self, classes: Sequence[str], size: int, *, weights: Literal["package", "none"] = "package") -> None:
        """weights: of EfficientNet-Lite0, see `efficientnet_lite0`."""
        super().__init__(classes, size)
        self.weights = weights
        self.network: nn.ModuleList | None = None
        self.device = "cpu"

    def fit(self, train: Samples, validation: Samples, run: Run) -> list[dict[str, float]]:
        self.check_subsets(train, validation)
        torch.manual_seed(torch_seed(run.seed, "weights"))
        self.network = cnn_stages(self.weights).eval()
        self.place(run.device, run.threads)
        return super().fit(train, validation, run)

    def place(self, device: str, threads: int) -> None:
        self.device = use_device(device, threads)
        self.network.to(self.device)

    def used(self) -> dict[str, str]:
        return {"device": describe(self.device), "precision": "float32"}

    def parameters(self) -> int:
        """Of the network, which was learned elsewhere, and of the classifier with its setting."""
        network = sum(each.numel() for each in self.network.parameters())
        return network + sum(array.size for array in super().state().values())

    def state(self) -> dict[str, np.ndarray]:
        """The network is part of it, so a stored fit needs neither package nor hub."""
        learned = super().state()
        return learned | {f"{NETWORK}{name}": each.cpu().numpy() for name, each in self.network.state_dict().items()}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        super().restore({name: array for name, array in state.items() if not name.startswith(NETWORK)})
        self.network = cnn_stages("none").eval().to(self.device)
        stored = {name.removeprefix(NETWORK): array for name, array in state.items() if name.startswith(NETWORK)}
        self.network.load_state_dict({name: torch.from_numpy(np.array(array)) for name, array in stored.items()})

    def prepare(self, image: np.ndarray) -> Ranked:
        lab = cv2.cvtColor(cv2.GaussianBlur(image, (3, 3), 0).astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
        superpixels = slic(lab, SUPERPIXELS)
        low = average(lab, superpixels)
        high = np.concatenate([standardised(average(each, superpixels)) for each in self.stage_maps(image)], axis=1)
        distances = [cdist(low, low), cdist(high, high)]
        saliency = {
            share: rank_saliency(superpixels, distances, [1.0 - share, share])[superpixels] for share in HIGH_SHARES
        }
        nuclei = label_nuclei(segment_nuclei(image))
        return Ranked(image, saliency, nuclei, nearest_nucleus(nuclei)[0])

    def stage_maps(self, image: np.ndarray) -> list[np.ndarray]:
        """The maps of STAGES at the size of the image, float32 [H, W, C] each; image: uint8 [H, W, 3], RGB."""
        maps = []
        with torch.inference_mode():
            features = to_tensor(image[None], "fixed").to(self.device)
            for stage in self.network:
                features = stage(features)
                maps.append(features)
            size = image.shape[:2]
            wanted = [nn.functional.interpolate(maps[each], size, mode="bilinear")[0] for each in STAGES]
        return [each.permute(1, 2, 0).cpu().numpy() for each in wanted]

    def segment(self, prepared: Ranked, share: float, means: float) -> np.ndarray:
        nuclei = prepared.nuclei > 0
        saliency = prepared.saliency[share]
        if not nuclei.any():
            return np.zeros(nuclei.shape, dtype=np.int32)
        salient = touching((saliency > means * saliency.mean()) | nuclei, nuclei)
        cell = follow_edges(prepared.image, binary_fill_holes(salient), nuclei)
        return np.where(cell, prepared.nearest, 0)


def average(values: np.ndarray, superpixels: np.ndarray) -> np.ndarray:
    """Mean of a map [H, W, C] over each superpixel: float64 [S, C]."""
    points = values.reshape(-1, values.shape[2]).astype(np.float64)
    return mean_by_label(points, superpixels.ravel(), int(superpixels.max()) + 1)


def standardised(features: np.ndarray) -> np.ndarray:
    """[S, C], each channel at mean 0 and deviation 1, divided by the root of C: stages of many channels weigh alike."""
    spread = np.maximum(features.std(axis=0), 1e-6)
    return (features - features.mean(axis=0)) / spread / np.sqrt(features.shape[1])
