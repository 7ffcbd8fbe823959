"""Where a network runs, and in which precision; a GPU is imitated where none is needed."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import pytest
import torch

from sgcldff.config.training import Training
from sgcldff.errors import InputError
from sgcldff.method import Run
from sgcldff.training.device import describe, has_bfloat16, undetermined, use_device
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


@pytest.mark.parametrize("device", ["cuda", "cpu"])
@pytest.mark.parametrize(
    ("asked", "native", "used"),
    [("bfloat16", True, "bfloat16"), ("bfloat16", False, "float32"), ("float32", True, "float32")],
)
def test_bfloat16_needs_a_device_that_has_it_and_a_configuration_that_asks_for_it(
    monkeypatch: pytest.MonkeyPatch,
    device: str,
    asked: str,
    native: bool,
    used: str,
    settings: Callable[..., Training],
) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: native or including_emulation)
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx2": True, "avx512_bf16": native})
    assert precision(Run(0, settings(precision=asked), device)) == used


def test_a_processor_of_another_architecture_has_none_that_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"architecture": "aarch64"})
    assert not has_bfloat16("cpu")


def test_operations_that_torch_cannot_repeat_bit_for_bit_are_named_and_other_warnings_stay() -> None:
    found: set[str] = set()
    with pytest.warns(UserWarning, match="something else"), undetermined(found):
        for _ in range(2):
            warnings.warn("upsample_bilinear2d does not have a deterministic implementation, but you", stacklevel=1)
        warnings.warn("something else", stacklevel=1)
    assert found == {"upsample_bilinear2d"}


def test_torch_names_an_operation_in_the_words_that_are_looked_for() -> None:
    use_device("cpu", 1)
    found: set[str] = set()
    with undetermined(found):
        torch.zeros(3).put_(torch.tensor([0, 0]), torch.ones(2))
    assert found == {"put_"}
