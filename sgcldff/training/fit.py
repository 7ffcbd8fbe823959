"""One fit: a method on the training subset of a dataset or pool, written to files."""

from __future__ import annotations

import json
import platform
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import ValidationError
from safetensors.numpy import load_file, save_file

from sgcldff.config.stages.fit import FitSettings
from sgcldff.data.pools import TrainingData, load_subsets
from sgcldff.data.reinhard import lab_statistics
from sgcldff.environment import commit, installed_version
from sgcldff.errors import FitError, InputError
from sgcldff.method import UNKNOWN, Method, Run, build
from sgcldff.tables.files import whole_file, write_table, write_text
from sgcldff.training.fingerprint import code_digest


@dataclass(frozen=True)
class FitFiles:
    """What a fit leaves behind, and the checkpoint from which it goes on when it is killed.

    weights: safetensors; history: CSV, a row an epoch; record: JSON, what was asked and what was used.
    """

    weights: Path
    history: Path
    record: Path
    checkpoint: Path


def fit(
    settings: FitSettings,
    data: TrainingData,
    code: Sequence[Path],
    threads: int,
    out: FitFiles,
    keep_going: bool = False,
) -> None:
    """Fit a method and write weights, history and a record of what was asked and what was used.

    code: the files of code that decide the fit; a checkpoint that other code wrote is not continued. threads: CPU
    threads. The checkpoint stands while the fit runs and is removed when everything is written. A fit whose numbers
    cease to be finite is recorded as failed, without weights, and so is one that anything else stops where it is to
    keep going.
    Raises InputError where an input is missing or damaged or where the method refuses its settings.
    """
    started, clock, used = datetime.now(UTC), time.perf_counter(), environment()
    method = build(settings.class_path, settings.classes, settings.size, settings.arguments)
    train, validation = load_subsets(data, settings.classes)
    resumed = out.checkpoint.exists()
    run = Run(settings.seed, settings.training, settings.device, threads, out.checkpoint, tuple(code))
    history, failed, state = [], None, {}
    try:
        history = method.fit(train, validation, run)
        # Not ascontiguousarray: it would give a single number one dimension.
        state = {name: np.asarray(array, order="C") for name, array in method.state().items()}
    except FitError as error:
        history, failed = error.history, failure(error)
    except Exception as error:
        if not keep_going:
            raise
        failed = failure(error)

    with whole_file(out.weights) as part:
        save_file(state, part)
    write_table(pd.DataFrame(history), out.history)
    used |= method.used()
    record = {
        "dataset": settings.trained_on,
        "method": settings.method,
        "seed": settings.seed,
        "failed": failed,
        "device": used.get("device"),
        "started": started.isoformat(timespec="seconds"),
        # Of a fit that was killed and went on: those of its last leg.
        "seconds": round(time.perf_counter() - clock, 3),
        "resumed": resumed,
        "asked": settings.model_dump(mode="json"),
        "used": {
            **used,
            "code": code_digest(code),
            "threads": threads,
            "train_images": len(train),
            "train_masks": int((train.masks != UNKNOWN).any(axis=(1, 2)).sum()),
            "validation_images": len(validation),
            "train_lab": lab_statistics(train.images).tolist(),
            "parameters": None if failed else method.parameters(),
            "epochs": len(history),
        },
    }
    write_text(json.dumps(record, indent=1) + "\n", out.record)
    out.checkpoint.unlink(missing_ok=True)


def failure(error: Exception) -> dict[str, str | bool]:
    """What is recorded of an error in place of a result, and shown in the log: its reason, and whether another try
    may end better (not where the numbers of the fit themselves are the reason).
    """
    reason = (str(error).splitlines() or [""])[0]
    if not isinstance(error, FitError | InputError):
        traceback.print_exception(error)
        reason = f"{type(error).__name__}: {reason}"
    print(f"failed: {reason}", file=sys.stderr)
    return {"reason": reason, "try_again": not isinstance(error, FitError)}


def failure_of(record: Path) -> dict[str, str | bool] | None:
    """What the record of a fit says of its failure; None where it did not fail. Raises InputError as `load_fit`."""
    _existing(record)
    return _read_record(record)[2]


def load_fit(weights: Path, record: Path) -> tuple[Method, FitSettings, dict[str, Any]]:
    """The fitted method, what was asked of its fit, and what was used for it; runs no code from the files.

    Raises InputError naming the file that is missing or damaged, and for a fit that failed.
    """
    for file in (record, weights):
        _existing(file)
    settings, used, failed = _read_record(record)
    if failed:
        raise InputError(f"{record} is of a fit that failed ({failed['reason']}): name the files of another.")
    method = build(settings.class_path, settings.classes, settings.size, settings.arguments)
    try:
        method.restore(load_file(weights))
    except Exception as error:  # damage shows in safetensors' own kind of error, or in arrays that fit no method
        reason = str(error).splitlines()[0]
        raise InputError(f"{weights} cannot be read ({reason}): delete it and fit the method again.") from error
    return method, settings, used


def _existing(file: Path) -> None:
    if not file.exists():
        raise InputError(f"{file} is missing: fit the method again or name the files of a finished fit.")


def _read_record(file: Path) -> tuple[FitSettings, dict[str, Any], dict[str, str | bool] | None]:
    """What was asked, what was used, and of a fit that failed why."""
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        return FitSettings.model_validate(record["asked"]), dict(record["used"]), record.get("failed")
    except ValidationError as error:
        fault = error.errors()[0]
        reason = f"{'.'.join(['asked', *map(str, fault['loc'])])}: {fault['msg']}"
    except (ValueError, KeyError, TypeError) as error:
        reason = repr(error)
    raise InputError(f"{file} is not the record of a fit ({reason}): fit the method again.")


def environment() -> dict[str, str | bool | None]:
    """Versions, machine and commit of this code, wherever it is run from."""
    code = commit(Path(__file__).parent)
    return {
        "commit": code["id"],
        "uncommitted_changes": code["modified"],
        "python": platform.python_version(),
        "platform": platform.platform(),
        **{package: installed_version(package) for package in ("torch", "timm", "numpy", "scikit-learn")},
    }
