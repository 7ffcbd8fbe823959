"""How a verb of a stage is asked: settings come as the JSON that a rule passes on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from sgcldff.errors import InputError

Settings = Annotated[str, typer.Option(help="This stage's part of the configuration, as JSON.")]
Mirror = Annotated[
    str | None, typer.Option(envvar="SGCLDFF_MIRROR", help="Folder laid out as <host>/<path>, used as the network.")
]
Prepared = Annotated[Path, typer.Option(help="Folder of the prepared dataset.")]


def asked_for(settings: str) -> dict[str, Any]:
    """The settings of a stage; InputError where they are no JSON object."""
    try:
        asked = json.loads(settings)
    except json.JSONDecodeError as error:
        raise InputError(f"--settings is not JSON ({error}): give what the rule of this stage gives.") from error
    if not isinstance(asked, dict):
        raise InputError("--settings is not a JSON object: give what the rule of this stage gives.")
    return _Asked(asked)


class _Asked(dict[str, Any]):
    """Settings that name the key that they lack."""

    def __missing__(self, key: str) -> Any:
        raise InputError(f"--settings has no {key!r}: give what the rule of this stage gives.")
