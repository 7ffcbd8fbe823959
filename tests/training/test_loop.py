"""The training loop: goes on after a kill, stops early, keeps the best epoch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score
from torch import Tensor, nn

from sgcldff.config.training import Training
from sgcldff.errors import FitError
from sgcldff.method import UNKNOWN, Run, Samples
from sgcldff.metrics import classification
from sgcldff.training import loop
from sgcldff.training.checkpoint import load_checkpoint, save_checkpoint
from sgcldff.training.device import has_bfloat16
from sgcldff.training.loop import Task, fit_network, predict_network

Draw = Callable[..., Samples]
Build = Callable[..., nn.Module]
Settings = Callable[..., Training]
Fitted = tuple[dict[str, Tensor], list[dict[str, float]]]


@pytest.fixture
def fit(draw: Draw, tiny_network: Build, settings: Settings) -> Callable[..., Fitted]:
    """Fit a tiny network on ten drawn cells of 16 pixels; keywords change the settings."""

    def run(seed: int = 0, checkpoint: Path | None = None, **changes: Any) -> Fitted:
        network = tiny_network(seed)
        task = Task(network, 2, draw(10, size=16), draw(6, size=16, seed=1), None, lambda *_: {}, "fixed")
        history = fit_network(task, Run(seed, settings(**changes), "cpu", 1, checkpoint), "the same fit")
        return network.state_dict(), history

    return run


@pytest.fixture
def killed_after(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Any]:
    """(epochs): a context in which a fit dies once that many checkpoints are written."""
    save = loop.save_checkpoint

    class Context:
        def __init__(self, epochs: int) -> None:
            self.left = epochs

        def __enter__(self) -> None:
            monkeypatch.setattr(loop, "save_checkpoint", self.save)

        def save(self, *arguments: Any) -> None:
            save(*arguments)
            self.left -= 1
            if not self.left:
                raise KeyboardInterrupt

        def __exit__(self, kind: type | None, *_: object) -> bool:
            monkeypatch.setattr(loop, "save_checkpoint", save)
            assert kind is KeyboardInterrupt
            return True

    return Context


def same(one: Fitted, other: Fitted) -> bool:
    return one[1] == other[1] and all(torch.equal(one[0][name], other[0][name]) for name in one[0])


def validation_scores(monkeypatch: pytest.MonkeyPatch, scores: list[tuple[float, float]]) -> None:
    """Each epoch's validation macro-F1 and IoU, in place of the true ones."""
    counter = {"evaluated": 0}

    def validate(network: nn.Module, *_: Any) -> dict[str, float]:
        f1, iou = scores[counter["evaluated"]]
        counter["evaluated"] += 1
        return {"validation_f1": f1, "validation_iou": iou}

    monkeypatch.setattr(loop, "_validate", validate)


def test_two_fits_of_one_seed_are_the_same(fit: Callable[..., Fitted]) -> None:
    assert same(fit(seed=1), fit(seed=1))


def test_another_seed_is_another_fit(fit: Callable[..., Fitted]) -> None:
    assert not same(fit(seed=1), fit(seed=2))


def test_what_torch_drew_before_does_not_matter(fit: Callable[..., Fitted]) -> None:
    first = fit()
    torch.manual_seed(1234)
    assert same(first, fit())


@pytest.mark.parametrize("epochs", [1, 2, 3, 4])
def test_a_fit_killed_after_any_epoch_ends_like_one_that_was_not(
    fit: Callable[..., Fitted], killed_after: Callable[[int], Any], tmp_path: Path, epochs: int
) -> None:
    checkpoint = tmp_path / "checkpoint.safetensors"
    with killed_after(epochs):
        fit(checkpoint=checkpoint)
    assert same(fit(checkpoint=checkpoint), fit())


def test_a_fit_killed_twice_ends_like_one_that_was_not(
    fit: Callable[..., Fitted], killed_after: Callable[[int], Any], tmp_path: Path
) -> None:
    for _ in range(2):
        with killed_after(1):
            fit(checkpoint=tmp_path / "checkpoint.safetensors")
    assert same(fit(checkpoint=tmp_path / "checkpoint.safetensors"), fit())


def test_a_checkpoint_of_another_fit_is_ignored(
    fit: Callable[..., Fitted], killed_after: Callable[[int], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = tmp_path / "checkpoint.safetensors"
    with killed_after(2):
        fit(seed=1, checkpoint=checkpoint)
    content = load_checkpoint(checkpoint, "the same fit")
    save_checkpoint(checkpoint, content | {"fingerprint": "another fit"})
    assert same(fit(seed=0, checkpoint=checkpoint), fit(seed=0))


def test_the_learning_rate_falls_as_asked_also_after_a_resumption(
    fit: Callable[..., Fitted], killed_after: Callable[[int], Any], tmp_path: Path
) -> None:
    with killed_after(3):
        fit(checkpoint=tmp_path / "checkpoint.safetensors", epochs=6)
    rates = [row["learning_rate"] for row in fit(checkpoint=tmp_path / "checkpoint.safetensors", epochs=6)[1]]
    assert rates == pytest.approx([0.01, 0.01, 0.001, 0.001, 0.0001, 0.0001])


def test_patience_counts_the_epochs_since_the_best(fit: Callable[..., Fitted], monkeypatch: pytest.MonkeyPatch) -> None:
    validation_scores(monkeypatch, [(0.5, 0), (0.4, 0), (0.6, 0), (0.6, 0), (0.5, 0), (0.9, 0)])
    assert len(fit(epochs=6, patience=2)[1]) == 5


@pytest.mark.parametrize("epochs", [1, 2, 3, 4, 5])
def test_an_early_stop_comes_at_the_same_epoch_after_a_resumption(
    fit: Callable[..., Fitted],
    killed_after: Callable[[int], Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    epochs: int,
) -> None:
    scores = [(0.5, 0), (0.4, 0), (0.6, 0), (0.6, 0), (0.5, 0), (0.9, 0), (1.0, 0)]
    validation_scores(monkeypatch, scores)
    unbroken = fit(epochs=7, patience=2)
    validation_scores(monkeypatch, scores)  # the counter goes on through the kill
    with killed_after(epochs):
        fit(epochs=7, patience=2, checkpoint=tmp_path / "checkpoint.safetensors")
    assert same(fit(epochs=7, patience=2, checkpoint=tmp_path / "checkpoint.safetensors"), unbroken)


def test_the_weights_of_the_best_epoch_come_back(fit: Callable[..., Fitted], monkeypatch: pytest.MonkeyPatch) -> None:
    validation_scores(monkeypatch, [(0.5, 0), (0.7, 0), (0.6, 0), (0.1, 0)])
    best = fit(epochs=4)[0]
    validation_scores(monkeypatch, [(0.5, 0), (0.7, 0)])
    assert same((best, []), (fit(epochs=2)[0], []))


def test_at_the_same_macro_f1_the_better_masks_decide(
    fit: Callable[..., Fitted], monkeypatch: pytest.MonkeyPatch
) -> None:
    validation_scores(monkeypatch, [(0.7, 0.2), (0.7, 0.3), (0.7, 0.1), (0.6, 0.9)])
    best = fit(epochs=4)[0]
    validation_scores(monkeypatch, [(0.7, 0.2), (0.7, 0.3)])
    assert same((best, []), (fit(epochs=2)[0], []))


def test_the_history_has_a_row_an_epoch_with_every_loss_and_score(fit: Callable[..., Fitted]) -> None:
    history = fit(epochs=3)[1]
    assert [row["epoch"] for row in history] == [1, 2, 3]
    losses = {"train_classification", "train_segmentation"}
    scores = {"validation_f1", "validation_accuracy", "validation_iou"}
    assert all(set(row) == {"epoch", "learning_rate"} | losses | scores for row in history)
    assert all(type(value) in (int, float) for row in history for value in row.values())


def test_every_epoch_is_told_and_the_best_of_them_at_the_end(
    fit: Callable[..., Fitted], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    validation_scores(monkeypatch, [(0.5, 0), (0.7, 0), (0.6, 0)])
    fit(epochs=3)
    first, second, third, end = capsys.readouterr().err.splitlines()
    assert [line.split(",")[0] for line in (first, second, third)] == [f"epoch {each} of 3" for each in (1, 2, 3)]
    assert ["best so far" in line for line in (first, second, third)] == [True, True, False]
    assert end == "the weights of epoch 2 are kept"


def test_training_makes_the_losses_fall(fit: Callable[..., Fitted]) -> None:
    history = fit(epochs=15, decay_every=100)[1]
    assert history[-1]["train_segmentation"] < 0.8 * history[0]["train_segmentation"]


def test_a_loss_that_is_not_finite_stops_the_fit_and_names_the_epoch(
    draw: Draw, tiny_network: Build, settings: Settings
) -> None:
    def broken(outputs: dict[str, Tensor], batch: Any) -> dict[str, Tensor]:
        return {"broken": outputs["mask"].mean() * float("nan")}

    task = Task(tiny_network(), 2, draw(4, size=16), draw(4, size=16), None, broken, "fixed")
    with pytest.raises(FitError, match=r"the loss of epoch 1 is not finite \(train_broken\)"):
        fit_network(task, Run(0, settings()), "")


def test_a_fit_that_fails_later_keeps_the_history_of_the_epochs_before(
    draw: Draw, tiny_network: Build, settings: Settings
) -> None:
    def broken(outputs: dict[str, Tensor], batch: Any) -> dict[str, Tensor]:
        calls.append(1)
        return {"broken": outputs["mask"].mean() * (float("inf") if len(calls) > 2 else 1.0)}

    calls: list[int] = []
    task = Task(tiny_network(), 2, draw(4, size=16), draw(4, size=16), None, broken, "fixed")
    with pytest.raises(FitError) as error:
        fit_network(task, Run(0, settings(batch_size=2, epochs=3)), "")
    assert [row["epoch"] for row in error.value.history] == [1]


def test_a_network_whose_predictions_are_not_finite_has_failed(
    draw: Draw, tiny_network: Build, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "predict_network", lambda *_: (np.full((4, 2), np.nan), None))
    task = Task(tiny_network(), 2, draw(4, size=16), draw(4, size=16), None, lambda *_: {}, "fixed")
    with pytest.raises(FitError, match="after epoch 1, the predicted probabilities are not finite"):
        fit_network(task, Run(0, settings()), "")


def test_training_images_without_masks_still_teach_classes(draw: Draw, tiny_network: Build, settings: Settings) -> None:
    unmasked = [replace(each, masks=np.full_like(each.masks, UNKNOWN)) for each in (draw(6, size=16), draw(4, size=16))]
    task = Task(tiny_network(), 2, *unmasked, None, lambda *_: {}, "fixed")
    for row in fit_network(task, Run(0, settings()), ""):
        assert row["train_segmentation"] == 0 and np.isnan(row["validation_iou"]) and row["train_classification"] > 0


class OneTask(nn.Module):
    """A network without one of its outputs."""

    def __init__(self, whole: nn.Module, left_out: str) -> None:
        super().__init__()
        self.whole, self.left_out = whole, left_out

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        return {name: tensor for name, tensor in self.whole(images).items() if name != self.left_out}


@pytest.mark.parametrize(
    ("left_out", "absent"),
    [
        ("mask", {"train_segmentation", "validation_iou"}),
        ("classes", {"train_classification", "validation_f1", "validation_accuracy"}),
    ],
)
def test_a_network_of_one_task_is_trained_and_judged_by_that_task(
    left_out: str, absent: set[str], draw: Draw, tiny_network: Build, settings: Settings
) -> None:
    network = OneTask(tiny_network(), left_out)
    task = Task(network, 2, draw(8, size=16), draw(4, size=16, seed=1), None, lambda *_: {}, "fixed")
    history = fit_network(task, Run(0, settings()), "")
    every = {f"train_{each}" for each in ("segmentation", "classification")}
    every |= {f"validation_{each}" for each in ("f1", "accuracy", "iou")}
    assert len(history) == 4 and all(every & set(row) == every - absent for row in history)
    probabilities, masks = predict_network(network, draw(3, size=16).images, "fixed", "cpu")
    assert [each is None for each in (probabilities, masks)] == [left_out == "classes", left_out == "mask"]


class Fixed(nn.Module):
    """Says class 1 and a mask on the left half, whatever the image."""

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        mask = torch.ones(images.shape[0], *images.shape[2:])
        mask[:, :, images.shape[3] // 2 :] = -1
        return {"mask": mask, "classes": torch.tensor([[0.0, 2.0]]).repeat(len(images), 1)}


def test_validation_scores_by_hand(draw: Draw) -> None:
    samples = draw(3, size=16)
    masks = np.zeros((3, 16, 16), np.uint8)
    masks[0, :, :4] = 1  # half of what is predicted
    masks[1, :, 4:12] = 2  # a third of the union...
    masks[1, :, 8:] = UNKNOWN  # ...of which the part outside is unknown: half of the rest
    masks[2] = UNKNOWN  # not scored
    scores = loop._validate(Fixed(), replace(samples, masks=masks, labels=np.array([1, 1, 0])), "fixed", "cpu")
    assert scores["validation_iou"] == pytest.approx((1 / 2 + 1 / 2) / 2)
    assert scores["validation_accuracy"] == pytest.approx(2 / 3)
    assert scores["validation_f1"] == pytest.approx((0.8 + 0) / 2)


@given(st.integers(2, 8), st.integers(1, 60), st.integers(0, 2**32 - 1))
def test_the_macro_f1_that_chooses_the_epoch_is_that_of_scikit_learn(classes: int, count: int, seed: int) -> None:
    """To the last bit, with classes that occur in truth alone, in predictions alone, or in neither."""
    generator = np.random.default_rng(seed)
    truth, predicted = (generator.integers(0, generator.integers(1, classes + 1), count) for _ in range(2))
    *_, f1 = classification.precision_recall_f1(truth, predicted, classes)
    assert classification.macro(f1) == float(f1_score(truth, predicted, average="macro", zero_division=0))


def test_an_iou_that_is_undefined_is_never_better(fit: Callable[..., Fitted], monkeypatch: pytest.MonkeyPatch) -> None:
    validation_scores(monkeypatch, [(0.7, 0.2), (0.7, np.nan), (0.7, 0.1), (0.7, np.nan)])
    best = fit(epochs=4)[0]
    validation_scores(monkeypatch, [(0.7, 0.2)])
    assert same((best, []), (fit(epochs=1)[0], []))


def test_a_defined_iou_is_better_than_none(fit: Callable[..., Fitted], monkeypatch: pytest.MonkeyPatch) -> None:
    validation_scores(monkeypatch, [(0.7, np.nan), (0.7, 0.1), (0.7, np.nan)])
    best = fit(epochs=3)[0]
    validation_scores(monkeypatch, [(0.7, np.nan), (0.7, 0.1)])
    assert same((best, []), (fit(epochs=2)[0], []))


def test_predictions_do_not_depend_on_the_company(draw: Draw, tiny_network: Build) -> None:
    samples, network = draw(loop.CPU_PIXELS // 64**2 + 3, size=64), tiny_network()
    probabilities, masks = predict_network(network, samples.images, "fixed", "cpu")
    assert probabilities.shape == (len(samples), 2) and probabilities.dtype == np.float64
    assert masks.shape == (len(samples), 64, 64) and masks.dtype == bool
    assert np.allclose(probabilities.sum(axis=1), 1)
    alone = predict_network(network, samples.images[-1:], "fixed", "cpu")
    assert np.allclose(alone[0], probabilities[-1:], atol=1e-6) and np.array_equal(alone[1], masks[-1:])


@pytest.mark.skipif(not has_bfloat16("cpu"), reason="this processor does not compute in bfloat16")
def test_a_fit_in_bfloat16_learns_what_one_in_float32_does(fit: Callable[..., Fitted]) -> None:
    (exact, first), (rounded, second) = fit(precision="float32"), fit(precision="bfloat16")
    assert any(not torch.equal(tensor, rounded[name]) for name, tensor in exact.items())
    assert second[-1]["train_segmentation"] == pytest.approx(first[-1]["train_segmentation"], rel=0.05)
