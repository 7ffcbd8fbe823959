"""A GPU for each job: a slot of a card that no other job holds, also where several runs share the machine.

A slot is a lock of the operating system on a file, held until the process ends, however it ends. Nothing here imports
torch: `CUDA_VISIBLE_DEVICES` must be set before it starts CUDA.
"""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

WAIT = 1.0  # seconds between two tries where every slot is taken
VISIBLE = "CUDA_VISIBLE_DEVICES"
_CARD = re.compile(r"\s*(?P<kind>GPU|MIG) .*\(UUID: (?P<uuid>[^)]+)\)")

_held: list[int] = []  # the locks of this process, open until it ends


@dataclass(frozen=True)
class Card:
    """name: as CUDA_VISIBLE_DEVICES takes it; identity: the same for every job of this machine."""

    name: str
    identity: str


def cards() -> list[Card]:
    """The GPUs that this process may use: those that CUDA_VISIBLE_DEVICES names, else all that the driver lists."""
    listed = _listed()
    named = os.environ.get(VISIBLE)
    if named is None:
        return [Card(uuid, uuid) for uuid in listed]
    names = [name.strip() for name in named.split(",")]
    names = names[: names.index("-1")] if "-1" in names else names  # as CUDA reads it: what follows is hidden
    return [
        Card(name, listed[int(name)] if name.isdigit() and int(name) < len(listed) else name) for name in names if name
    ]


def take_card(jobs_per_card: int) -> Card | None:
    """Take a slot of a card for as long as this process lives, and let torch see that card alone.

    Waits while every slot is taken, and says so. Cards that hold the fewest jobs come first. None where there is no
    card: whoever asks for a GPU is refused later, by `use_device`. What a cluster assigned stays as it is: a job of
    Slurm sees its own cards alone.
    """
    found = cards()
    if not found:
        return None
    said = False
    while True:
        for slot in range(jobs_per_card):
            for card in found:
                if _lock(card, slot):
                    os.environ[VISIBLE] = card.name
                    os.environ.setdefault("CUDA_DEVICE_ORDER", "PCI_BUS_ID")  # the driver's, by which numbers are read
                    print(f"GPU {card.identity}, slot {slot + 1} of {jobs_per_card}", file=sys.stderr)
                    return card
        if not said:
            print("every GPU is taken by other jobs: waiting for one", file=sys.stderr)
            said = True
        time.sleep(WAIT)


def _lock(card: Card, slot: int) -> bool:
    """Whether the slot was free and is this process's now."""
    # By the number of Slurm's job too: where the driver lists nothing, its jobs all call their own card 0.
    place = f"sgcldff-gpus-{os.getuid()}", os.environ.get("SLURM_JOB_ID", "")
    folder = Path(tempfile.gettempdir(), *place)
    folder.mkdir(parents=True, exist_ok=True)
    file = os.open(folder / f"{re.sub('[^A-Za-z0-9-]', '_', card.identity)}-{slot}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return False
    _held.append(file)
    return True


def _listed() -> list[str]:
    """The identities of the cards that the driver lists; of a card that is divided (MIG), those of its divisions."""
    try:
        done = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):  # no driver, no card
        return []
    found: list[str] = []
    whole = ""
    for match in filter(None, map(_CARD.match, done.stdout.splitlines())):
        if match["kind"] == "GPU":
            whole = match["uuid"]
        elif whole in found:
            found.remove(whole)
        found.append(match["uuid"])
    return found
