"""The training loop of every network: Adam, step decay, early stopping on macro-F1, a checkpoint an epoch."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sgcldff.errors import FitError
from sgcldff.method import Run, Samples
from sgcldff.metrics import classification, segmentation
from sgcldff.tables.history import rank
from sgcldff.training.batches import AugmentedImages, Batch, DeviceBatches, HostBatches, training_batches
from sgcldff.training.checkpoint import load_checkpoint, save_checkpoint
from sgcldff.training.device import has_bfloat16
from sgcldff.training.losses import class_weights, segmentation_loss
from sgcldff.training.normalisation import normalise
from sgcldff.training.progress import EpochLines
from sgcldff.training.seeding import torch_seed

Outputs = dict[str, Tensor]
ExtraLoss = Callable[[Outputs, Batch], dict[str, Tensor]]
# Of a batch that is predicted: what a CPU's cache holds (measured at 96 and 224 pixels a side), and what fills a GPU.
CPU_PIXELS, GPU_PIXELS = 100_000, 64 * 224 * 224


@dataclass(frozen=True)
class Task:
    """What is to be learned: the network, its images, and losses of its own beside the common ones.

    classes: how many the network tells apart; prior: uint8 [N, H, W] or None, laid over the training images and
    augmented with them; normalisation: see `normalise`; class_weights: see `losses.class_weights`, or all alike.
    """

    network: nn.Module
    classes: int
    train: Samples
    validation: Samples
    prior: np.ndarray | None
    extra_loss: ExtraLoss
    normalisation: str
    class_weights: bool = True


def fit_network(task: Task, run: Run, fingerprint: str) -> list[dict[str, float]]:
    """Train in place and leave the network with the weights of its best epoch; returns the history.

    An epoch is better when its validation macro-F1 is higher or, at the same macro-F1, its validation IoU is. The IoU
    is needed because a small validation subset reaches the same F1 many times while the masks still improve. A network
    of one task is judged by that task's score alone. `patience` epochs without a better one end the fit. A run with a
    checkpoint goes on after its last epoch and ends with the same weights. Raises FitError where a loss or a
    prediction is not finite.
    """
    settings = run.training
    network = task.network.to(run.device, memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(network.parameters(), lr=settings.learning_rate)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, settings.decay_every, settings.decay_factor)
    weights = None
    if task.class_weights:
        weights = torch.from_numpy(class_weights(task.train.labels, task.classes)).to(run.device)
    images = AugmentedImages(task.train, task.prior, settings.augmentation, run.seed)
    batches = training_batches(images, settings.batch_size, task.normalisation, run.device, run.threads)

    history: list[dict[str, float]] = []
    best: dict[str, Any] = {"score": (), "epoch": 0, "network": None}
    resumed = load_checkpoint(run.checkpoint, fingerprint) if run.checkpoint else None
    if resumed:
        network.load_state_dict(resumed["network"])
        optimizer.load_state_dict(resumed["optimizer"])
        schedule.load_state_dict(resumed["schedule"])
        history, best = resumed["history"], resumed["best"]
        print(f"going on after epoch {len(history)} of {run.checkpoint}", file=sys.stderr)

    with EpochLines(len(history), settings.epochs) as lines:
        for epoch in range(len(history) + 1, settings.epochs + 1):
            if epoch - best["epoch"] > settings.patience:
                break
            torch.manual_seed(torch_seed(run.seed, "dropout", epoch))
            row = {"epoch": epoch, "learning_rate": schedule.get_last_lr()[0]}
            row |= _train_epoch(network, batches, epoch, optimizer, weights, task.extra_loss, run)
            if strange := [name for name, value in row.items() if not np.isfinite(value)]:
                raise FitError(f"the loss of epoch {epoch} is not finite ({', '.join(strange)})", history)
            schedule.step()
            try:
                row |= _validate(network, task.validation, task.normalisation, run.device)
            except FloatingPointError as error:
                raise FitError(f"after epoch {epoch}, {error}", history) from error
            history.append(row)
            score = rank(row)
            better = score > tuple(best["score"])
            if better:
                best = {"score": score, "epoch": epoch, "network": _copy_to_cpu(network)}
            if run.checkpoint:
                content = {"fingerprint": fingerprint, "history": history, "best": best}
                content |= {"network": network.state_dict(), "optimizer": optimizer.state_dict()}
                save_checkpoint(run.checkpoint, content | {"schedule": schedule.state_dict()})
            lines.tell(row, better)
        lines.end(len(history), best["epoch"])
    network.load_state_dict(best["network"])
    return history


def _train_epoch(
    network: nn.Module,
    batches: HostBatches | DeviceBatches,
    epoch: int,
    optimizer: torch.optim.Optimizer,
    weights: Tensor | None,
    extra_loss: ExtraLoss,
    run: Run,
) -> dict[str, float]:
    """One pass; returns the mean of each loss over the images."""
    network.train()
    sums: dict[str, Tensor] = {}
    for batch in batches.epoch(epoch):
        with torch.autocast(run.device, dtype=torch.bfloat16, enabled=precision(run) == "bfloat16"):
            outputs = network(batch.images)
        losses = {}
        if "classes" in outputs:
            losses["classification"] = F.cross_entropy(outputs["classes"].float(), batch.labels, weight=weights)
        if "mask" in outputs:
            losses["segmentation"] = segmentation_loss(outputs["mask"], batch.masks)
        losses |= extra_loss(outputs, batch)
        optimizer.zero_grad(set_to_none=True)
        sum(losses.values()).backward()
        optimizer.step()
        for name, value in losses.items():
            sums[name] = sums.get(name, 0) + value.detach() * len(batch.labels)
    return {f"train_{name}": float(value) / batches.order.count for name, value in sums.items()}


def _validate(network: nn.Module, validation: Samples, normalisation: str, device: str) -> dict[str, float]:
    """Macro-F1, accuracy, and the mean IoU of the whole cell, as `sgcldff.metrics` defines them.

    What the network does not predict has no score. The IoU is NaN where that of every image is undefined. Raises
    FloatingPointError where a probability is not finite.
    """
    probabilities, masks = predict_network(network, validation.images, normalisation, device)
    scores: dict[str, float] = {}
    if probabilities is not None:
        if not np.isfinite(probabilities).all():
            raise FloatingPointError("the predicted probabilities are not finite")
        predicted = probabilities.argmax(axis=1)
        *_, f1 = classification.precision_recall_f1(validation.labels, predicted, probabilities.shape[1])
        scores["validation_f1"] = classification.macro(f1)
        scores["validation_accuracy"] = classification.accuracy(validation.labels, predicted)
    if masks is not None:
        counts = segmentation.pixel_counts(masks, validation.masks)
        scores["validation_iou"] = classification.macro(segmentation.iou(counts))
    return scores


def predict_network(
    network: nn.Module, images: np.ndarray, normalisation: str, device: str
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Class probabilities float64 [N, K] and masks bool [N, H, W] (probability above one half), batch by batch.

    None stands for what the network has no output for.

    Always in float32, whatever the precision of training, so that a stored fit predicts alike on every machine.
    """
    probabilities, masks = [], []
    for outputs in network_outputs(network, images, normalisation, device):
        if "classes" in outputs:
            probabilities.append(torch.softmax(outputs["classes"].double(), dim=1).cpu().numpy())
        if "mask" in outputs:
            masks.append((outputs["mask"] > 0).cpu().numpy())
    return np.concatenate(probabilities) if probabilities else None, np.concatenate(masks) if masks else None


def prediction_batch(device: str, height: int, width: int) -> int:
    """How many images of this size are predicted at once."""
    return max(1, (GPU_PIXELS if device == "cuda" else CPU_PIXELS) // (height * width))


def network_outputs(network: nn.Module, images: np.ndarray, normalisation: str, device: str) -> Iterator[Outputs]:
    """What a network gives for images uint8 [N, H, W, 3], batch by batch, without gradients or dropout."""
    network.eval()
    count = prediction_batch(device, *images.shape[1:3])
    for start in range(0, len(images), count):
        batch = normalise(torch.from_numpy(images[start : start + count]).to(device), normalisation)
        with torch.inference_mode():
            outputs = network(batch)
        yield outputs


def precision(run: Run) -> str:
    """bfloat16 where it is asked for and the device computes in it (no loss scaling needed); else float32."""
    return "bfloat16" if run.training.precision == "bfloat16" and has_bfloat16(run.device) else "float32"


def _copy_to_cpu(network: nn.Module) -> dict[str, Tensor]:
    return {name: tensor.detach().cpu().clone() for name, tensor in network.state_dict().items()}
