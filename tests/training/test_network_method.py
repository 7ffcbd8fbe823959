"""What every network shares: it is put on a device, restored and recorded like any other method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from sgcldff.config.training import Training
from sgcldff.errors import InputError
from sgcldff.method import HIDDEN, UNKNOWN, Run, Samples
from sgcldff.training import loop, network_method
from sgcldff.training.checkpoint import save_checkpoint
from sgcldff.training.network_method import NetworkMethod

Draw = Callable[..., Samples]
Settings = Callable[..., Training]


@pytest.fixture
def method_class(tiny_network: Callable[..., nn.Module]) -> type[NetworkMethod]:
    class Tiny(NetworkMethod):
        built_with: list[str] = []

        def build_network(self, weights: str) -> nn.Module:
            self.built_with.append(weights)
            return tiny_network(torch.initial_seed(), len(self.classes))

    return Tiny


@pytest.fixture
def fitted(method_class: type[NetworkMethod], draw: Draw, settings: Settings) -> NetworkMethod:
    method = method_class(("a", "b"), 16)
    method.fit(draw(8, size=16), draw(4, size=16, seed=1), Run(0, settings()))
    return method


def test_a_restored_network_predicts_the_same_bits(
    fitted: NetworkMethod, method_class: type[NetworkMethod], draw: Draw
) -> None:
    restored = method_class(("a", "b"), 16)
    restored.restore(fitted.state())
    samples = draw(5, size=16, seed=2)
    first, second = fitted.predict(samples), restored.predict(samples)
    assert np.array_equal(first.probabilities, second.probabilities) and np.array_equal(first.masks, second.masks)


def test_restoring_asks_for_no_pretrained_weights(fitted: NetworkMethod, method_class: type[NetworkMethod]) -> None:
    method_class.built_with.clear()
    method_class(("a", "b"), 16, weights="hub").restore(fitted.state())
    assert method_class.built_with == ["none"]


def test_a_network_predicts_without_being_shown_the_truth(fitted: NetworkMethod, draw: Draw) -> None:
    samples = draw(5, size=16, seed=2)
    hidden = samples.without_truth()
    assert (hidden.labels == HIDDEN).all() and (hidden.masks == UNKNOWN).all()
    assert np.array_equal(fitted.predict(samples).probabilities, fitted.predict(hidden).probabilities)


def test_the_state_is_arrays_that_later_training_does_not_touch(fitted: NetworkMethod) -> None:
    assert all(isinstance(array, np.ndarray) for array in fitted.state().values())


def test_a_fit_and_a_placement_say_what_they_settled_on(fitted: NetworkMethod) -> None:
    settled = {"device": "CPU", "precision": "float32", "batch_size": 4, "augmented_on": "cpu"}
    assert fitted.used() == {**settled, "not_deterministic": ""}
    fitted.settled = {}
    fitted.place("auto" if not torch.cuda.is_available() else "cpu", 1)
    assert fitted.used() == {"device": "CPU", "precision": "float32"}


@pytest.mark.parametrize(("own", "used"), [(None, 0.01), (0.002, 0.002)])
def test_a_learning_rate_of_its_own_replaces_the_configurations(
    own: float | None, used: float, method_class: type[NetworkMethod], draw: Draw, settings: Settings
) -> None:
    method = method_class(("a", "b"), 16, learning_rate=own)
    history = method.fit(draw(4, size=16), draw(4, size=16), Run(0, settings(epochs=1)))
    assert history[0]["learning_rate"] == used


def test_a_learning_rate_of_zero_is_refused(method_class: type[NetworkMethod]) -> None:
    with pytest.raises(InputError, match="learning_rate: 0"):
        method_class(("a", "b"), 16, learning_rate=0)


def test_the_parameters_are_the_networks_weights(fitted: NetworkMethod) -> None:
    convolution, normalisation, mask, classes = 3 * 4 * 9 + 4, 4 + 4, 4 + 1, 4 * 2 + 2
    assert fitted.parameters() == convolution + normalisation + mask + classes


def test_an_unfitted_network_neither_predicts_nor_has_a_state(method_class: type[NetworkMethod], draw: Draw) -> None:
    with pytest.raises(RuntimeError, match="Tiny predicts after fit or restore"):
        method_class(("a", "b"), 16).predict(draw(1, size=16))
    with pytest.raises(RuntimeError, match="Tiny has a state after fit or restore"):
        method_class(("a", "b"), 16).state()


def test_the_device_auto_is_settled_before_training(
    method_class: type[NetworkMethod], draw: Draw, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    method = method_class(("a", "b"), 16)
    method.fit(draw(4, size=16), draw(4, size=16), Run(0, settings(epochs=1), device="auto"))
    assert method.device == "cpu"


def hungry(method_class: type[NetworkMethod], most: int) -> type[NetworkMethod]:
    """The same method with a memory for so many images in a batch."""

    class Hungry(method_class):
        fits = most

        def build_network(self, weights: str) -> nn.Module:
            network = super().build_network(weights)
            network.register_forward_pre_hook(self.allocate)
            return network

        def allocate(self, network: nn.Module, given: tuple[torch.Tensor]) -> None:
            if network.training and len(given[0]) > self.fits:
                raise torch.OutOfMemoryError("CUDA out of memory.")

    return Hungry


def test_a_batch_that_does_not_fit_into_memory_is_halved_and_the_fit_is_that_of_the_smaller_batch(
    method_class: type[NetworkMethod], draw: Draw, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    subsets = draw(8, size=16), draw(4, size=16, seed=1)
    halved, small = hungry(method_class, 2)(("a", "b"), 16), method_class(("a", "b"), 16)
    halved.fit(*subsets, Run(0, settings(batch_size=4)))
    small.fit(*subsets, Run(0, settings(batch_size=2)))
    assert halved.used()["batch_size"] == small.used()["batch_size"] == 2
    assert all(np.array_equal(array, small.state()[name]) for name, array in halved.state().items())
    assert "a batch of 4 images does not fit into memory: starting again with 2" in capsys.readouterr().err


def test_a_fit_of_half_batches_that_was_killed_goes_on_with_them_where_whole_ones_would_fit_by_now(
    method_class: type[NetworkMethod],
    draw: Draw,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    subsets, run = (draw(8, size=16), draw(4, size=16, seed=1)), Run(0, settings(batch_size=4, epochs=3))
    unbroken = hungry(method_class, 2)(("a", "b"), 16)
    unbroken.fit(*subsets, run)

    def killed(path: Path, content: dict[str, Any]) -> None:
        save_checkpoint(path, content)
        raise KeyboardInterrupt

    tight, run = hungry(method_class, 2), replace(run, checkpoint=tmp_path / "checkpoint")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(loop, "save_checkpoint", killed)
        tight(("a", "b"), 16).fit(*subsets, run)
    capsys.readouterr()
    tight.fits = 100
    resumed = tight(("a", "b"), 16)
    resumed.fit(*subsets, run)
    assert "going on after epoch 1" in capsys.readouterr().err
    assert resumed.used()["batch_size"] == 2
    assert all(np.array_equal(array, resumed.state()[name]) for name, array in unbroken.state().items())


@pytest.mark.parametrize("batch_size", [1, 2, 8])
def test_a_batch_that_does_not_fit_when_it_is_halved_is_refused_with_the_remedy(
    method_class: type[NetworkMethod], draw: Draw, settings: Settings, batch_size: int
) -> None:
    method = hungry(method_class, 0)(("a", "b"), 16)
    with pytest.raises(InputError, match="does not fit into memory: set a smaller `training.batch_size`"):
        method.fit(draw(8, size=16), draw(4, size=16), Run(0, settings(batch_size=batch_size)))


def test_another_error_of_torch_is_no_want_of_memory(
    method_class: type[NetworkMethod], draw: Draw, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network_method, "fit_network", lambda *_: torch.ones(2) @ torch.ones(3))
    with pytest.raises(RuntimeError, match="inconsistent tensor size"):
        method_class(("a", "b"), 16).fit(draw(8, size=16), draw(4, size=16), Run(0, settings()))


def test_a_stored_network_has_the_normalisation_that_it_was_fitted_with(
    method_class: type[NetworkMethod], draw: Draw, settings: Settings
) -> None:
    method = method_class(("a", "b"), 16, norm="group")
    method.fit(draw(8, size=16), draw(4, size=16, seed=1), Run(0, settings()))
    assert not any(isinstance(each, nn.BatchNorm2d) for each in method.network.modules())
    restored = method_class(("a", "b"), 16, norm="group")
    restored.restore(method.state())
    samples = draw(5, size=16, seed=2)
    assert np.array_equal(method.predict(samples).probabilities, restored.predict(samples).probabilities)


def test_an_unknown_normalisation_layer_is_refused(method_class: type[NetworkMethod]) -> None:
    with pytest.raises(InputError, match="Unknown `norm: layer`: give one of batch, group, frozen"):
        method_class(("a", "b"), 16, norm="layer")


def test_an_augmentation_of_its_own_replaces_what_it_names(
    method_class: type[NetworkMethod], draw: Draw, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    monkeypatch.setattr(network_method, "fit_network", lambda task, run, name: seen.append(run.training) or [])
    method_class(("a", "b"), 16, augmentation={"noise": 0.0}).fit(
        draw(4, size=16), draw(4, size=16), Run(0, settings())
    )
    asked = settings().augmentation
    assert seen[0].augmentation == asked.model_copy(update={"noise": 0.0}) and asked.noise > 0


def test_an_augmentation_that_does_not_exist_is_refused_with_those_that_do(method_class: type[NetworkMethod]) -> None:
    with pytest.raises(InputError, match="augmentation: sharpness.*rotation, flips"):
        method_class(("a", "b"), 16, augmentation={"sharpness": 1.0})


def test_without_class_weights_a_rare_class_weighs_like_any_other(
    method_class: type[NetworkMethod], draw: Draw, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def weights(**arguments: bool) -> list[object]:
        given = []

        def cross_entropy(logits: Tensor, labels: Tensor, weight: Tensor | None) -> Tensor:
            given.append(weight)
            return logits.sum() * 0

        monkeypatch.setattr(loop.F, "cross_entropy", cross_entropy)
        method_class(("a", "b"), 16, **arguments).fit(draw(4, size=16), draw(4, size=16), Run(0, settings(epochs=1)))
        return given

    assert all(each is not None for each in weights())
    assert weights(class_weights=False) == [None] * len(weights())


def test_an_adapted_method_depends_on_the_images_and_leaves_the_fitted_one_alone(
    fitted: NetworkMethod, draw: Draw
) -> None:
    samples = draw(40, size=16).without_truth()
    before = fitted.predict(samples)
    dark = replace(samples, images=samples.images // 2)
    adapted = fitted.adapted(dark.images).predict(samples)
    assert not np.array_equal(adapted.probabilities, before.probabilities)
    assert np.array_equal(fitted.predict(samples).probabilities, before.probabilities)
    again = fitted.adapted(dark.images).predict(samples)
    assert np.array_equal(again.probabilities, adapted.probabilities)


def test_a_network_without_batch_normalisation_refuses_to_be_adapted(
    method_class: type[NetworkMethod], draw: Draw, settings: Settings
) -> None:
    method = method_class(("a", "b"), 16, norm="group")
    method.fit(draw(4, size=16), draw(4, size=16), Run(0, settings(epochs=1)))
    with pytest.raises(InputError, match="Tiny has no batch normalisation to adapt"):
        method.adapted(draw(4, size=16).images)
