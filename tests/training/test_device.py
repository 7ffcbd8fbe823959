"""Where a network runs, and in which precision; a GPU is imitated where none is needed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from sgcldff.config.training import Training
from sgcldff.errors import InputError
from sgcldff.method import Run
from sgcldff.training.device import describe, use_device
from sgcldff.training.loop import precision


@pytest.fixture(autouse=True)
def threads_as_before():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def test_auto_takes_the_gpu_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for there, settled in ((False, "cpu"), (True, "cuda")):
        monkeypatch.setattr(torch.cuda, "is_available", lambda there=there: there)
        assert use_device("auto", 1) == settled


def test_a_gpu_that_is_not_there_is_an_input_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(InputError, match="device: cuda.*device: auto"):
        use_device("cuda", 1)


def test_the_cpu_is_taken_when_asked_for_although_there_is_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert use_device("cpu", 1) == "cpu" and describe("cpu") == "CPU"


def test_torch_is_made_deterministic_and_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUBLAS_WORKSPACE_CONFIG", raising=False)
    torch.backends.cudnn.allow_tf32 = True
    use_device("cpu", 2)
    assert torch.are_deterministic_algorithms_enabled() and not torch.backends.cudnn.benchmark
    assert not torch.backends.cudnn.allow_tf32 and not torch.backends.cuda.matmul.allow_tf32
    assert torch.get_num_threads() == 2


@pytest.mark.parametrize(
    ("device", "asked", "native", "expected"),
    [
        ("cuda", True, True, "bfloat16"),
        ("cuda", True, False, "float32"),
        ("cuda", False, True, "float32"),
        ("cpu", True, True, "float32"),
    ],
)
def test_bfloat16_needs_a_gpu_that_has_it_and_a_configuration_that_asks_for_it(
    monkeypatch: pytest.MonkeyPatch,
    device: str,
    asked: bool,
    native: bool,
    expected: str,
    settings: Callable[..., Training],
) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: native or including_emulation)
    assert precision(Run(0, settings(mixed_precision=asked), device)) == expected
