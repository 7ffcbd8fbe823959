"""Weights from the hub are had as asked for, or refused in a sentence."""

from __future__ import annotations

from typing import Any

import pytest
import timm
import torch

from sgcldff.errors import InputError
from sgcldff.model.pretrained import hub_network


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
    with pytest.raises(InputError, match="weights: package` of resnet18: give hub or none"):
        hub_network("resnet18", "package")
    assert not asked
