"""What settings come to on training and validation images: a study, of which nothing sees a test subset.

    python benchmarks/settings.py STUDY [--results results] [--epochs N] [--seeds 0 1 2]

needs the prepared datasets and splits (`snakemake --cores 2 data --configfile workflow/configs/cpu.yaml`) and writes a
line a fit to settings.jsonl; a fit that stands there is not made again. A fit is trained on four fifths of a seed's
training subset; each epoch is scored on the validation subset (by which an epoch is chosen) and on the other fifth
("held_out", on which choices are judged). STUDIES says what is varied.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import torch
import yaml
from sklearn.model_selection import StratifiedGroupKFold
from torch.nn import functional as F
from torch.optim.optimizer import register_optimizer_step_post_hook
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn, update_bn

from baselines import unetpp
from baselines.unet import MaskNetwork
from sgcldff.config.training import Augmentation, Training
from sgcldff.data import augment
from sgcldff.data.dataset_files import DatasetFiles, load_samples, read_groups
from sgcldff.data.subsets import read_subsets
from sgcldff.layout import Layout
from sgcldff.method import Run, Samples, build
from sgcldff.metrics import classification, segmentation
from sgcldff.model import norms
from sgcldff.model.heads import ClassificationHead
from sgcldff.model.prior import colour_contrast
from sgcldff.training import loop
from sgcldff.training.normalisation import normalise

OUT = Path(__file__).with_name("settings.jsonl")
CLASSES = ("neutrophil", "lymphocyte", "monocyte", "eosinophil")
CATALOGUE = yaml.safe_load((Path(__file__).parents[1] / "workflow/catalogue/methods.yaml").read_text())
EMA = 0.99  # a step; about three epochs of thirty steps


@dataclass(frozen=True)
class Setting:
    """What a fit differs in.

    constant_noise: every training image gets the whole of it, as before it was drawn; class_head: in place of UNet++'s,
    one of HEADS; copied: group normalisation takes scale and shift as they are, as before.
    """

    method: str
    dataset: str = "bccd"
    arguments: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    constant_noise: bool = False
    class_head: str = ""
    copied: bool = False
    size: int = 96


THREE = ("full", "unetpp_classes", "deep_features_mask")
BASELINES = ("deep_features_mask", "unetpp_classes", "resnext_cc_mask", "unet", "transunet", "swin_unet", "segformer")
STUDIES: dict[str, list[Setting]] = {
    "noise": [
        Setting(method, dataset, constant_noise=constant)
        for dataset in ("bccd", "jtsc")
        for method in THREE
        for constant in (True, False)
    ],
    "alignment": [Setting("full", arguments={"alignment": value}) for value in (0.0, 0.1, 1.0, 2.0)],
    "gate": [
        *(Setting("full", arguments={"gate": "1+S", "alignment": value}) for value in (0.5, 0.0)),
        Setting("full", arguments={"gate_at": "image"}),
        Setting("no_saliency"),
    ],
    "width": [Setting("full", arguments={"width": value}) for value in (64, 256)],
    "batch": [Setting("full", training={"batch_size": 32})],
    "rate": [Setting("full", training={"learning_rate": value}) for value in (1e-4, 1e-3)],
    "size": [Setting("full", dataset, size=128) for dataset in ("bccd", "jtsc")],
    "length": [
        Setting(method, dataset, training={"epochs": 40})
        for method, dataset in (("full", "bccd"), ("full", "jtsc"), ("unetpp_classes", "bccd"))
    ],
    "class_head": [
        *(Setting("unetpp_classes", dataset, class_head=head) for dataset in ("bccd", "jtsc") for head in ("mean", "")),
        *(Setting("unetpp_classes", class_head=head) for head in ("mean and maximum", "deepest")),
    ],
    "norm": [Setting("full", arguments={"norm": "group"}, copied=copied) for copied in (True, False)],
    "baselines": [
        Setting(method, training={"learning_rate": value}) for method in BASELINES for value in (1e-4, 4e-4, 1e-3)
    ],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study", nargs="+", choices=STUDIES)
    parser.add_argument(
        "--results",
        type=Path,
        default=Path("results"),
        help="holds a folder of results for each size: ln -s cpu results/96",
    )
    parser.add_argument("--epochs", type=int, default=12, help="as many as in docs/settings.md")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    given = parser.parse_args()
    done = {key_of(json.loads(line)) for line in OUT.read_text().splitlines()} if OUT.exists() else set()
    for study in given.study:
        for seed in given.seeds:
            for setting in STUDIES[study]:
                row = {"study": study, "seed": seed, **described(setting, given.epochs)}
                if key_of(row) not in done:
                    row["epochs"] = curves(setting, seed, given.epochs, given.results / str(setting.size))
                    with OUT.open("a") as file:
                        file.write(json.dumps(row) + "\n")
                    print(study, seed, setting, row["epochs"][-1], flush=True)


def described(setting: Setting, epochs: int) -> dict[str, Any]:
    return {
        "method": setting.method,
        "dataset": setting.dataset,
        "size": setting.size,
        "arguments": dict(setting.arguments),
        "training": {"epochs": epochs, **setting.training},
        "constant_noise": setting.constant_noise,
        "class_head": setting.class_head,
        "copied": setting.copied,
    }


def key_of(row: Mapping[str, Any]) -> str:
    return json.dumps({name: value for name, value in row.items() if name not in ("epochs", "study")}, sort_keys=True)


def curves(setting: Setting, seed: int, epochs: int, results: Path) -> list[dict[str, float]]:
    """A row an epoch: losses, and the scores of three kinds of the same weights on two sets of images."""
    torch.set_num_threads(1)
    train, held_out, validation = subsets(setting.dataset, seed, results)
    entry = CATALOGUE[setting.method]
    arguments = {**entry.get("arguments", {}), **setting.arguments}
    if arguments.get("weights") == "hub":
        arguments["weights"] = "none"
    method = build(entry["class"], CLASSES, setting.size, arguments)
    averaged = seed == 0 and setting in STUDIES["noise"]  # as costly as the training
    watched = Watched(held_out, train, averaged)
    run = Run(seed, training(epochs, setting.training), "cpu", 1)
    noise = full_noise if setting.constant_noise else augment.draw
    with (
        mock.patch.object(loop, "_validate", watched),
        mock.patch.object(augment, "draw", noise),
        mock.patch.object(unetpp, "MaskNetwork", HEADS[setting.class_head]),
        mock.patch.object(norms, "_grouped", copied_groups if setting.copied else norms._grouped),
    ):
        hook = register_optimizer_step_post_hook(watched.after_step)
        history = method.fit(train, validation, run)
        hook.remove()
    return history


def subsets(dataset: str, seed: int, results: Path) -> tuple[Samples, Samples, Samples]:
    """Four fifths of the training subset, the other fifth, and the validation subset."""
    layout = Layout(results)
    prepared = layout.prepared(dataset)
    files = DatasetFiles(*(Path(prepared[name]) for name in ("images", "masks", "index")))
    named = read_subsets(layout.split(dataset, seed))
    train, validation = (load_samples(files, CLASSES, named[subset]) for subset in ("train", "validation"))
    groups = read_groups(files.index)[list(train.image_ids)]
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=seed).split(train.images, train.labels, groups)
    kept, held_out = next(iter(folds))
    return chosen(train, kept), chosen(train, held_out), validation


def chosen(samples: Samples, rows: np.ndarray) -> Samples:
    names = [samples.image_ids[row] for row in rows]
    return Samples(names, samples.images[rows], samples.labels[rows], samples.masks[rows])


def training(epochs: int, changes: Mapping[str, Any]) -> Training:
    """As cpu.yaml has it, in bfloat16, without an early end."""
    settings = {
        **{"epochs": epochs, "batch_size": 8, "learning_rate": 4e-4, "decay_factor": 0.1, "precision": "bfloat16"},
        "augmentation": Augmentation(rotation=15, flips=True, contrast=0.2, noise=5),
        **changes,
    }
    settings |= {"decay_every": round(0.7 * settings["epochs"]), "patience": settings["epochs"]}
    return Training(**settings)


def full_noise(
    augmentation: Augmentation, height: int, width: int, generator: np.random.Generator, draw: Any = augment.draw
) -> augment.Variant:
    return replace(draw(augmentation, height, width, generator), noise=augmentation.noise)


class Pooled(torch.nn.Module):
    """The class head as it was, a linear layer of the mean over the positions; maximum: of their maximum, too."""

    def __init__(self, channels: int, classes: int, maximum: bool) -> None:
        super().__init__()
        self.maximum = maximum
        self.linear = torch.nn.Linear(channels * (1 + maximum), classes)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        pooled = [features.mean(dim=(2, 3)), *([features.amax(dim=(2, 3))] if self.maximum else [])]
        return self.linear(F.dropout(torch.cat(pooled, dim=1), 0.2, self.training))


def on_the_deepest_map(head: Callable[[int, int], torch.nn.Module]) -> Callable[..., torch.nn.Module]:
    """UNet++ with another class head, on the encoder's deepest map; head: of channels and classes."""

    def network(network: Any, there: torch.nn.Module, _: int) -> torch.nn.Module:
        return MaskNetwork(network, head(network.encoder.out_channels[-1], there.linear.out_features))

    return network


HEADS: dict[str, Callable[..., torch.nn.Module]] = {
    "": MaskNetwork,  # as it is
    "mean": on_the_deepest_map(partial(Pooled, maximum=False)),
    "mean and maximum": on_the_deepest_map(partial(Pooled, maximum=True)),
    "deepest": on_the_deepest_map(ClassificationHead),
}


def copied_groups(layer: torch.nn.BatchNorm2d) -> torch.nn.Module:
    norm = torch.nn.GroupNorm(math.gcd(32, layer.num_features), layer.num_features, layer.eps)
    norm.load_state_dict({"weight": layer.weight, "bias": layer.bias})
    following = [getattr(layer, name) for name in ("drop", "act") if hasattr(layer, name)]
    return torch.nn.Sequential(norm, *following) if following else norm


class Watched:
    """In the place of the loop's validation: that, and the scores of what else is compared.

    averaged: also of the weights averaged over steps, and with statistics of batch normalisation re-estimated on clean
    training images.
    """

    def __init__(self, held_out: Samples, train: Samples, averaged: bool) -> None:
        self.held_out = held_out
        self.train = train
        self.averaged = averaged
        self.average: AveragedModel | None = None
        self.network: torch.nn.Module | None = None

    def after_step(self, *_: Any) -> None:
        if self.average is not None:
            self.average.update_parameters(self.network)

    def __call__(
        self, network: torch.nn.Module, validation: Samples, normalisation: str, device: str
    ) -> dict[str, float]:
        sets = {"validation": validation, "held_out": self.held_out}
        rows = {name: scores(network, samples, normalisation) for name, samples in sets.items()}
        if self.averaged:
            if self.average is None:
                average = get_ema_multi_avg_fn(EMA)
                self.network, self.average = network, AveragedModel(network, multi_avg_fn=average, use_buffers=True)
            clean = copy.deepcopy(network)
            images = normalise(torch.from_numpy(self.train.images), normalisation)
            update_bn(images.split(32), clean)
            for kind, each in (("clean", clean), ("average", self.average.module)):
                rows |= {f"{name}_{kind}": scores(each, samples, normalisation) for name, samples in sets.items()}
        row = {f"{name}_{score}": value for name, given in rows.items() for score, value in given.items()}
        return row | saliency(network, self.held_out, normalisation)


def scores(network: torch.nn.Module, samples: Samples, normalisation: str) -> dict[str, float]:
    outputs = list(loop.network_outputs(network, samples.images, normalisation, "cpu"))
    found = {}
    if "classes" in outputs[0]:
        logits = torch.cat([each["classes"].float() for each in outputs])
        predicted = logits.argmax(dim=1).numpy()
        *_, f1 = classification.precision_recall_f1(samples.labels, predicted, len(CLASSES))
        found["f1"] = classification.macro(f1)
        found["accuracy"] = classification.accuracy(samples.labels, predicted)
        found["soft_f1"] = soft_f1(torch.softmax(logits.double(), dim=1).numpy(), samples.labels)
        found["loss"] = float(F.cross_entropy(logits, torch.from_numpy(samples.labels)))
    if "mask" in outputs[0]:
        masks = torch.cat([each["mask"] for each in outputs]).numpy() > 0
        found["iou"] = classification.macro(segmentation.iou(segmentation.pixel_counts(masks, samples.masks)))
    return {name: round(value, 5) for name, value in found.items()}


def soft_f1(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Macro-F1 of the expected confusions: an image counts for each class by its probability, [N, K]."""
    truth = np.eye(probabilities.shape[1])[labels]
    occurs = truth.any(axis=0)
    hits = (probabilities * truth).sum(axis=0)
    return float((2 * hits / (probabilities + truth).sum(axis=0))[occurs].mean())


def saliency(network: torch.nn.Module, samples: Samples, normalisation: str) -> dict[str, float]:
    """Mean of S, its SD within an image, and its correlation with A; nothing where there is no S."""
    outputs = list(loop.network_outputs(network, samples.images, normalisation, "cpu"))
    if "saliency" not in outputs[0]:
        return {}
    maps = torch.cat([each["saliency"] for each in outputs])
    shown = F.interpolate(maps, size=samples.images.shape[1:3], mode="bilinear", align_corners=False)[:, 0].numpy()
    priors = np.stack([colour_contrast(image) for image in samples.images])
    pairs = [np.corrcoef(s.ravel(), a.ravel())[0, 1] for s, a in zip(shown, priors, strict=True)]
    spread = shown.std(axis=(1, 2)).mean()
    return {"s_mean": float(shown.mean()), "s_sd": float(spread), "s_correlation": float(np.nanmean(pairs))}


if __name__ == "__main__":
    main()
