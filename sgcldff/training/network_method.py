"""What every method with a network shares: build, train by the common loop, predict, turn weights into arrays."""

from __future__ import annotations

import copy
import math
import sys
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn

from sgcldff.config.training import Augmentation, Training
from sgcldff.errors import InputError
from sgcldff.method import Method, Prediction, Run, Samples
from sgcldff.model.norms import NORMS, adapted, with_norm
from sgcldff.training.batches import Batch, augmented_on
from sgcldff.training.checkpoint import load_checkpoint
from sgcldff.training.device import describe, undetermined, use_device
from sgcldff.training.fingerprint import fingerprint
from sgcldff.training.loop import Outputs, Task, fit_network, precision, predict_network
from sgcldff.training.memory import is_out_of_memory
from sgcldff.training.normalisation import normalise
from sgcldff.training.seeding import torch_seed

NORMALISATIONS = ("fixed", "image", "imagenet")
ADAPTED_BATCH = 32  # images


class NetworkMethod(Method):
    """A method whose `network` maps images [B, 3, H, W] to {"classes": logits [B, K], "mask": logits [B, H, W]}.

    A subclass says how the network is built, and may add a prior and losses of its own. A network of one task leaves
    the other's key out: it is trained with the losses that it has outputs for, and its predictions lack the other.
    """

    # The module within the network whose output [B, C, h, w] are the last maps that the class is read from: where
    # Grad-CAM is taken. "" where there is none. The graph reads it from the source.
    class_maps = ""

    def __init__(
        self,
        classes: Sequence[str],
        size: int,
        *,
        weights: Literal["package", "hub", "none"] | dict = "package",
        normalisation: Literal["fixed", "image", "imagenet"] = "fixed",
        learning_rate: float | None = None,
        norm: Literal["batch", "group", "frozen"] = "batch",
        augmentation: dict[str, float | bool] | None = None,
        class_weights: bool = True,
    ) -> None:
        """weights: of the encoder, those of ImageNet (`package`, `hub`), those of a file ({file, sha256}), or
        `none`; normalisation: see `normalise`;
        learning_rate: in place of the configuration's, for a source that states its own; norm: see `with_norm`;
        augmentation: what differs from the configuration's; class_weights: whether rare classes weigh more in the loss.
        """
        super().__init__(classes, size)
        if normalisation not in NORMALISATIONS:
            raise InputError(f"Unknown `normalisation: {normalisation}`: give one of {', '.join(NORMALISATIONS)}.")
        self.weights = weights
        if learning_rate is not None and not learning_rate > 0:
            raise InputError(f"`learning_rate: {learning_rate}` cannot train a network: give a number above zero.")
        if norm not in NORMS:
            raise InputError(f"Unknown `norm: {norm}`: give one of {', '.join(NORMS)}.")
        self.normalisation = normalisation
        self.learning_rate = learning_rate
        self.norm = norm
        self.augmentation = dict(augmentation or {})
        if unknown := self.augmentation.keys() - Augmentation.model_fields.keys():
            raise InputError(
                f"Unknown `augmentation: {min(unknown)}`: give one of {', '.join(Augmentation.model_fields)}."
            )
        self.class_weights = class_weights
        self.network: nn.Module | None = None
        self.device = "cpu"
        self.settled: dict[str, str | int] = {}

    @abstractmethod
    def build_network(self, weights: str | Mapping[str, str]) -> nn.Module:
        """A new network; `weights` is "none" where stored ones are going to replace them."""

    def prior(self, train: Samples, run: Run) -> np.ndarray | None:
        """A map uint8 [N, H, W] that is augmented with the training images and handed to `extra_loss`; none here."""
        return None

    def extra_loss(self, outputs: Outputs, batch: Batch) -> dict[str, Tensor]:
        """Losses beside the common ones, by name; none here."""
        return {}

    def seen(self, samples: Samples) -> Samples:
        """What the network is given in place of the samples, each pixel in its place; the samples themselves here."""
        return samples

    def fit(self, train: Samples, validation: Samples, run: Run) -> list[dict[str, float]]:
        """Where a batch does not fit into memory the fit starts again, once, with batches of half the size.

        Raises InputError where that is too much as well, and FitError as `fit_network` does.
        """
        self.check_subsets(train, validation)
        self.device = use_device(run.device, run.threads)
        prior = self.prior(train, run)
        whole = run.training.batch_size
        half = whole // 2
        halved = replace(run, training=run.training.model_copy(update={"batch_size": half}))
        # A fit that went on with half goes on with half, though its neighbours on the card may have left by now.
        begun = bool(half) and self._begun(train, validation, prior, halved)
        if not begun:
            if (history := self._trained(train, validation, prior, run)) is not None:
                return history
            if half:
                print(
                    f"a batch of {whole} images does not fit into memory: starting again with {half}", file=sys.stderr
                )
        if half and (history := self._trained(train, validation, prior, halved)) is not None:
            return history
        raise InputError(
            f"A batch of {half or whole} images of {self.size}×{self.size} pixels does not fit into memory: set a "
            "smaller `training.batch_size`, or fewer `fits_per_gpu`."
        )

    def _trained(
        self, train: Samples, validation: Samples, prior: np.ndarray | None, run: Run
    ) -> list[dict[str, float]] | None:
        """A network from its first weights on; the history, or None where a batch did not fit into memory."""
        settled, name = self._settled(train, validation, prior, run)
        torch.manual_seed(torch_seed(run.seed, "weights"))
        self.network = with_norm(self.build_network(self.weights), self.norm)
        task = Task(
            network=self.network,
            classes=len(self.classes),
            train=train,
            validation=validation,
            prior=prior,
            extra_loss=self.extra_loss,
            normalisation=self.normalisation,
            class_weights=self.class_weights,
        )
        operations: set[str] = set()
        try:
            with undetermined(operations):
                history = fit_network(task, settled, name)
            self.settled["not_deterministic"] = ", ".join(sorted(operations))
            return history
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
        # Out of the block above, whose error holds on to the tensors of the batch.
        self.network = None
        if self.device == "cuda":
            torch.cuda.empty_cache()
        return None

    def _begun(self, train: Samples, validation: Samples, prior: np.ndarray | None, run: Run) -> bool:
        """Whether a checkpoint of this very run stands."""
        _, name = self._settled(train, validation, prior, run)
        return run.checkpoint is not None and load_checkpoint(run.checkpoint, name) is not None

    def _settled(self, train: Samples, validation: Samples, prior: np.ndarray | None, run: Run) -> tuple[Run, str]:
        """The run as it will be, noted in what was used, and its name: of the device and the precision too."""
        settled = replace(run, device=self.device, training=self.own(run.training))
        self.settled = {
            "device": describe(self.device),
            "precision": precision(settled),
            "batch_size": settled.training.batch_size,
            "augmented_on": augmented_on(self.device, train, prior),
        }
        return settled, fingerprint(self, train, validation, run)

    def own(self, training: Training) -> Training:
        """How networks are trained, with what this one has of its own."""
        changes = {"augmentation": training.augmentation.model_copy(update=self.augmentation)}
        if self.learning_rate is not None:
            changes["learning_rate"] = self.learning_rate
        return training.model_copy(update=changes)

    def place(self, device: str, threads: int) -> None:
        self.device = use_device(device, threads)
        self.settled = {"device": describe(self.device), "precision": "float32"}
        self.network.to(self.device, memory_format=torch.channels_last)

    def used(self) -> dict[str, str | int]:
        return self.settled

    def predict(self, samples: Samples) -> Prediction:
        self.check(samples)
        if self.network is None:
            raise RuntimeError(f"{type(self).__name__} predicts after fit or restore")
        probabilities, masks = predict_network(self.network, self.seen(samples).images, self.normalisation, self.device)
        return Prediction(probabilities, masks)

    def adapted(self, images: np.ndarray) -> NetworkMethod:
        if not any(isinstance(module, nn.BatchNorm2d) for module in self.network.modules()):
            return super().adapted(images)
        # In an order of no meaning: images of one class, that stand together, would be a batch of their own.
        order = np.random.default_rng(0).permutation(len(images))
        batches = (
            normalise(torch.from_numpy(images[np.sort(rows)]).to(self.device), self.normalisation)
            for rows in np.array_split(order, math.ceil(len(images) / ADAPTED_BATCH))
        )
        other = copy.copy(self)
        other.network = adapted(self.network, batches)
        return other

    def parameters(self) -> int:
        return sum(each.numel() for each in self.network.parameters())

    def state(self) -> dict[str, np.ndarray]:
        if self.network is None:
            raise RuntimeError(f"{type(self).__name__} has a state after fit or restore")
        return {name: tensor.cpu().numpy() for name, tensor in self.network.state_dict().items()}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        network = with_norm(self.build_network("none"), self.norm)
        self.network = network.to(self.device, memory_format=torch.channels_last)
        self.network.load_state_dict({name: torch.from_numpy(np.array(array)) for name, array in state.items()})


class HubNetworkMethod(NetworkMethod):
    """A network whose pretrained weights no package carries: they come from the `hub`, or `none` are taken."""

    def __init__(
        self, classes: Sequence[str], size: int, *, weights: Literal["hub", "none"] | dict = "hub", **shared: Any
    ) -> None:
        super().__init__(classes, size, weights=weights, **shared)
