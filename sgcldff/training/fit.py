"""One fit: a method on the training subset of one dataset's split, written to a folder."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from safetensors.numpy import load_file, save_file

from sgcldff.data.pools import TrainingData, load_subsets
from sgcldff.environment import commit, installed_version
from sgcldff.errors import InputError
from sgcldff.method import UNKNOWN, Method, Run, build

WEIGHTS, HISTORY, RECORD = "weights.safetensors", "history.csv", "fit.json"


def fit(settings: Mapping[str, Any], data: TrainingData, seed: int, threads: int, out: Path) -> None:
    """Fit a method and write weights, history and a record of what was asked and what was used.

    settings: dataset (what is trained on), method, class, arguments, classes, size, training, device. A checkpoint
    stands in `out` while the fit runs; it is removed when everything is written.
    """
    started, clock, used = datetime.now(UTC), time.perf_counter(), environment()
    method = build(settings["class"], settings["classes"], settings["size"], settings["arguments"])
    train, validation = load_subsets(data, settings["classes"])
    checkpoint = out / "checkpoint.pt"
    resumed = checkpoint.exists()
    run = Run(seed, settings["training"], settings["device"], threads, checkpoint)
    history = method.fit(train, validation, run)

    out.mkdir(parents=True, exist_ok=True)
    # Not ascontiguousarray: it would give a single number one dimension.
    state = {name: np.asarray(array, order="C") for name, array in method.state().items()}
    save_file(state, out / WEIGHTS)
    pd.DataFrame(history).to_csv(out / HISTORY, index=False)
    used |= method.used()
    record = {
        "dataset": settings["dataset"],
        "method": settings["method"],
        "seed": seed,
        "device": used["device"],
        "started": started.isoformat(timespec="seconds"),
        # Of a fit that was killed and went on: those of its last leg.
        "seconds": round(time.perf_counter() - clock, 3),
        "resumed": resumed,
        "asked": {**settings, "seed": seed},
        "used": {
            **used,
            "threads": threads,
            "train_images": len(train),
            "train_masks": int((train.masks != UNKNOWN).any(axis=(1, 2)).sum()),
            "validation_images": len(validation),
            "parameters": method.parameters(),
            "epochs": len(history),
        },
    }
    (out / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    checkpoint.unlink(missing_ok=True)


def load_fit(folder: Path) -> tuple[Method, dict[str, Any]]:
    """The fitted method and its record; runs no code from the folder.

    Raises InputError naming the file that is missing or damaged.
    """
    for name in (RECORD, WEIGHTS):
        if not (folder / name).exists():
            raise InputError(
                f"{folder / name} is missing: fit the method anew or point to the folder of a finished fit."
            )
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        asked = record["asked"]
        wanted = [asked[key] for key in ("class", "classes", "size", "arguments")]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{folder / RECORD} is not the record of a fit ({error!r}): fit the method anew.") from error
    method = build(*wanted)
    try:
        method.restore(load_file(folder / WEIGHTS))
    except Exception as error:  # damage shows in safetensors' own kind of error, or in arrays that fit no method
        reason = str(error).splitlines()[0]
        raise InputError(f"{folder / WEIGHTS} cannot be read ({reason}): delete it and fit the method anew.") from error
    return method, record


def environment() -> dict[str, str | bool | None]:
    """Versions, machine and commit of this code, wherever it is run from."""
    found = commit(Path(__file__).parent)
    return {
        "commit": found["id"],
        "uncommitted_changes": found["modified"],
        "python": platform.python_version(),
        "platform": platform.platform(),
        **{package: installed_version(package) for package in ("torch", "timm", "numpy", "scikit-learn")},
    }
