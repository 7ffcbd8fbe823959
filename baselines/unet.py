"""U-Net with ResNet features (after Alharbi et al. 2022, "Segmentation and Classification of White Blood Cells Using
the UNet").

What could be read of the source is its abstract: "uses the ResNet and UNet networks to extract features and then
segments leukocytes", about 96 % segmentation accuracy on three public datasets, better than DeepLabV3+ and ResNet-50.
Its body could not be read: the ResNet's depth, the decoder and the training are open, and so this is an Alharbi-style
build. (The paper of SG-CLDFF lists it among the "classical segmentation algorithms".)

Built: the U-Net of segmentation_models_pytorch with a ResNet-34 that starts from ImageNet weights. Its deepest map goes
up through five decoder stages (nearest-neighbour upsampling, concatenation of the map of that stride, two 3x3
convolutions with batch normalisation and ReLU). It segments and does not classify.
"""

from __future__ import annotations

from segmentation_models_pytorch import Unet
from segmentation_models_pytorch.base import SegmentationModel
from torch import Tensor, nn

from sgcldff.model.heads import start_as_background
from sgcldff.model.pretrained import hub_network
from sgcldff.training.loop import Outputs
from sgcldff.training.network_method import HubNetworkMethod

ENCODER = "resnet34"


class MaskNetwork(nn.Module):
    """A network of segmentation_models_pytorch in the form that the training loop expects.

    Its mask starts from log-odds of -2, as SG-CLDFF's: most pixels are background. `class_head`: a head on one of the
    encoder's maps, `class_level` of them, for a method that is asked to classify too.
    """

    def __init__(self, network: SegmentationModel, class_head: nn.Module | None = None, class_level: int = -1) -> None:
        super().__init__()
        self.network = network
        self.class_head = class_head
        self.class_level = class_level
        start_as_background(network.segmentation_head[0])

    def forward(self, images: Tensor) -> Outputs:
        maps = self.network.encoder(images)
        outputs = {"mask": self.network.segmentation_head(self.network.decoder(maps))[:, 0]}
        if self.class_head is not None:
            outputs["classes"] = self.class_head(maps[self.class_level])
        return outputs


class UNet(HubNetworkMethod):
    """U-Net with a ResNet-34 encoder; weights: of the encoder, from the `hub` or `none`."""

    def build_network(self, weights: str) -> nn.Module:
        network = Unet(ENCODER, encoder_weights=None, classes=1)
        take_weights(network.encoder, hub_network(f"{ENCODER}.a1_in1k", weights))
        return MaskNetwork(network)


def take_weights(encoder: nn.Module, source: nn.Module) -> None:
    """Give an encoder the weights of the classification network that it is the trunk of (same parameter names)."""
    pretrained = source.state_dict()
    encoder.load_state_dict({name: pretrained[name] for name in encoder.state_dict()})
