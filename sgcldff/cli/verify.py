"""The verb `verify`: whether a bundle's tables follow from its scores."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

EPILOG = "\n\n".join(
    [
        "Example: sgcldff verify cpu-run.",
        "Numbers are compared to the ninth digit, for another processor's arithmetic may end in others.",
        "Exit status: 0 every table comes out again and every file is as it was; "
        "1 something differs, and the first cell or file is named; 2 refused, with one sentence on standard error.",
    ]
)


def verify(folder: Annotated[Path, typer.Argument(help="A bundle: what `sgcldff bundle` wrote.")]) -> None:
    """Work every table of a bundle, its report's too, out again from its scores, and compare."""
    from sgcldff.stages.verification import verified

    ok, said = verified(folder)
    print(said)
    if not ok:
        raise typer.Exit(1)
