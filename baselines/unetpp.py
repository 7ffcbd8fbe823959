"""UNet++ (Zhou et al. 2018) with a class head.

The source is a segmentation network: nested, dense skip paths between encoder and decoder. What it leaves open here is
the class: a linear layer on the pooled deepest encoder map is added, and both tasks are trained together with the same
losses as SG-CLDFF's (without its alignment). Deep supervision is left out. The encoder is EfficientNet-Lite0 with
ImageNet weights, the CNN that SG-CLDFF's backbone is built from: the two differ in method and not in pretraining.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from segmentation_models_pytorch import UnetPlusPlus
from torch import Tensor, nn

from sgcldff.model.cnn_stages import efficientnet_lite0
from sgcldff.training.loop import Outputs
from sgcldff.training.network_method import NetworkMethod


class TwoOutputs(nn.Module):
    """A segmentation network with an auxiliary class head, in the form that the training loop expects."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> Outputs:
        mask, classes = self.network(images)
        return {"mask": mask[:, 0], "classes": classes}


class UNetPlusPlus(NetworkMethod):
    """UNet++ with an EfficientNet-Lite0 encoder; dropout: ahead of the class layer."""

    def __init__(self, classes: Sequence[str], size: int, *, dropout: float = 0.2, **shared: Any) -> None:
        super().__init__(classes, size, **shared)
        self.dropout = dropout

    def build_network(self, weights: str) -> nn.Module:
        network = UnetPlusPlus(
            encoder_name="tu-tf_efficientnet_lite0",
            encoder_weights=None,
            classes=1,
            aux_params={"classes": len(self.classes), "dropout": self.dropout},
        )
        if weights != "none":
            pretrained = efficientnet_lite0(weights).state_dict()
            encoder = network.encoder.model.state_dict()
            network.encoder.model.load_state_dict({name: pretrained[name] for name in encoder})
        return TwoOutputs(network)
