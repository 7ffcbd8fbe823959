"""A dataset of the tests: generated smears, one of which may be trouble; other processes can import it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np

from sgcldff.data.sources.dataset import Record
from sgcldff.data.sources.synthetic import SyntheticSmears
from sgcldff.errors import InputError

seen: list[str] = []  # images that this process read


class TroubledSmears(SyntheticSmears):
    """Nine images; a file trouble-NNNNNN in the raw folder says what happens when image NNNNNN is read."""

    def __init__(self) -> None:
        super().__init__("rapid", 9, size=32)

    def read(self, raw: Path, record: Record) -> tuple[np.ndarray, np.ndarray]:
        """See Dataset.read."""
        number = Path(record.image).stem
        seen.append(number)
        trouble = raw / f"trouble-{number}"
        match trouble.read_text() if trouble.exists() else "":
            case "interrupted":
                raise KeyboardInterrupt
            case "wrong":
                raise InputError(f"{number} is wrong: mend it.")
            case "killed":
                os.kill(os.getpid(), signal.SIGKILL)
        return super().read(raw, record)
