"""A name for what a fit was asked to do, so that only the same fit goes on from a checkpoint."""

from __future__ import annotations

import hashlib
import inspect
import json
from pathlib import Path

from sgcldff.config.python_files import module_files
from sgcldff.method import Method, Run, Samples


def fingerprint(method: Method, train: Samples, validation: Samples, run: Run) -> str:
    """SHA-256 over the seed, the settings, the method's arguments, the images, and the code that trains it."""
    digest = hashlib.sha256()
    kept = int | float | str | tuple | list | dict
    arguments = {name: value for name, value in vars(method).items() if isinstance(value, kept)}
    digest.update(
        json.dumps([run.seed, dict(run.training), type(method).__qualname__, arguments], default=str).encode()
    )
    for samples in (train, validation):
        for array in (samples.images, samples.labels, samples.masks):
            digest.update(array.tobytes())
    own = Path(inspect.getfile(type(method)))
    for path in [*module_files("sgcldff.training.loop", type(method).__module__), own]:
        digest.update(path.read_bytes())
    return digest.hexdigest()
