"""The checkpoint: whole or not there, of the same fit or not used, and never a program."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from sgcldff.errors import InputError
from sgcldff.training import checkpoint
from sgcldff.training.checkpoint import load_checkpoint, save_checkpoint


def test_what_was_saved_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "checkpoint.safetensors"
    save_checkpoint(path, {"fingerprint": "a", "history": [{"epoch": 1}], "network": {"w": torch.ones(2)}})
    content = load_checkpoint(path, "a")
    assert content["history"] == [{"epoch": 1}] and torch.equal(content["network"]["w"], torch.ones(2))


def test_where_there_is_none_there_is_nothing_to_go_on_from(tmp_path: Path) -> None:
    assert load_checkpoint(tmp_path / "checkpoint.safetensors", "a") is None


def test_a_checkpoint_of_another_fit_is_not_used(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "checkpoint.safetensors", {"fingerprint": "a"})
    assert load_checkpoint(tmp_path / "checkpoint.safetensors", "b") is None


def test_what_an_optimiser_holds_comes_back_with_its_types_and_its_order_in_memory(tmp_path: Path) -> None:
    image_like = torch.rand(2, 3, 4, 5).to(memory_format=torch.channels_last)
    state = {"state": {0: {"step": torch.tensor(3.0), "average": image_like}}, "groups": [{"lr": 0.1, "params": [0]}]}
    content = {"fingerprint": "a", "optimizer": state, "iou": float("nan"), "half": image_like.bfloat16(), "best": None}
    save_checkpoint(tmp_path / "checkpoint.safetensors", content)
    back = load_checkpoint(tmp_path / "checkpoint.safetensors", "a")
    average = back["optimizer"]["state"][0]["average"]
    assert torch.equal(average, image_like) and average.stride() == image_like.stride()
    assert back["optimizer"]["state"][0]["step"].shape == () and back["optimizer"]["groups"] == state["groups"]
    assert torch.equal(back["half"], content["half"]) and back["iou"] != back["iou"] and back["best"] is None


@pytest.mark.parametrize("damage", ["cut", "empty", "text", "foreign"])
def test_a_damaged_checkpoint_is_named_with_the_remedy(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "checkpoint.safetensors"
    save_checkpoint(path, {"fingerprint": "a", "w": torch.ones(1000)})
    whole = path.read_bytes()
    if damage == "foreign":
        save_file({"w": torch.ones(2)}, path)
    else:
        path.write_bytes({"cut": whole[: len(whole) // 2], "empty": b"", "text": b"not an archive"}[damage])
    with pytest.raises(InputError, match=r"checkpoint\.safetensors cannot be read: delete it"):
        load_checkpoint(path, "a")


def test_a_write_that_dies_leaves_the_last_epoch_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "checkpoint.safetensors"
    save_checkpoint(path, {"fingerprint": "a", "epoch": 1})

    def dies(content: Any, file: Path, **_: Any) -> None:
        Path(file).write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(checkpoint, "save_file", dies)
    with pytest.raises(KeyboardInterrupt):
        save_checkpoint(path, {"fingerprint": "a", "epoch": 2})
    assert load_checkpoint(path, "a")["epoch"] == 1


def test_a_checkpoint_that_carries_code_is_refused_and_the_code_is_not_run(tmp_path: Path) -> None:
    trace = tmp_path / "trace"

    class Program:
        def __reduce__(self):
            return os.mkdir, (str(trace),)

    path = tmp_path / "checkpoint.safetensors"
    torch.save({"fingerprint": "a", "history": Program()}, path)  # as earlier versions of this program wrote it
    with pytest.raises(InputError):
        load_checkpoint(path, "a")
    path.write_bytes(pickle.dumps(Program(), protocol=2))
    with pytest.raises(InputError):
        load_checkpoint(path, "a")
    assert not trace.exists()
