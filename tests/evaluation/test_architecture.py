from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from prepared import write_prepared
from short_fits import fit_of

from sgcldff.errors import InputError
from sgcldff.evaluation.architecture import architecture, write_architecture
from sgcldff.evaluation.cost import multiply_adds
from sgcldff.method import Samples
from sgcldff.model.network import SGCLDFFNetwork
from sgcldff.tables.architecture import ARCHITECTURE
from sgcldff.tables.read import read_table

SIZE = 64
ASKED = {"method": "full", "classes": ["x", "y"], "size": SIZE, "seed": 0}


def network(size: int = SIZE, **changes: object) -> SGCLDFFNetwork:
    torch.manual_seed(0)
    arguments = {"saliency": True, "fusion": True, "width": 16, "weights": "none", "gate_at": "features"}
    return SGCLDFFNetwork(3, size, **(arguments | {"gate": "S", "heads": "both"} | changes))


def blocks(net: SGCLDFFNetwork, size: int = SIZE, prior: str = "colour") -> pd.DataFrame:
    return architecture(net, size, prior).set_index("block")


class Whole:
    def __init__(self, net: SGCLDFFNetwork, size: int) -> None:
        self.network, self.size = net, size

    def predict(self, _: object) -> object:
        with torch.inference_mode():
            return self.network(torch.zeros(1, 3, self.size, self.size))


@pytest.mark.parametrize(
    ("size", "changes"),
    [
        (64, {}),
        (96, {"width": 24}),
        (64, {"saliency": False, "fusion": False}),
        (64, {"gate_at": "image", "heads": "mask"}),
    ],
)
def test_parameters_and_multiply_adds_of_the_blocks_add_up_to_those_of_the_network(size, changes):
    net = network(size, **changes).eval()
    table = blocks(net, size)
    assert table["parameters"].sum() == sum(each.numel() for each in net.parameters())
    assert table["multiply_adds"].sum() == multiply_adds(Whole(net, size), None)


def test_the_blocks_stand_in_the_order_of_the_paper_and_say_what_they_read():
    table = blocks(network())
    stages = [f"{part}{number}" for number in (1, 2, 3) for part in ("cnn", "gate", "swin")]
    assert list(table.index) == ["input", "prior", "saliency", *stages, "fusion", "segment", "classify"]
    assert table.loc["cnn2", "reads"] == "gate1" and table.loc["gate2", "reads"] == "cnn2 saliency"
    assert table.loc["fusion", "reads"] == "swin1 swin2 swin3"


def test_shapes_are_those_of_the_outputs():
    table = blocks(network(224), 224)
    wanted = {"input": "3×224×224", "saliency": "1×56×56", "gate1": "24×56×56", "swin1": "64×56×56"}
    wanted |= {"swin2": "128×28×28", "swin3": "256×14×14", "fusion": "16×56×56"}
    wanted |= {"segment": "224×224", "classify": "3"}
    assert table["shape"][list(wanted)].to_dict() == wanted


def test_a_product_with_s_has_nothing_to_count():
    gates = blocks(network()).loc[["gate1", "gate2", "gate3"], ["parameters", "multiply_adds"]]
    assert gates.isna().all(axis=None)


def test_a_network_without_saliency_has_no_gate_and_no_prior():
    assert not {"saliency", "prior", "gate1"} & set(blocks(network(saliency=False)).index)


def test_without_fusion_the_deepest_map_alone_is_read():
    table = blocks(network(fusion=False))
    assert table.loc["deepest", "reads"] == "swin3" and "swin1" not in table.index


def test_a_gate_at_the_image_stands_before_the_first_stage():
    table = blocks(network(gate_at="image"))
    assert table.loc["gate", "shape"] == "3×64×64" and table.loc["cnn1", "reads"] == "gate"


def test_a_prior_that_is_the_annotated_mask_is_not_made_from_the_image():
    assert [blocks(network(), prior=prior).loc["prior", "reads"] for prior in ("mask", "edges")] == ["", "input"]


def test_a_network_that_is_compared_with_no_prior_has_none():
    assert "prior" not in blocks(network(), prior="").index


def test_the_hooks_are_gone_afterwards():
    net = network()
    blocks(net)
    assert not any(module._forward_hooks for module in net.modules())


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    """A folder with four grey images of two classes, prepared and split."""
    grey = np.full((4, SIZE, SIZE, 3), 128, np.uint8)
    samples = Samples(list("abcd"), grey, np.arange(4) % 2, grey[..., 0] // 128)
    write_prepared(tmp_path, samples, ["x", "y"], ["train", "train", "validation", "validation"])
    return tmp_path


def test_the_file_of_a_fit_has_the_blocks_of_its_network(prepared: Path) -> None:
    files = fit_of("sgcldff.training.sg_cldff.SGCLDFF", {"weights": "none", "width": 8}, prepared, **ASKED)
    write_architecture(files.weights, files.record, prepared / "architecture.csv")
    table = read_table(prepared / "architecture.csv", ARCHITECTURE).set_index("block")
    assert table.loc["fusion", "shape"] == "8×16×16" and table.loc["classify", "shape"] == "2"


def test_only_sg_cldff_is_drawn(prepared: Path) -> None:
    files = fit_of("baselines.controls.Chance", {}, prepared, **ASKED)
    with pytest.raises(InputError, match=r"fit\.json is of Chance, and only SG-CLDFF is drawn"):
        write_architecture(files.weights, files.record, prepared / "architecture.csv")


def test_of_a_fit_that_failed_there_is_no_block(prepared: Path) -> None:
    files = fit_of("baselines.controls.Chance", {}, prepared, **ASKED)
    content = json.loads(files.record.read_text()) | {"failed": {"reason": "the loss", "try_again": False}}
    files.record.write_text(json.dumps(content))
    write_architecture(files.weights, files.record, prepared / "architecture.csv")
    assert read_table(prepared / "architecture.csv", ARCHITECTURE).empty
