"""The verb `bundle`: a finished run as a folder to pass on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sgcldff.cli.files import naming_what_fails

EPILOG = "\n\n".join(
    [
        "Example: sgcldff bundle results/cpu reports/cpu --out cpu-run; whoever gets it: sgcldff verify cpu-run.",
        "Exit status: 0 written; 2 refused, with one sentence on standard error.",
    ]
)


def bundle(
    results: Annotated[Path, typer.Argument(help="The folder of results of a finished run.")],
    reports: Annotated[Path, typer.Argument(help="The folder of its report.")],
    out: Annotated[Path, typer.Option(help="The folder to write; an older bundle there is replaced.")],
    images: Annotated[
        bool, typer.Option("--images", help="With what shows pictures of the datasets; mind their licences.")
    ] = False,
) -> None:
    """Bundle a run as an RO-Crate: report, scores, statistics, and what they are worked out from."""
    from sgcldff.sharing.bundle import bundle as write

    with naming_what_fails():
        count = write(results, reports, out, images)
    left_out = "" if images else ", without what shows pictures of the datasets"
    print(f"{out}: {count} files{left_out}. `sgcldff verify {out}` works its tables out again.")
