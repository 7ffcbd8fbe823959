"""A name for what a fit was asked to do, so that only the same fit goes on from a checkpoint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from sgcldff.method import Method, Run, Samples


def fingerprint(method: Method, train: Samples, validation: Samples, run: Run) -> str:
    """SHA-256 over the seed, the settings, the method's arguments, the images, and the files of `run.code`.

    And over the threads where they compute: sums of several threads are rounded otherwise.
    """
    digest = hashlib.sha256()
    kept = int | float | str | tuple | list | dict
    arguments = {name: value for name, value in vars(method).items() if isinstance(value, kept)}
    training = run.training and run.training.model_dump()
    threads = run.threads if arguments.get("device") == "cpu" else None
    name = f"{type(method).__module__}.{type(method).__qualname__}"
    digest.update(json.dumps([run.seed, training, name, arguments, threads], default=str).encode())
    for samples in (train, validation):
        for array in (samples.images, samples.labels, samples.masks):
            digest.update(array.tobytes())
    digest.update(code_digest(run.code).encode())
    return digest.hexdigest()


def code_digest(files: Iterable[Path]) -> str:
    """SHA-256 over the content of files of code, in the order of their names: what a fit or prediction was made by."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()
