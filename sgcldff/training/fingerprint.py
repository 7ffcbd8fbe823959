"""A name for what a fit was asked to do, so that only the same fit goes on from a checkpoint."""

from __future__ import annotations

import hashlib
import json

from sgcldff.method import Method, Run, Samples


def fingerprint(method: Method, train: Samples, validation: Samples, run: Run) -> str:
    """SHA-256 over the seed, the settings, the method's arguments, the images, and the files of `run.code`."""
    digest = hashlib.sha256()
    kept = int | float | str | tuple | list | dict
    arguments = {name: value for name, value in vars(method).items() if isinstance(value, kept)}
    training = run.training and run.training.model_dump()
    name = f"{type(method).__module__}.{type(method).__qualname__}"
    digest.update(json.dumps([run.seed, training, name, arguments], default=str).encode())
    for samples in (train, validation):
        for array in (samples.images, samples.labels, samples.masks):
            digest.update(array.tobytes())
    for file in run.code:
        digest.update(file.read_bytes())
    return digest.hexdigest()
