"""SG-CLDFF composed: an arm differs from the full network in the one thing that it names."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from sgcldff.errors import InputError
from sgcldff.model.network import SGCLDFFNetwork

ARMS = {
    "full": {},
    "no_saliency": {"saliency": False},
    "no_fusion": {"fusion": False},
    "neither": {"saliency": False, "fusion": False},
}


def network(seed: int = 0, **changes: bool) -> SGCLDFFNetwork:
    torch.manual_seed(seed)
    arguments = {
        "saliency": True,
        "fusion": True,
        "width": 128,
        "weights": "none",
        "gate_at": "features",
        "gate": "S",
        "heads": "both",
    }
    return SGCLDFFNetwork(4, 64, **(arguments | changes))


def weights(arm: str, seed: int = 0) -> dict[str, Tensor]:
    return network(seed, **ARMS[arm]).state_dict()


def size(state: dict[str, Tensor], *components: str) -> int:
    return sum(tensor.numel() for name, tensor in state.items() if name.startswith(components))


@pytest.mark.parametrize("arm", ARMS)
def test_outputs_have_the_shapes_that_training_expects(arm: str) -> None:
    outputs = network(**ARMS[arm])(torch.randn(2, 3, 64, 64))
    shapes = {name: tuple(tensor.shape) for name, tensor in outputs.items()}
    expected = {"classes": (2, 4), "mask": (2, 64, 64)}
    assert shapes == expected | ({} if "saliency" in ARMS[arm] else {"saliency": (2, 1, 16, 16)})


@pytest.mark.parametrize("arm", ["no_saliency", "no_fusion", "neither"])
def test_an_arm_starts_from_the_weights_of_the_full_network_wherever_both_have_them(arm: str) -> None:
    full, other = weights("full"), weights(arm)
    assert set(other) <= set(full)
    differing = [name for name, tensor in other.items() if not torch.equal(tensor, full[name])]
    # Without fusion the 1x1 convolution takes 256 channels in place of 448: it cannot be the same.
    assert differing == ([] if arm == "no_saliency" else ["fusion.reduce.0.weight"])


def test_without_saliency_the_saliency_module_alone_is_gone() -> None:
    gone = set(weights("full")) - set(weights("no_saliency"))
    assert gone == {name for name in weights("full") if name.startswith("saliency.")}


def test_without_fusion_the_two_shallow_maps_alone_are_gone() -> None:
    gone = set(weights("full")) - set(weights("no_fusion"))
    assert gone == {name for name in weights("full") if name.startswith(("backbone.swin.f1.", "backbone.swin.f2."))}


def test_without_fusion_the_decoder_keeps_about_its_size() -> None:
    decoder = ("fusion.", "segment.", "classify.")
    assert 0.85 < size(weights("no_fusion"), *decoder) / size(weights("full"), *decoder) <= 1


def test_the_seed_decides_every_random_weight() -> None:
    first, again, other = weights("full", 1), weights("full", 1), weights("full", 2)
    assert all(torch.equal(first[name], again[name]) for name in first)
    random = [name for name, tensor in first.items() if tensor.dim() == 4 or "bias_table" in name]
    assert random and not any(torch.equal(first[name], other[name]) for name in random)


def test_two_components_do_not_share_a_stream() -> None:
    state = weights("full")
    shallow, deep = state["segment.coarse.0.weight"], state["classify.features.0.weight"]
    assert not torch.allclose(shallow.flatten()[:64], deep.flatten()[:64])


def test_in_the_image_reading_the_gate_stands_before_the_backbone() -> None:
    images = torch.randn(1, 3, 64, 64)
    at_features, at_image = network().eval(), network(gate_at="image").eval()
    with torch.inference_mode():
        assert torch.equal(at_features(images)["saliency"], at_image(images)["saliency"])
        assert not torch.allclose(at_features(images)["classes"], at_image(images)["classes"])


@pytest.mark.parametrize("arm", ARMS)
def test_every_parameter_gets_a_gradient(arm: str) -> None:
    whole = network(**ARMS[arm])
    sum(output.float().square().mean() for output in whole(torch.randn(2, 3, 64, 64)).values()).backward()
    assert [name for name, parameter in whole.named_parameters() if parameter.grad is None] == []


def test_one_plus_s_takes_nothing_away_where_the_saliency_is_nothing() -> None:
    images = torch.randn(2, 3, 64, 64)
    ungated, gated = network(saliency=False).eval(), network(gate="1+S").eval()
    torch.nn.init.constant_(gated.saliency.map.bias, -100.0)
    torch.testing.assert_close(gated(images)["classes"], ungated(images)["classes"])


def test_a_gate_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(InputError, match="gate: 2S.*S, 1\\+S"):
        network(gate="2S")


@pytest.mark.parametrize("head", ["classes", "mask"])
def test_a_head_alone_is_the_only_output_and_starts_from_the_weights_that_it_has_beside_the_other(head: str) -> None:
    images = torch.randn(2, 3, 64, 64)
    both, alone = network().eval()(images), network(heads=head).eval()(images)
    assert alone.keys() == {head, "saliency"}
    torch.testing.assert_close(alone[head], both[head])


def test_heads_that_do_not_exist_are_refused_with_those_that_do() -> None:
    with pytest.raises(InputError, match="heads: three.*both, classes, mask"):
        network(heads="three")
