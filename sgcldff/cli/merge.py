"""The verb `merge`: results of several machines become one run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sgcldff.cli.files import naming_what_fails

EPILOG = "\n\n".join(
    [
        "Example: sgcldff merge /other/machine/results/cpu --into results/cpu, then the same snakemake command.",
        "Nothing is overwritten: equal files are left, files that differ are refused, before anything is copied.",
        "Exit status: 0 joined; 2 refused, with one sentence on standard error.",
    ]
)


def merge(
    others: Annotated[list[Path], typer.Argument(help="Folders of results, or bundles, of the same configuration.")],
    into: Annotated[Path, typer.Option(help="The folder of results that they are copied to.")],
    older_code: Annotated[
        bool, typer.Option("--older-code", help="Take fits of other code as they are; the report names their commits.")
    ] = False,
) -> None:
    """Join fits, predictions and what was measured of them; the graph then makes scores, statistics and report."""
    from sgcldff.sharing.merge import merge as join
    from sgcldff.stages.keep_going import may_be_mended

    with naming_what_fails():
        joined = join(others, into, may_be_mended, older_code)
    seeds = ", ".join(map(str, joined.seeds))
    print(f"{into}: {joined.copied} files copied, {joined.there} were there; it has fits of seeds {seeds}.")
    print(
        "With these seeds in the configuration the same snakemake command makes scores, statistics and report of all."
    )
