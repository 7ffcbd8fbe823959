"""Where a network runs, and what makes it run the same way twice."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import torch

from sgcldff.errors import InputError


def use_device(device: str, threads: int) -> str:
    """The device settled (`auto` becomes cuda where there is one), torch's threads set and torch made deterministic.

    Operations that have no deterministic version on a GPU warn instead of failing. Raises InputError where a GPU is
    asked for and there is none.
    """
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cuda" and not torch.cuda.is_available():
        raise InputError("`device: cuda` is asked for and torch sees no GPU: set `device: auto` or `cpu`.")
    torch.set_num_threads(1 if device == "cuda" else threads)
    cv2.setNumThreads(threads)  # else OpenCV takes every core, beside whatever else runs
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.allow_tf32 = False  # else a GPU's convolutions round float32 to 10 bits, and a CPU's do not
    return device


def has_bfloat16(device: str) -> bool:
    """Whether a device computes in bfloat16 by itself; elsewhere it would be imitated, and slower than float32."""
    if device == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    capabilities = torch.cpu.get_capabilities()
    return any(capabilities.get(name, False) for name in ("avx512_bf16", "amx_bf16"))


@contextmanager
def undetermined(found: set[str]) -> Iterator[None]:
    """Adds to `found` the operations that torch says have no deterministic version where they run (on a GPU)."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("default")
        yield
    for each in told:
        operation, said, _ = str(each.message).partition(" does not have a deterministic implementation")
        if said:
            found.add(operation)
        else:
            warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)


def describe(device: str) -> str:
    """The device's name as a table shows it."""
    return torch.cuda.get_device_name() if device == "cuda" else "CPU"
