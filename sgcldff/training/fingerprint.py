"""A name for what a fit was asked to do, so that only the same fit goes on from a checkpoint."""

from __future__ import annotations

import hashlib
import inspect
import json
from pathlib import Path

import sgcldff
from sgcldff.method import Method, Run, Samples

PACKAGE = Path(sgcldff.__file__).parent


def fingerprint(method: Method, train: Samples, validation: Samples, run: Run) -> str:
    """SHA-256 over the seed, the settings, the method's arguments, the pictures, and the code that trains it."""
    digest = hashlib.sha256()
    arguments = {name: value for name, value in vars(method).items() if isinstance(value, int | float | str | tuple)}
    digest.update(
        json.dumps([run.seed, dict(run.training), type(method).__qualname__, arguments], default=str).encode()
    )
    for samples in (train, validation):
        for array in (samples.images, samples.labels, samples.masks):
            digest.update(array.tobytes())
    sources = [path for room in ("data", "model", "training") for path in sorted((PACKAGE / room).glob("*.py"))]
    for path in [*sources, Path(inspect.getfile(type(method)))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()
