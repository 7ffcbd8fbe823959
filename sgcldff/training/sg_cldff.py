"""SG-CLDFF as a method of the benchmark; its ablations are this class with one argument changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from torch import Tensor, nn

from sgcldff.errors import InputError
from sgcldff.method import Run, Samples
from sgcldff.model.network import SGCLDFFNetwork
from sgcldff.model.prior import PRIORS, priors
from sgcldff.training.batches import Batch
from sgcldff.training.loop import Outputs
from sgcldff.training.losses import alignment_loss
from sgcldff.training.network_method import NetworkMethod
from sgcldff.training.seeding import torch_seed


class SGCLDFF(NetworkMethod):
    """The paper's method.

    saliency: the saliency module with its gate and its loss; fusion: cross-layer fusion (else the deepest map alone);
    alignment: lambda of the alignment loss (0 keeps module and gate); prior: where A comes from, `colour`, `edges` or
    `mask`; shuffled: every image gets another image's prior; width: channels of F_fused; gate_at: `features` or
    `image`; gate: what they are multiplied by, `S` or `1+S`; heads: `both`, or that of the `classes` or of the `mask`
    alone; the rest: see `NetworkMethod`.
    """

    class_maps = "fusion"

    def __init__(
        self,
        classes: Sequence[str],
        size: int,
        *,
        saliency: bool = True,
        fusion: bool = True,
        alignment: float = 0.5,
        prior: Literal["colour", "edges", "mask"] = "colour",
        shuffled: bool = False,
        width: int = 128,
        gate_at: Literal["features", "image"] = "features",
        gate: Literal["S", "1+S"] = "S",
        heads: Literal["both", "classes", "mask"] = "both",
        **shared: Any,
    ) -> None:
        super().__init__(classes, size, **shared)
        if prior not in PRIORS:
            raise InputError(f"Unknown `prior: {prior}`: give one of {', '.join(PRIORS)}.")
        self.saliency = saliency
        self.fusion = fusion
        self.alignment = alignment
        self.prior_source = prior
        self.shuffled = shuffled
        self.width = width
        self.gate_at = gate_at
        self.gate = gate
        self.heads = heads

    def build_network(self, weights: str) -> nn.Module:
        return SGCLDFFNetwork(
            len(self.classes),
            self.size,
            saliency=self.saliency,
            fusion=self.fusion,
            width=self.width,
            weights=weights,
            gate_at=self.gate_at,
            gate=self.gate,
            heads=self.heads,
        )

    def prior(self, train: Samples, run: Run) -> np.ndarray | None:
        if not self.aligns:
            return None
        return priors(train, self.prior_source, torch_seed(run.seed, "shuffled prior") if self.shuffled else None)

    def extra_loss(self, outputs: Outputs, batch: Batch) -> dict[str, Tensor]:
        if not self.aligns:
            return {}
        return {"alignment": self.alignment * alignment_loss(outputs["saliency"], batch.prior)}

    @property
    def aligns(self) -> bool:
        return self.saliency and self.alignment > 0
