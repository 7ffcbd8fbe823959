"""Weights from the hub are had as asked for, or refused in a sentence."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import timm
import torch
from safetensors.torch import save_file

from sgcldff.errors import InputError
from sgcldff.model.pretrained import hub_network, read_weights, take_file


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What timm is asked for; it never reaches the hub."""
    calls: list[dict[str, Any]] = []

    def create(name: str, **arguments: Any) -> torch.nn.Module:
        calls.append({"name": name, **arguments})
        if arguments["pretrained"]:
            raise OSError("no route to the host")
        return torch.nn.Identity()

    monkeypatch.setattr(timm, "create_model", create)
    return calls


def test_an_unreachable_hub_is_an_input_error_that_names_network_and_remedy(asked: list[dict[str, Any]]) -> None:
    with pytest.raises(InputError, match="weights of resnet18 cannot be had from the hub .OSError.*`none`"):
        hub_network("resnet18", "hub")
    assert asked == [{"name": "resnet18", "pretrained": True}]


def test_random_weights_are_had_when_asked_for_and_options_reach_timm(asked: list[dict[str, Any]]) -> None:
    hub_network("resnet18", "none", features_only=True)
    assert asked == [{"name": "resnet18", "pretrained": False, "features_only": True}]


def test_another_source_of_weights_is_refused(asked: list[dict[str, Any]]) -> None:
    with pytest.raises(InputError, match="weights: package` of resnet18: give hub, none, or a file"):
        hub_network("resnet18", "package")
    assert not asked


@pytest.fixture
def stored(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Writes tensors, as safetensors or by torch, and gives the argument that names them."""

    def write(content: Any, name: str = "weights.safetensors") -> dict[str, str]:
        file = tmp_path / name
        save_file(content, file) if name.endswith(".safetensors") else torch.save(content, file)
        return {"file": str(file), "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}

    return write


TENSORS = {"weight": torch.arange(6.0).view(2, 3), "bias": torch.ones(2)}


@pytest.mark.parametrize("name", ["weights.safetensors", "weights.pth"])
def test_a_file_gives_its_tensors_by_name(stored: Callable[..., dict[str, str]], name: str) -> None:
    found = read_weights(stored(TENSORS, name))
    assert found.keys() == TENSORS.keys() and all(torch.equal(found[key], TENSORS[key]) for key in TENSORS)


def test_a_checkpoint_of_dinov2_gives_the_teachers_backbone(stored: Callable[..., dict[str, str]]) -> None:
    teacher = {f"backbone.{name}": tensor for name, tensor in TENSORS.items()} | {"dino_head.mlp": torch.ones(1)}
    assert read_weights(stored({"teacher": teacher}, "dino.pth")).keys() == TENSORS.keys()


def test_timms_network_has_the_weights_of_the_file(stored: Callable[..., dict[str, str]]) -> None:
    source = timm.create_model("resnet10t")
    network = hub_network("resnet10t", stored(source.state_dict()), num_classes=0)
    assert torch.equal(network.layer1[0].conv1.weight, source.layer1[0].conv1.weight)


def test_another_file_than_was_meant_is_refused(stored: Callable[..., dict[str, str]]) -> None:
    with pytest.raises(InputError, match=r"sha256 of the weights .*weights.safetensors is \w+, and not abc"):
        read_weights(stored(TENSORS) | {"sha256": "abc"})


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none.safetensors cannot be read .*put the file there"):
        read_weights({"file": str(tmp_path / "none.safetensors"), "sha256": ""})


def test_an_entry_without_a_sha256_is_refused() -> None:
    with pytest.raises(InputError, match="give `file` and `sha256`"):
        read_weights({"file": "weights.safetensors"})


def test_a_file_that_would_run_code_is_refused(stored: Callable[..., dict[str, str]]) -> None:
    with pytest.raises(InputError, match="model.pth holds no weights"):
        read_weights(stored(torch.nn.Linear(3, 2), "model.pth"))


def test_weights_of_another_network_are_refused(stored: Callable[..., dict[str, str]]) -> None:
    with pytest.raises(InputError, match="does not fit resnet10t"):
        hub_network("resnet10t", stored(TENSORS))
    with pytest.raises(InputError, match="does not fit a layer"):
        take_file(torch.nn.Linear(5, 2), stored(TENSORS), "a layer")
