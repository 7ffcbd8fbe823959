"""What a fitted method costs: parameters, multiply-adds, memory and time, measured on the method that is tested.

The paper calls its network lightweight and efficient, and prints no such number.
"""

from __future__ import annotations

import sys
import time
from statistics import median
from typing import Any

from sgcldff.method import Method, Prediction, Samples

# Predictions of one image by itself: so many are timed, or fewer where they take longer than that, but never under 3.
LATENCY_PASSES, LATENCY_SECONDS, FEWEST_PASSES = 15, 1.5, 3


class Meter:
    """Predicts, and keeps account of what that costs.

    The first predictions of one image count the multiply-adds and the memory and warm up; then that image is timed by
    itself, and all others in their batches, from uint8 images to probabilities and masks in main memory (so a GPU has
    finished).
    """

    def __init__(self, method: Method, warm_up: Samples) -> None:
        """warm_up: one image."""
        self.method = method
        self.multiply_adds = multiply_adds(method, warm_up)
        self.memory = None if self.multiply_adds is None else tensor_memory(method, warm_up)
        self.latency = latency(method, warm_up)
        self.images, self.seconds = 0, 0.0

    def predict(self, samples: Samples, adapted: Method | None = None) -> Prediction:
        """adapted: the same method with the statistics of these images, where it is to predict in its place."""
        start = time.perf_counter()
        prediction = (adapted or self.method).predict(samples)
        self.seconds += time.perf_counter() - start
        self.images += len(samples)
        return prediction

    def account(self) -> dict[str, Any]:
        """parameters; of one image by itself multiply_adds, memory_bytes at the peak (both null where torch runs none)
        and latency_ms; images and seconds predicted; device.
        """
        return {
            "parameters": self.method.parameters(),
            "multiply_adds": self.multiply_adds,
            "memory_bytes": self.memory,
            "latency_ms": round(1000 * self.latency, 4),
            "images": self.images,
            "seconds": round(self.seconds, 6),
            "device": self.method.used()["device"],
        }


def multiply_adds(method: Method, samples: Samples) -> int | None:
    """Multiply-adds of the matrix products, convolutions and attention that torch runs to predict these images.

    torch counts a multiplication and an addition as two operations. None for a method that runs none of them.
    """
    # A method that runs torch has loaded it by now; the others need not wait for it.
    if "torch" not in sys.modules:
        method.predict(samples)
        return None
    from torch import ops
    from torch.utils.flop_counter import FlopCounterMode, sdpa_flop_count

    # torch's counter knows the attention of a GPU and passes over the CPU's: a Transformer would look cheap.
    attention = ops.aten._scaled_dot_product_flash_attention_for_cpu
    formula = {attention: lambda query, key, value, *_, **__: sdpa_flop_count(query, key, value)}
    with FlopCounterMode(display=False, custom_mapping=formula) as counter:
        method.predict(samples)
    return counter.get_total_flops() // 2 or None


def tensor_memory(method: Method, samples: Samples) -> int:
    """Bytes of all tensors, weights among them, at the peak of predicting these images with torch."""
    from sgcldff.evaluation.tensor_memory import TensorMemory

    with TensorMemory() as memory:
        method.predict(samples)
    return memory.peak


def latency(method: Method, samples: Samples) -> float:
    """Seconds of a prediction of these images, the median of several; the caller has warmed up.

    A median, for beside other jobs a few passes are always held up.
    """
    seconds: list[float] = []
    while len(seconds) < FEWEST_PASSES or (len(seconds) < LATENCY_PASSES and sum(seconds) < LATENCY_SECONDS):
        start = time.perf_counter()
        method.predict(samples)
        seconds.append(time.perf_counter() - start)
    return median(seconds)
