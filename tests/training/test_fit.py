"""A fit as files: what is written, what goes on after a kill, what is refused when it is read again."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from prepared import dataset_files
from safetensors.numpy import load_file, save_file
from short_fits import fit_files

from sgcldff.config.stages.fit import FitSettings
from sgcldff.config.training import Training
from sgcldff.data.pools import TrainingData
from sgcldff.errors import InputError
from sgcldff.method import Method, Samples
from sgcldff.training import loop, network_method
from sgcldff.training.fit import fit, load_fit

CLASSES = ["one", "two"]
ROOT = Path(__file__).resolve().parents[2]
Killing = Callable[[], AbstractContextManager[None]]
FILES = ["fit.json", "history.csv", "weights.safetensors"]


@pytest.fixture
def prepared(draw: Callable[..., Samples], tmp_path: Path) -> Path:
    """A prepared dataset of 14 drawn cells and its split (8, 4, 2)."""
    samples, folder = draw(14), tmp_path / "prepared"
    folder.mkdir()
    np.save(folder / "images.npy", samples.images)
    np.save(folder / "masks.npy", samples.masks)
    names = [f"{number:03d}" for number in range(14)]
    labels = [CLASSES[label] for label in samples.labels]
    index = dict.fromkeys(("image_id", "group", "source", "sha256"), names)
    index |= {"label": labels, "source_label": labels, "masked": "yes"}
    pd.DataFrame(index).to_csv(folder / "index.csv", index=False)
    subsets = ["train"] * 8 + ["validation"] * 4 + ["test"] * 2
    pd.DataFrame({"image_id": names, "subset": subsets}).to_csv(folder / "split.csv", index=False)
    return folder


def fit_settings(training: Training, **changes: Any) -> FitSettings:
    """A fit of SG-CLDFF on the drawn cells; keywords replace values."""
    values = {
        "trained_on": "drawn",
        "members": ["drawn"],
        "method": "full",
        "class_path": "sgcldff.training.sg_cldff.SGCLDFF",
        "arguments": {"weights": "none"},
        "classes": CLASSES,
        "size": 64,
        "seed": 0,
        "device": "auto",
    }
    return FitSettings(training=training, **(values | changes))


@pytest.fixture
def killed_after_an_epoch(monkeypatch: pytest.MonkeyPatch) -> Killing:
    """A context in which a fit dies once its first checkpoint is written."""
    save = loop.save_checkpoint

    def dies(*arguments: Any) -> None:
        save(*arguments)
        raise KeyboardInterrupt

    @contextmanager
    def context() -> Iterator[None]:
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(loop, "save_checkpoint", dies)
            yield

    return context


@pytest.fixture
def run_fit(prepared: Path, settings: Callable[..., Training], tmp_path: Path) -> Callable[..., Path]:
    """(name of the folder, seed, class, arguments, training): fit and give the folder."""
    code = tmp_path / "code.py"
    code.write_text("first\n")

    def run(
        name: str = "fit",
        seed: int = 0,
        method_class: str = "sgcldff.training.sg_cldff.SGCLDFF",
        arguments: dict[str, Any] | None = None,
        keep_going: bool = False,
        **training: Any,
    ) -> Path:
        arguments = {"weights": "none"} if arguments is None else arguments
        asked = fit_settings(
            settings(**({"epochs": 2} | training)), seed=seed, class_path=method_class, arguments=arguments
        )
        data = TrainingData(["drawn"], [dataset_files(prepared)], [prepared / "split.csv"])
        fit(asked, data, [code], 1, fit_files(tmp_path / name), keep_going)
        return tmp_path / name

    return run


def load(folder: Path) -> Method:
    return load_fit(folder / "weights.safetensors", folder / "fit.json")[0]


def content(folder: Path) -> tuple[bytes, bytes]:
    return (folder / "weights.safetensors").read_bytes(), (folder / "history.csv").read_bytes()


def test_a_fit_is_three_files(run_fit: Callable[..., Path]) -> None:
    assert sorted(file.name for file in run_fit().iterdir()) == FILES


def test_the_record_says_what_was_asked_and_what_was_used(run_fit: Callable[..., Path]) -> None:
    record = json.loads((run_fit(seed=3) / "fit.json").read_text())
    assert (record["dataset"], record["method"], record["seed"], record["device"]) == ("drawn", "full", 3, "CPU")
    asked, used = record["asked"], record["used"]
    assert asked["arguments"] == {"weights": "none"} and asked["classes"] == CLASSES and asked["seed"] == 3
    assert asked["training"]["epochs"] == 2 and asked["size"] == 64 and asked["trained_on"] == "drawn"
    assert (used["train_images"], used["validation_images"], used["epochs"]) == (8, 4, 2)
    assert used["precision"] == "float32" and used["threads"] == 1 and used["parameters"] > 1e6
    assert {"commit", "python", "platform", "torch", "timm", "numpy", "scikit-learn"} <= set(used)
    assert record["seconds"] > 0 and record["started"].endswith("+00:00")


def test_the_history_has_a_row_an_epoch(run_fit: Callable[..., Path]) -> None:
    history = pd.read_csv(run_fit() / "history.csv")
    assert history["epoch"].tolist() == [1, 2] and history.notna().all(axis=None)
    assert {"learning_rate", "train_alignment", "validation_f1", "validation_iou"} <= set(history)


def test_two_fits_have_the_same_bytes_and_another_seed_has_others(run_fit: Callable[..., Path]) -> None:
    first = content(run_fit("one"))
    assert content(run_fit("two")) == first
    assert content(run_fit("three", seed=1))[0] != first[0]


def test_a_fit_interrupted_after_an_epoch_ends_with_the_same_bytes(
    run_fit: Callable[..., Path], tmp_path: Path, killed_after_an_epoch: Killing
) -> None:
    with killed_after_an_epoch():
        run_fit("killed", epochs=3)
    assert [file.name for file in (tmp_path / "killed").iterdir()] == ["checkpoint.safetensors"]
    assert content(run_fit("killed", epochs=3)) == content(run_fit("unbroken", epochs=3))
    assert sorted(file.name for file in (tmp_path / "killed").iterdir()) == FILES


@pytest.mark.parametrize(
    "change", [{"learning_rate": 0.001}, {"epochs": 2}, {"arguments": {"weights": "none", "alignment": 0}}]
)
def test_a_checkpoint_of_other_settings_is_not_continued(
    run_fit: Callable[..., Path], killed_after_an_epoch: Killing, capfd: pytest.CaptureFixture, change: dict[str, Any]
) -> None:
    with killed_after_an_epoch():
        run_fit("killed", epochs=1)
    changed = run_fit("killed", **({"epochs": 1} | change))
    assert "going on" not in capfd.readouterr().err
    assert content(changed) == content(run_fit("fresh", **({"epochs": 1} | change)))


def test_a_checkpoint_of_other_code_is_not_continued(
    run_fit: Callable[..., Path], killed_after_an_epoch: Killing, capfd: pytest.CaptureFixture, tmp_path: Path
) -> None:
    for code, goes_on in (("first\n", True), ("second\n", False)):
        with killed_after_an_epoch():
            run_fit(f"killed {goes_on}")
        (tmp_path / "code.py").write_text(code)
        run_fit(f"killed {goes_on}")
        assert ("going on" in capfd.readouterr().err) == goes_on


def test_a_record_says_which_of_its_settings_is_wrong(run_fit: Callable[..., Path]) -> None:
    folder = run_fit(method_class="baselines.controls.Chance", arguments={})
    record = json.loads((folder / "fit.json").read_text())
    record["asked"]["size"] = "large"
    (folder / "fit.json").write_text(json.dumps(record))
    with pytest.raises(InputError, match=r"fit\.json is not the record of a fit \(asked\.size: Input should be"):
        load(folder)


def test_a_damaged_checkpoint_is_an_input_error(run_fit: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "fit").mkdir()
    (tmp_path / "fit" / "checkpoint.safetensors").write_bytes(b"half a checkp")
    with pytest.raises(InputError, match=r"checkpoint\.safetensors cannot be read: delete it"):
        run_fit()


def test_the_test_subset_is_never_shown_to_a_fit(run_fit: Callable[..., Path], prepared: Path) -> None:
    before = content(run_fit("before"))
    images, masks = np.load(prepared / "images.npy"), np.load(prepared / "masks.npy")
    images[12:], masks[12:] = 0, 1
    np.save(prepared / "images.npy", images)
    np.save(prepared / "masks.npy", masks)
    assert content(run_fit("after")) == before


def test_a_loaded_fit_predicts_what_the_fitted_one_did(
    run_fit: Callable[..., Path], draw: Callable[..., Samples]
) -> None:
    folder, samples = run_fit(), draw(5, seed=9)
    first, second = (load(folder).predict(samples) for _ in range(2))
    assert np.array_equal(first.probabilities, second.probabilities)
    assert first.probabilities.shape == (5, 2) and first.masks.shape == (5, 64, 64)


def test_loading_a_fit_reads_no_pickle(run_fit: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    import pickle

    import torch

    folder = run_fit()

    def forbidden(*_: Any, **__: Any) -> None:
        raise AssertionError("something was unpickled")

    for module, name in ((pickle, "load"), (pickle, "loads"), (torch, "load")):
        monkeypatch.setattr(module, name, forbidden)
    load(folder)


def test_a_record_that_names_a_program_is_refused(run_fit: Callable[..., Path], tmp_path: Path) -> None:
    folder = run_fit(method_class="baselines.controls.Chance", arguments={})
    record = json.loads((folder / "fit.json").read_text())
    record["asked"] |= {"class_path": "subprocess.Popen", "classes": ["touch", str(tmp_path / "trace")], "size": -1}
    (folder / "fit.json").write_text(json.dumps(record))
    with pytest.raises(InputError, match=r"subprocess\.Popen is not a method"):
        load(folder)
    assert not (tmp_path / "trace").exists()


@pytest.mark.parametrize("name", ["fit.json", "weights.safetensors"])
def test_a_missing_file_of_a_fit_is_named(run_fit: Callable[..., Path], name: str) -> None:
    folder = run_fit(method_class="baselines.controls.Chance", arguments={})
    (folder / name).unlink()
    with pytest.raises(InputError, match=f"{name} is missing"):
        load(folder)


@pytest.mark.parametrize("damage", ["cut", "empty", "text"])
def test_damaged_weights_are_named_with_the_remedy(run_fit: Callable[..., Path], damage: str) -> None:
    folder = run_fit(method_class="baselines.controls.Chance", arguments={})
    whole = (folder / "weights.safetensors").read_bytes()
    (folder / "weights.safetensors").write_bytes({"cut": whole[:-3], "empty": b"", "text": b"no header at all"}[damage])
    with pytest.raises(InputError, match=r"weights\.safetensors cannot be read.*delete it"):
        load(folder)


def test_weights_of_another_network_are_named_with_the_remedy(run_fit: Callable[..., Path]) -> None:
    folder = run_fit(epochs=1)
    state = load_file(folder / "weights.safetensors")
    state.pop("segment.mask.weight")
    save_file(state, folder / "weights.safetensors")
    with pytest.raises(InputError, match=r"weights\.safetensors cannot be read"):
        load(folder)


@pytest.mark.parametrize("text", ["{", "[]", '{"seed": 1}', '{"asked": {}, "used": {}}'])
def test_a_damaged_record_is_named_with_the_remedy(run_fit: Callable[..., Path], text: str) -> None:
    folder = run_fit(method_class="baselines.controls.Chance", arguments={})
    (folder / "fit.json").write_text(text)
    with pytest.raises(InputError, match=r"fit\.json is not the record of a fit.*fit the method again"):
        load(folder)


PROGRAM = """
import sys
from pathlib import Path
from sgcldff.config.stages.fit import FitSettings
from sgcldff.data.dataset_files import DatasetFiles
from sgcldff.data.pools import TrainingData
from sgcldff.training.fit import FitFiles, fit

settings, prepared, *out = sys.argv[1:]
prepared = Path(prepared)
files = DatasetFiles(images=prepared / "images.npy", masks=prepared / "masks.npy", index=prepared / "index.csv")
data = TrainingData(["drawn"], [files], [prepared / "split.csv"])
fit(FitSettings.model_validate_json(settings), data, [], 1, FitFiles(*map(Path, out)))
"""


@pytest.mark.slow
def test_a_fit_whose_process_was_killed_ends_with_the_same_bytes(
    tmp_path: Path, prepared: Path, settings: Callable[..., Training]
) -> None:
    """kill -9 once a checkpoint has appeared, then the same command again."""

    def command(name: str) -> list[str]:
        asked = fit_settings(settings(epochs=20, patience=20)).model_dump_json()
        files = vars(fit_files(tmp_path / name)).values()
        return [sys.executable, "-c", PROGRAM, asked, str(prepared), *map(str, files)]

    subprocess.run(command("unbroken"), check=True, capture_output=True, cwd=ROOT)
    process = subprocess.Popen(command("killed"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
    try:
        deadline = time.monotonic() + 120
        while not (tmp_path / "killed" / "checkpoint.safetensors").exists():
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        process.kill()
    assert process.wait() == -signal.SIGKILL
    assert not (tmp_path / "killed" / "fit.json").exists()

    again = subprocess.run(command("killed"), check=True, capture_output=True, text=True, cwd=ROOT)
    assert "going on after epoch" in again.stderr
    assert content(tmp_path / "killed") == content(tmp_path / "unbroken")
    assert sorted(file.name for file in (tmp_path / "killed").iterdir()) == FILES


def test_a_fit_whose_loss_is_not_finite_is_recorded_as_failed_and_not_loaded(run_fit: Callable[..., Path]) -> None:
    folder = run_fit(learning_rate=1e30)
    assert sorted(file.name for file in folder.iterdir()) == FILES
    failed = json.loads((folder / "fit.json").read_text())["failed"]
    assert "is not finite" in failed["reason"] and not failed["try_again"]
    assert load_file(folder / "weights.safetensors") == {}
    with pytest.raises(InputError, match=r"fit\.json is of a fit that failed \(.* not finite"):
        load(folder)


def stopped(*_: Any) -> None:
    raise RuntimeError("the cable fell out\nof the wall")


def test_what_stops_a_fit_is_raised(run_fit: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_method, "fit_network", stopped)
    with pytest.raises(RuntimeError, match="the cable"):
        run_fit()


def test_what_stops_a_fit_is_recorded_for_another_try_where_it_is_to_keep_going(
    run_fit: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(network_method, "fit_network", stopped)
    record = json.loads((run_fit(keep_going=True) / "fit.json").read_text())
    assert record["failed"] == {"reason": "RuntimeError: the cable fell out", "try_again": True}
    assert "Traceback" in capsys.readouterr().err
