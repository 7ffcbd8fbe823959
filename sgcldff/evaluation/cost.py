"""What a fitted method costs: parameters, multiply-adds and time an image, measured on the method that is tested.

The paper calls its network lightweight and prints no such number.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from sgcldff.method import Method, Prediction, Samples


class Meter:
    """Predicts, and keeps account of what that costs.

    A first prediction of one image counts the multiply-adds and warms up; the others are timed, from uint8 images
    to probabilities and masks in main memory (so a GPU has finished).
    """

    def __init__(self, method: Method, warm_up: Samples) -> None:
        """warm_up: one image."""
        self.method = method
        self.multiply_adds = multiply_adds(method, warm_up)
        self.images, self.seconds = 0, 0.0

    def predict(self, samples: Samples, adapted: Method | None = None) -> Prediction:
        """adapted: the same method with the statistics of these images, where it is to predict in its place."""
        start = time.perf_counter()
        prediction = (adapted or self.method).predict(samples)
        self.seconds += time.perf_counter() - start
        self.images += len(samples)
        return prediction

    def account(self) -> dict[str, Any]:
        """parameters; multiply_adds of one image (null where torch runs none); images and seconds predicted."""
        return {
            "parameters": self.method.parameters(),
            "multiply_adds": self.multiply_adds,
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
