"""A job of the graph as its stage sees it: the files and settings that the rule gives, by the names of the rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Files = Mapping[str, str | Sequence[str]]  # name in the rule -> a path, or several


@dataclass(frozen=True)
class Job:
    """inputs, outputs: the rule's named files; settings: as the stage's type in `sgcldff.config.stages` reads them.

    raw: the folder of a dataset's source, for the stages that read it; seed: of a split; keep_going: whether a fit
    that something stops is to be recorded as failed, so that the others are reported.
    """

    inputs: Files
    outputs: Files
    settings: Mapping[str, Any]
    threads: int = 1
    raw: Path | None = None
    seed: int | None = None
    keep_going: bool = False

    def input(self, name: str) -> Path:
        """The one input file of this name."""
        return _one(self.inputs, name)

    def several(self, name: str) -> list[Path]:
        """The input files of this name, in the order of the rule; none where the rule has no such name."""
        return _several(self.inputs, name)

    def output(self, name: str) -> Path:
        """The one output file of this name."""
        return _one(self.outputs, name)

    def several_outputs(self, name: str) -> list[Path]:
        """The output files of this name, in the order of the rule."""
        return _several(self.outputs, name)


def _one(files: Files, name: str) -> Path:
    path = files[name]
    if not isinstance(path, str):
        (path,) = path
    return Path(path)


def _several(files: Files, name: str) -> list[Path]:
    paths = files.get(name, ())
    return [Path(paths)] if isinstance(paths, str) else [Path(path) for path in paths]
