"""The blocks of SG-CLDFF (the paper's Figure 1), measured on the built network: output shapes, parameters, costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from torch import Tensor, nn

from sgcldff.errors import InputError
from sgcldff.evaluation.cost import multiply_adds
from sgcldff.model.fusion import CrossLayerFusion
from sgcldff.model.network import SGCLDFFNetwork
from sgcldff.tables.architecture import ARCHITECTURE
from sgcldff.tables.files import write_table
from sgcldff.training.fit import failure_of, load_fit
from sgcldff.training.sg_cldff import SGCLDFF


def write_architecture(weights: Path, record: Path, out: Path) -> None:
    """architecture.csv of a fit; of one that failed, without rows. InputError for a fit of another method."""
    table = pd.DataFrame(columns=list(ARCHITECTURE.columns))
    if not failure_of(record):
        method, _, _ = load_fit(weights, record)
        if not isinstance(method, SGCLDFF):
            raise InputError(f"{record} is of {type(method).__name__}, and only SG-CLDFF is drawn: name a fit of it.")
        table = architecture(method.network, method.size, method.prior_source if method.alignment > 0 else "")
    write_table(table, out)


def architecture(network: SGCLDFFNetwork, size: int, prior: str) -> pd.DataFrame:
    """ARCHITECTURE of a network for images of `size` pixels; prior: what the alignment loss compares S with, or "".

    Every parameter and multiply-add of the network is in one block. Those of the products with S are none: what is
    counted are matrix products, convolutions and attention, as in cost.json.
    """
    parts = _parts(network)
    watched = {name: _Watched(module) for name, module in parts.items()}
    hooks = [each.module.register_forward_hook(each.watch) for each in watched.values()]
    network.eval()
    with torch.inference_mode():
        network(torch.zeros(1, 3, size, size))
        for hook in hooks:
            hook.remove()
        blocks = {"input": _row("", (3, size, size))}
        if network.saliency is not None and prior:
            # The annotated mask is not made from the image.
            blocks["prior"] = _row("" if prior == "mask" else "input", (1, size, size))
        for name, reads in _reads(network).items():
            if name in watched:
                blocks[name] = _row(reads, watched[name].shape, watched[name].parameters, watched[name].multiply_adds())
            else:  # a product with S is no module, and leaves the shape as it is
                gated = reads.split()[0]
                blocks[name] = _row(reads, watched[gated].shape if gated in watched else (3, size, size))
    return pd.DataFrame([{"block": name} | row for name, row in blocks.items()], columns=list(ARCHITECTURE.columns))


@dataclass
class _Watched:
    """A module, and what it was given and gave when the network ran."""

    module: nn.Module
    given: tuple[Any, ...] = ()
    shape: tuple[int, ...] = field(default=())

    def watch(self, _: nn.Module, given: tuple[Any, ...], output: Tensor) -> None:
        self.given, self.shape = given, tuple(output.shape[1:])

    def predict(self, _: Any = None) -> Tensor:
        return self.module(*self.given)

    @property
    def parameters(self) -> int:
        return sum(each.numel() for each in self.module.parameters())

    def multiply_adds(self) -> int | None:
        """Counted as those of a whole method are, which asks for nothing but `predict`."""
        return multiply_adds(self, None)


def _parts(network: SGCLDFFNetwork) -> Mapping[str, nn.Module]:
    """The modules that hold everything of the network, by the names of their blocks."""
    parts = {"saliency": network.saliency} if network.saliency is not None else {}
    parts |= {f"cnn{number}": stage for number, stage in enumerate(network.backbone.stages, 1)}
    parts |= {name.replace("f", "swin"): pair for name, pair in network.backbone.swin.items()}
    parts[_fusion(network)] = network.fusion
    heads = {"segment": network.segment, "classify": network.classify}
    return parts | {name: head for name, head in heads.items() if head is not None}


def _reads(network: SGCLDFFNetwork) -> dict[str, str]:
    """The blocks after the input, in the order of Figure 1, each with those that it reads."""
    parts, reads, features = _parts(network), {}, "input"
    if "saliency" in parts:
        reads["saliency"] = "input"
        if network.backbone.gate_at == "image":
            reads["gate"], features = "input saliency", "gate"
    maps = []
    for number in range(1, len(network.backbone.stages) + 1):
        stage, pair = f"cnn{number}", f"swin{number}"
        reads[stage], features = features, stage
        if "saliency" in parts and network.backbone.gate_at == "features":
            reads[f"gate{number}"], features = f"{stage} saliency", f"gate{number}"
        if pair in parts:
            reads[pair] = features
            maps.append(pair)
    reads[_fusion(network)] = " ".join(maps)
    return reads | {head: _fusion(network) for head in ("segment", "classify") if head in parts}


def _fusion(network: SGCLDFFNetwork) -> str:
    return "fusion" if isinstance(network.fusion, CrossLayerFusion) else "deepest"


def _row(
    reads: str, shape: tuple[int, ...], parameters: int | None = None, multiply_adds: int | None = None
) -> dict[str, Any]:
    return {
        "reads": reads,
        "shape": "×".join(map(str, shape)),
        "parameters": parameters,
        "multiply_adds": multiply_adds,
    }
