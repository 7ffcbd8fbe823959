"""One walk over every method of the catalogue: each is built, fits, predicts, and is stored and loaded alike.

Networks have fewer layers and channels here than in the benchmark, but for the slow test.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pandas as pd
import pytest
import timm
from configuration import CATALOGUE, CONFIG
from prepared import dataset_files
from short_fits import fit_files

from baselines import hexagonal_trellis, segnet, vgg_unet
from baselines.deep_features import ant_colony
from baselines.deep_features import method as deep_features
from sgcldff.config.stages.fit import FitSettings
from sgcldff.config.training import Training
from sgcldff.data.dataset_files import INDEX, load_samples
from sgcldff.data.pools import TrainingData
from sgcldff.errors import InputError
from sgcldff.evaluation.attention import attention_maps
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS, Method, Prediction, Run, Samples, build
from sgcldff.training import fit as fitting
from sgcldff.training.network_method import NetworkMethod

CLASSES = CONFIG["classes"]["subtypes"]
SIZE = 64
IMAGES = 20
TEST_SUBSET = [f"{number:03d}" for number in range(12, IMAGES)]
ONE_EPOCH = Training(**(CONFIG["training"] | {"epochs": 1, "batch_size": 4}))
FEWER_LAYERS = {
    "resnext50_32x4d": {"layers": (1, 1, 1, 1)},
    "swin_tiny_patch4_window7_224": {"depths": (2, 2, 2, 2)},
    "vit_base_r50_s16_224": {"depth": 1},
    "vit_tiny_patch16_224": {"depth": 1},
}  # network of timm -> arguments
FEWER_CHANNELS = 4  # of VGG16 and of what decodes it: a quarter


def without_pretraining(arguments: dict[str, Any]) -> dict[str, Any]:
    """The same method from random weights, and without the normalisation that belongs to the pretrained ones."""
    random = {"weights": "none"} if "weights" in arguments else {}
    return arguments | random | ({"normalisation": "fixed"} if arguments.get("normalisation") == "imagenet" else {})


METHODS = {
    name: (entry["class"], without_pretraining(entry.get("arguments", {})))
    for name, entry in CATALOGUE["methods"].items()
    if "at_test" not in entry  # those that predict with the fit of another
}


def is_network(name: str) -> bool:
    return isinstance(build(METHODS[name][0], CLASSES, SIZE, METHODS[name][1]), NetworkMethod)


NETWORKS = [name for name in METHODS if is_network(name)]
# The methods whose sources do one of the two tasks.
WITHOUT_MASK = {"resnext_cc", "deep_features", "explainable_cnn", "efficientswin", "hexagonal_trellis"}
WITHOUT_MASK |= {"classification_alone", "frozen_knn", "frozen_linear"}
WITHOUT_CLASSES = {"unet", "unetpp", "segnet", "vgg_unet", "vsgnet", "transunet", "swin_unet", "segformer"}
WITHOUT_CLASSES |= {"segmentation_alone", "unet_lite0", "segformer_lite0", "transunet_lite0"}
# A machine names the class, or the network sees a part of the image alone.
CLASS_FROM_NO_MAP = {"deep_features", "deep_features_mask", "hexagonal_trellis", "manifold_ranking"}
CLASS_FROM_NO_MAP |= {"saliency_feature_selection", "saliency_centernet", "frozen_knn", "frozen_linear"}
# Without pretrained weights their running statistics follow only after as many batches; 40 serve every other one.
EPOCHS_BY_HEART = {"efficientswin": 120, "saliency_centernet": 120, "unetpp_group_norm": 120, "unetpp_frozen_norm": 120}
LEAST_IOU_BY_HEART = {"manifold_ranking": 0.7}  # of superpixels at 64 pixels; .8 of every other method


@pytest.fixture(autouse=True)
def small_networks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Less of everything that costs time and that no test but the slow one needs."""
    if request.node.get_closest_marker("slow"):
        return
    create = timm.create_model

    def create_small(name: str, **options: Any) -> Any:
        return create(name, **(FEWER_LAYERS.get(name.split(".")[0], {}) | options))

    monkeypatch.setattr(timm, "create_model", create_small)
    vgg16 = [width if width == "M" else width // FEWER_CHANNELS for width in timm.models.vgg.cfgs["vgg16"]]
    monkeypatch.setitem(timm.models.vgg.cfgs, "vgg16", vgg16)
    monkeypatch.setattr(vgg_unet, "LEVELS", tuple(width // FEWER_CHANNELS for width in vgg_unet.LEVELS))
    decoder = tuple(tuple(width // FEWER_CHANNELS for width in chain) for chain in segnet.DECODER)
    monkeypatch.setattr(segnet, "DECODER", decoder)
    monkeypatch.setattr(deep_features, "VARIANTS", 1)
    monkeypatch.setattr(ant_colony, "ITERATIONS", 2)
    monkeypatch.setattr(ant_colony, "ANTS", 3)
    monkeypatch.setattr(hexagonal_trellis, "SHARES", (0.05, 0.1))


def draw(count: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Images, mask codes and labels: class c is a cell with c + 1 lobes of nucleus, the smaller the more."""
    generator = np.random.default_rng(seed)
    images = np.full((count, SIZE, SIZE, 3), (232, 222, 214), np.uint8)
    masks = np.full((count, SIZE, SIZE), BACKGROUND, np.uint8)
    labels = np.arange(count) % len(CLASSES)
    for image, mask, label in zip(images, masks, labels, strict=True):
        x, y = (int(each) for each in generator.integers(24, 40, 2))
        cv2.circle(image, (x, y), 16, (206, 190, 214), -1)
        cv2.circle(mask, (x, y), 16, CYTOPLASM, -1)
        for lobe in range(label + 1):
            middle = (x + (-6, 6, -6, 6)[lobe], y + (-6, 6, 6, -6)[lobe]) if label else (x, y)
            radius = (10, 6, 5, 5)[label]
            cv2.circle(image, middle, radius, (100, 50, 150), -1)
            cv2.circle(mask, middle, radius, NUCLEUS, -1)
    noisy = images + generator.normal(0, 3, images.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8), masks, labels


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    images, masks, labels = draw(IMAGES, 0)
    np.save(folder / "images.npy", images)
    np.save(folder / "masks.npy", masks)
    names = [f"{number:03d}" for number in range(IMAGES)]
    index = {"image_id": names, "label": [CLASSES[label] for label in labels]}
    pd.DataFrame(index | dict.fromkeys(INDEX[2:], names)).to_csv(folder / "index.csv", index=False)
    subsets = ["train"] * 8 + ["validation"] * 4 + ["test"] * 8
    pd.DataFrame({"image_id": names, "subset": subsets}).to_csv(folder / "split.csv", index=False)
    return folder


@dataclass(frozen=True)
class Fitted:
    """The folder of a fit, and what the method predicted of the test subset before it was stored."""

    folder: Path
    prediction: Prediction


@pytest.fixture(scope="module")
def fitted(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Fitted]]:
    """(method, seed, repetition): a fit of one epoch with two steps, made once."""
    fits: dict[tuple[str, int, int], Fitted] = {}

    def make(name: str, seed: int = 0, repetition: int = 0) -> Fitted:
        key = name, seed, repetition
        if key not in fits:
            folder = tmp_path_factory.mktemp(name)
            class_path, arguments = METHODS[name]
            settings = FitSettings(
                trained_on="drawn",
                members=["drawn"],
                method=name,
                class_path=class_path,
                arguments=arguments,
                classes=CLASSES,
                size=SIZE,
                seed=seed,
                training=ONE_EPOCH,
                device="cpu",
            )
            method = build(class_path, CLASSES, SIZE, arguments)
            data = TrainingData(["drawn"], [dataset_files(prepared)], [prepared / "split.csv"])
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(fitting, "build", lambda *_: method)
                fitting.fit(settings, data, [], 1, fit_files(folder))
            fits[key] = Fitted(folder, method.predict(test_subset(prepared, method)))
        return fits[key]

    yield make
    # The weights of all of them are gigabytes.
    for fit in fits.values():
        shutil.rmtree(fit.folder)


@pytest.fixture(scope="module")
def stored_prediction(prepared: Path, fitted: Callable[..., Fitted]) -> Callable[[str], Prediction]:
    """(method): what its fit predicts of the test subset when it is loaded, asked once."""

    @cache
    def predict(name: str) -> Prediction:
        method = load(fitted(name).folder)
        method.place("cpu", 1)
        return method.predict(test_subset(prepared, method))

    return predict


def test_subset(prepared: Path, method: Method) -> Samples:
    samples = load_samples(dataset_files(prepared), CLASSES, TEST_SUBSET)
    return samples if method.sees_truth else samples.without_truth()


test_subset.__test__ = False


def load(folder: Path) -> Method:
    return fitting.load_fit(folder / "weights.safetensors", folder / "fit.json")[0]


def equal(first: Prediction, second: Prediction) -> bool:
    pairs = ((first.probabilities, second.probabilities), (first.masks, second.masks))
    return all(mine is yours is None or np.array_equal(mine, yours) for mine, yours in pairs)


@pytest.mark.parametrize("name", METHODS)
def test_a_method_predicts_a_distribution_over_the_classes_and_a_mask_or_the_one_that_its_source_does(
    name: str, stored_prediction: Callable[[str], Prediction]
) -> None:
    prediction = stored_prediction(name)
    assert (prediction.probabilities is None) == (name in WITHOUT_CLASSES)
    assert (prediction.masks is None) == (name in WITHOUT_MASK)
    if prediction.probabilities is not None:
        assert prediction.probabilities.shape == (8, len(CLASSES)) and prediction.probabilities.dtype == np.float64
        assert np.allclose(prediction.probabilities.sum(axis=1), 1) and prediction.probabilities.min() >= 0
    if prediction.masks is not None:
        assert prediction.masks.shape == (8, SIZE, SIZE) and prediction.masks.dtype == bool


@pytest.mark.parametrize("name", METHODS)
def test_a_stored_fit_predicts_the_same_as_the_fitted_method(
    name: str, fitted: Callable[..., Fitted], stored_prediction: Callable[[str], Prediction]
) -> None:
    assert equal(fitted(name).prediction, stored_prediction(name))


@pytest.mark.parametrize("name", METHODS)
def test_a_method_keeps_to_its_seed(name: str, fitted: Callable[..., Fitted], prepared: Path) -> None:
    first, again = fitted(name), fitted(name, repetition=1)
    for file in ("weights.safetensors", "history.csv"):
        assert (first.folder / file).read_bytes() == (again.folder / file).read_bytes()


@pytest.mark.parametrize("name", NETWORKS)
def test_another_seed_gives_another_network(name: str, fitted: Callable[..., Fitted]) -> None:
    files = [fitted(name, seed=seed).folder / "weights.safetensors" for seed in (0, 1)]
    assert files[0].read_bytes() != files[1].read_bytes()


@pytest.mark.parametrize("name", METHODS)
def test_a_prediction_does_not_depend_on_the_truth(
    name: str, fitted: Callable[..., Fitted], stored_prediction: Callable[[str], Prediction], prepared: Path
) -> None:
    method = load(fitted(name).folder)
    if method.sees_truth:
        assert name == "oracle"
        return
    assert equal(method.predict(load_samples(dataset_files(prepared), CLASSES, TEST_SUBSET)), stored_prediction(name))


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_that_names_the_class_has_a_map_of_where_it_looks(
    name: str, fitted: Callable[..., Fitted], prepared: Path
) -> None:
    method = load(fitted(name).folder)
    if not method.class_maps:
        assert name in WITHOUT_CLASSES | CLASS_FROM_NO_MAP
        return
    method.place("cpu", 1)
    two = test_subset(prepared, method).first(2)
    maps = attention_maps(method, method.network, method.seen(two).images)
    probabilities = method.predict(two).probabilities
    assert (maps is None) == (probabilities is None)
    if maps is not None:
        assert maps.grad_cam.shape == (2, SIZE, SIZE) and maps.grad_cam.min() >= 0
        assert maps.named.tolist() == probabilities.argmax(axis=1).tolist()


def fit_on(name: str, train: Samples, validation: Samples) -> Method:
    method = build(METHODS[name][0], CLASSES, SIZE, METHODS[name][1])
    method.fit(train, validation, Run(0, ONE_EPOCH))
    return method


def of_another_size(samples: Samples) -> Samples:
    return replace(samples, images=samples.images[:, :32, :32], masks=samples.masks[:, :32, :32])


@pytest.mark.parametrize("name", METHODS)
def test_images_of_another_size_are_refused(name: str, fitted: Callable[..., Fitted], prepared: Path) -> None:
    samples = load_samples(dataset_files(prepared), CLASSES)
    with pytest.raises(InputError, match="was built for images of 64×64 pixels and was given 32×32"):
        load(fitted(name).folder).predict(of_another_size(samples))
    for subsets in ((of_another_size(samples), samples), (samples, of_another_size(samples))):
        with pytest.raises(InputError, match="was built for images of 64×64 pixels and was given 32×32"):
            fit_on(name, *subsets)


@pytest.mark.parametrize("name", METHODS)
def test_a_subset_without_labels_is_refused(name: str, prepared: Path) -> None:
    samples = load_samples(dataset_files(prepared), CLASSES)
    for unlabelled, subsets in {
        "training": (samples.without_truth(), samples),
        "validation": (samples, samples.without_truth()),
    }.items():
        with pytest.raises(InputError, match=f"The {unlabelled} subset has no labelled image"):
            fit_on(name, *subsets)


@pytest.mark.parametrize("name", METHODS)
def test_an_argument_that_it_does_not_take_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="colour"):
        build(METHODS[name][0], CLASSES, SIZE, METHODS[name][1] | {"colour": 1})


@pytest.mark.parametrize("name", [name for name in METHODS if name != "oracle"])
def test_an_unfitted_method_neither_predicts_nor_has_a_state(name: str, prepared: Path) -> None:
    method = build(METHODS[name][0], CLASSES, SIZE, METHODS[name][1])
    with pytest.raises(RuntimeError, match="predicts after fit or restore"):
        method.predict(load_samples(dataset_files(prepared), CLASSES).without_truth())
    with pytest.raises(RuntimeError, match="has a state after fit or restore"):
        method.state()


@pytest.mark.parametrize("name", METHODS)
def test_the_record_names_the_method_and_its_device(name: str, fitted: Callable[..., Fitted]) -> None:
    record = json.loads((fitted(name).folder / "fit.json").read_text(encoding="utf-8"))
    assert (record["method"], record["device"]) == (name, "CPU")


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in METHODS if name != "chance"])
def test_a_method_learns_four_images_by_heart(name: str) -> None:
    images, masks, labels = draw(4, 5)
    four = Samples(["a", "b", "c", "d"], images, labels, masks)
    still = {"rotation": 0, "flips": False, "contrast": 0, "noise": 0}
    epochs = EPOCHS_BY_HEART.get(name, 40)
    changes = {
        "epochs": epochs,
        "patience": epochs,
        "decay_every": epochs,
        "learning_rate": 1e-3,
        "augmentation": still,
    }
    training = Training(**(CONFIG["training"] | changes))
    entry = CATALOGUE["methods"][name]
    packaged = entry.get("arguments", {}).get("weights") == "package"
    method = build(entry["class"], CLASSES, SIZE, entry["arguments"] if packaged else METHODS[name][1])
    method.fit(four, four, Run(0, training))
    prediction = method.predict(four if method.sees_truth else four.without_truth())
    if prediction.probabilities is not None:
        assert prediction.probabilities.argmax(axis=1).tolist() == labels.tolist()
    if prediction.masks is not None:
        cell = masks != BACKGROUND
        overlap = (prediction.masks & cell).sum(axis=(1, 2)) / (prediction.masks | cell).sum(axis=(1, 2))
        assert overlap.min() > LEAST_IOU_BY_HEART.get(name, 0.8)
