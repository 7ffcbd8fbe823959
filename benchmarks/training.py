"""An epoch of training: bare forward, backward and step, against our loop, against Lightning with a DataLoader.

    python benchmarks/training.py [--device cpu|cuda] [--precision float32|bfloat16] [--batches N]

The same network, batch size and losses for all three. Bare trains on one batch that is ready; ours and Lightning's
draw, augment and normalise their images, Lightning's with torchvision as its users do. Lightning is the extra
`benchmarks` of this package.
"""

from __future__ import annotations

import argparse
import logging
import warnings
from typing import Any

import lightning
import torch
from networks import BATCH_SIZES, NETWORKS, network_method, noise_images, seconds, training
from torch import Tensor
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset
from torchvision import tv_tensors
from torchvision.transforms import v2

from sgcldff.method import Run, Samples
from sgcldff.training.batches import to_tensor
from sgcldff.training.losses import segmentation_loss
from sgcldff.training.network_method import NetworkMethod


def losses(outputs: dict[str, Tensor], labels: Tensor, masks: Tensor) -> Tensor:
    """Of the outputs that the network has."""
    total = segmentation_loss(outputs["mask"], masks)
    return total + F.cross_entropy(outputs["classes"].float(), labels) if "classes" in outputs else total


def bare(method: NetworkMethod, samples: Samples, batches: int, precision: str) -> float:
    """Seconds of so many steps on one batch."""
    device, count = method.device, BATCH_SIZES[method.size]
    network = method.build_network("none").to(device, memory_format=torch.channels_last).train()
    optimizer = torch.optim.Adam(network.parameters(), 4e-4)
    images = to_tensor(samples.images[:count], "fixed").to(device, memory_format=torch.channels_last)
    labels, masks = (torch.from_numpy(each[:count]).to(device) for each in (samples.labels, samples.masks))

    def steps(number: int) -> None:
        for _ in range(number):
            with torch.autocast(device, dtype=torch.bfloat16, enabled=precision == "bfloat16"):
                outputs = network(images)
            optimizer.zero_grad(set_to_none=True)
            losses(outputs, labels, masks).backward()
            optimizer.step()

    steps(2)
    return seconds(lambda: steps(batches), device)


def ours(method: NetworkMethod, samples: Samples, precision: str) -> float:
    """Seconds of an epoch of `fit`: the difference of fits of three epochs and one, halved.

    It validates on four images and computes the method's own losses, which the others leave out.
    """

    def fit(epochs: int) -> float:
        run = Run(0, training(method.size, epochs, precision), method.device)
        return seconds(lambda: method.fit(samples, samples.first(4), run), method.device)

    fit(1)
    return (fit(3) - fit(1)) / 2


class Pictures(Dataset):
    """Images with masks as a user of torchvision would load them."""

    def __init__(self, samples: Samples) -> None:
        self.samples = samples
        self.augment = v2.Compose(
            [v2.RandomRotation(15), v2.RandomHorizontalFlip(), v2.RandomVerticalFlip(), v2.ColorJitter(contrast=0.2)]
        )
        self.finish = v2.Compose([v2.ToDtype(torch.float32, scale=True), v2.GaussianNoise(sigma=5 / 255)])

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, number: int) -> tuple[Tensor, int, Tensor]:
        image = tv_tensors.Image(torch.from_numpy(self.samples.images[number]).permute(2, 0, 1))
        mask = tv_tensors.Mask(torch.from_numpy(self.samples.masks[number]))
        image, mask = self.augment(image, mask)
        return self.finish(image) * 2 - 1, int(self.samples.labels[number]), mask.as_subclass(Tensor)


class Module(lightning.LightningModule):
    def __init__(self, network: torch.nn.Module) -> None:
        super().__init__()
        self.network = network

    def training_step(self, batch: tuple[Tensor, Tensor, Tensor], _: int) -> Tensor:
        images, labels, masks = batch
        return losses(self.network(images), labels, masks)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.parameters(), 4e-4)


def with_lightning(method: NetworkMethod, samples: Samples, precision: str) -> float:
    """Seconds of an epoch, as for ours."""
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    loader = DataLoader(Pictures(samples), BATCH_SIZES[method.size], shuffle=True, num_workers=0)

    def fit(epochs: int) -> float:
        trainer = lightning.Trainer(
            max_epochs=epochs,
            accelerator="gpu" if method.device == "cuda" else "cpu",
            devices=1,
            precision="bf16-mixed" if precision == "bfloat16" else "32-true",
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
        )
        module = Module(method.build_network("none"))
        return seconds(lambda: trainer.fit(module, loader), method.device)

    fit(1)
    return (fit(3) - fit(1)) / 2


def measure(device: str, precision: str, batches: int, small: bool = False) -> list[dict[str, Any]]:
    """A row a network and size: milliseconds an image of the three, and ours as a share of each of the others.

    small: at the smaller size alone.
    """
    rows = []
    for size, count in list(BATCH_SIZES.items())[: 1 if small else None]:
        steps = batches * 224 // size  # of about the same time at every size
        samples = noise_images(steps * count, size)
        for name in NETWORKS:
            method = network_method(name, size, device)
            taken = {"bare": bare(method, samples, steps, precision), "ours": ours(method, samples, precision)}
            taken["lightning"] = with_lightning(method, samples, precision)
            row = {"network": name, "size": size, "batch": count, "precision": precision, "device": device}
            row |= {f"{key}_ms": round(1000 * value / len(samples), 2) for key, value in taken.items()}
            row["bare_to_ours"] = round(taken["bare"] / taken["ours"], 3)
            row["ours_to_lightning"] = round(taken["ours"] / taken["lightning"], 3)
            row["bare_to_lightning"] = round(taken["bare"] / taken["lightning"], 3)
            rows.append(row)
            print(row, flush=True)
    return rows


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--precision", default="float32", choices=["float32", "bfloat16"])
    parser.add_argument("--batches", type=int, default=8)
    parser.add_argument("--small", action="store_true", help="at the smaller size alone")
    warnings.filterwarnings("ignore")
    measure(**vars(parser.parse_args()))
