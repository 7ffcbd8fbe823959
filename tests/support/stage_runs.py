"""Stages of the graph, run in this process as their rules run them."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sgcldff.errors import InputError
from sgcldff.stages.job import Job

Files = Mapping[str, Path | list[Path]]


def run(stage: str, inputs: Files, outputs: Files, settings: Mapping[str, Any], **rest: Any) -> None:
    """Run the stage with named files; rest: raw, seed, threads."""
    job = Job(_texts(inputs), _texts(outputs), settings, **rest)
    importlib.import_module(f"sgcldff.stages.{stage}").run(job)


def refusal(stage: str, inputs: Files, outputs: Files, settings: Mapping[str, Any], **rest: Any) -> str:
    """The one sentence with which the stage refuses its input."""
    with pytest.raises(InputError) as caught:
        run(stage, inputs, outputs, settings, **rest)
    message = str(caught.value)
    assert message.endswith(".") and "\n" not in message
    return message


def _texts(files: Files) -> dict[str, str | list[str]]:
    return {name: str(file) if isinstance(file, Path) else [str(each) for each in file] for name, file in files.items()}
