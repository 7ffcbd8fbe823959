"""What a prediction costs, against counts by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from prepared import dataset_files
from short_fits import ONE_EPOCH, fit_files
from torch import Tensor, nn
from torch.nn import functional as F

from baselines.controls import Chance
from sgcldff.config.stages.fit import FitSettings
from sgcldff.config.stages.predict import PredictSettings
from sgcldff.data.pools import TrainingData
from sgcldff.evaluation.cost import FEWEST_PASSES, LATENCY_PASSES, Meter, latency, multiply_adds, tensor_memory
from sgcldff.evaluation.predict import PredictFiles, predict_with_fit
from sgcldff.method import Run, Samples
from sgcldff.training.fit import fit
from sgcldff.training.network_method import NetworkMethod

SIZE, CLASSES = 16, ("a", "b")


class Attentive(nn.Module):
    """A strided convolution to 4 x 4 tokens of 8 channels, attention in two heads, and a linear layer."""

    def __init__(self) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 8, 4, stride=4)
        self.classes = nn.Linear(8, 2)

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        tokens = self.patches(images).flatten(2).transpose(1, 2)
        heads = tokens.reshape(len(images), 16, 2, 4).transpose(1, 2)
        seen = F.scaled_dot_product_attention(heads, heads, heads).transpose(1, 2).reshape(tokens.shape)
        return {"classes": self.classes(seen.mean(dim=1))}


class AttentiveMethod(NetworkMethod):
    def build_network(self, weights: str) -> nn.Module:
        return Attentive()


def images(count: int) -> Samples:
    images = np.random.default_rng(0).integers(0, 255, (count, SIZE, SIZE, 3), np.uint8)
    names = [f"{number:02d}" for number in range(count)]
    return Samples(names, images, np.arange(count) % 2, np.ones((count, SIZE, SIZE), np.uint8))


@pytest.fixture
def network() -> AttentiveMethod:
    method = AttentiveMethod(CLASSES, SIZE)
    method.restore({name: tensor.numpy() for name, tensor in Attentive().state_dict().items()})
    method.place("cpu", 1)
    return method


def test_convolutions_attention_and_linear_layers_are_counted_by_hand(network: AttentiveMethod) -> None:
    convolution, attention, linear = 4 * 4 * 8 * (3 * 4 * 4), 2 * (2 * 16 * 16 * 4), 8 * 2
    assert multiply_adds(network, images(1)) == convolution + attention + linear
    assert multiply_adds(network, images(3)) == 3 * (convolution + attention + linear)


def test_a_method_without_torch_has_no_multiply_adds() -> None:
    chance = Chance(CLASSES, SIZE)
    chance.fit(images(4), images(4), Run(0))
    assert multiply_adds(chance, images(1)) is None


def test_an_account_adds_images_and_seconds_up(network: AttentiveMethod, monkeypatch: pytest.MonkeyPatch) -> None:
    meter = Meter(network, images(1))
    ticks = iter([1.0, 1.5, 10.0, 10.25])
    monkeypatch.setattr("sgcldff.evaluation.cost.time.perf_counter", lambda: next(ticks))
    meter.predict(images(3))
    meter.predict(images(2))
    account = meter.account()
    assert (account["images"], account["seconds"]) == (5, 0.75)
    assert account["parameters"] == sum(each.numel() for each in Attentive().parameters())


def timed(monkeypatch: pytest.MonkeyPatch, seconds: list[float]) -> None:
    """The clock runs so many seconds in each prediction, the last of them for ever."""
    ticks = []
    for each in seconds + [seconds[-1]] * LATENCY_PASSES:
        ticks += [100.0, 100.0 + each]
    clock = iter(ticks)
    monkeypatch.setattr("sgcldff.evaluation.cost.time.perf_counter", lambda: next(clock))


def test_latency_is_the_median_of_repeated_predictions(
    monkeypatch: pytest.MonkeyPatch, network: AttentiveMethod
) -> None:
    timed(monkeypatch, [0.5, 0.25, 0.125])
    assert latency(network, images(1)) == pytest.approx(0.125)


@pytest.mark.parametrize(("seconds", "passes"), [(0.001, LATENCY_PASSES), (60.0, FEWEST_PASSES)])
def test_a_slow_method_is_timed_less_often(
    monkeypatch: pytest.MonkeyPatch, network: AttentiveMethod, seconds: float, passes: int
) -> None:
    timed(monkeypatch, [seconds])
    shown = []
    predict = network.predict
    monkeypatch.setattr(network, "predict", lambda samples: shown.append(len(samples)) or predict(samples))
    latency(network, images(1))
    assert shown == [1] * passes


class Doubling(nn.Module):
    """Three maps of the image's size in turn, of which the next and the last are alive together; a mean over pixels."""

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        for _ in range(3):
            images = images * 2
        return {"classes": images[:, :2].mean(dim=(2, 3))}


class DoublingMethod(NetworkMethod):
    def build_network(self, weights: str) -> nn.Module:
        return Doubling()


def test_memory_is_what_is_alive_at_the_peak_and_not_all_that_was_computed() -> None:
    method = DoublingMethod(CLASSES, 64)
    method.restore({})
    method.place("cpu", 1)
    pixels = np.zeros((1, 64, 64, 3), np.uint8)
    one = Samples(["a"], pixels, np.zeros(1, np.int64), np.ones((1, 64, 64), np.uint8))
    map_bytes = 3 * 64 * 64 * 4
    # The pixels, the normalised image, and two of the maps; a fourth would have to be alive at the same time.
    assert pixels.nbytes + 3 * map_bytes <= tensor_memory(method, one) < pixels.nbytes + 4 * map_bytes


def test_memory_holds_the_weights(network: AttentiveMethod) -> None:
    wider = AttentiveMethod(CLASSES, SIZE)
    wider.network = Attentive()
    wider.network.classes = nn.Sequential(nn.Linear(8, 1000), nn.Linear(1000, 2))
    more = 4 * sum(each.numel() for each in wider.network.classes.parameters()) - 4 * (8 * 2 + 2)
    difference = tensor_memory(wider, images(1)) - tensor_memory(network, images(1))
    assert more <= difference < more + 4 * 1100  # and the 1000 features between the two layers


def test_a_method_without_torch_has_a_latency_and_no_memory() -> None:
    chance = Chance(CLASSES, SIZE)
    chance.fit(images(4), images(4), Run(0))
    account = Meter(chance, images(1)).account()
    assert account["memory_bytes"] is None and account["latency_ms"] >= 0


def test_metering_does_not_change_a_prediction(network: AttentiveMethod) -> None:
    samples = images(3)
    metered = Meter(network, samples.first(1)).predict(samples)
    assert np.array_equal(metered.probabilities, network.predict(samples).probabilities)


def write_prepared(folder: Path) -> None:
    folder.mkdir(parents=True)
    samples = images(12)
    np.save(folder / "images.npy", samples.images)
    np.save(folder / "masks.npy", samples.masks)
    index = {"image_id": samples.image_ids, "label": [CLASSES[label] for label in samples.labels]}
    columns = dict.fromkeys(("group", "source", "sha256"), samples.image_ids)
    columns |= {"source_label": index["label"], "masked": "yes"}
    pd.DataFrame(index | columns).to_csv(folder / "index.csv", index=False)


def test_testing_a_fit_writes_what_all_its_predictions_cost(tmp_path: Path) -> None:
    for name in ("here", "there"):
        write_prepared(tmp_path / name)
    subsets = ["train"] * 4 + ["validation"] * 4 + ["test"] * 4
    split = tmp_path / "split.csv"
    pd.DataFrame({"image_id": images(12).image_ids, "subset": subsets}).to_csv(split, index=False)
    overlaps = tmp_path / "here--there.csv"
    overlaps.write_text("first,second,kind\n")
    shared = {"trained_on": "here", "members": ["here"], "method": "chance", "classes": CLASSES, "seed": 3}
    shared |= {"device": "cpu"}
    asked = FitSettings(class_path="baselines.controls.Chance", arguments={}, size=SIZE, training=ONE_EPOCH, **shared)
    here, there = (dataset_files(tmp_path / name) for name in ("here", "there"))
    fitted = fit_files(tmp_path / "fit")
    fit(asked, TrainingData(["here"], [here], [split]), [], 1, fitted)
    names = ["here", "there"]
    settings = PredictSettings(
        tested_on=names, datasets=names, axes={}, at_test=None, labels=dict.fromkeys(names), **shared
    )
    files = PredictFiles([here, there], [split], [overlaps])
    out = [tmp_path / f"{name}.parquet" for name in names]
    predict_with_fit(settings, fitted.weights, fitted.record, files, out, tmp_path / "cost.json", 1)
    cost = json.loads((tmp_path / "cost.json").read_text())
    assert (cost["method"], cost["images"], cost["multiply_adds"]) == ("chance", 4 + 12, None)
    assert cost["parameters"] == len(CLASSES) + 1 and cost["seconds"] > 0 and cost["latency_ms"] > 0
