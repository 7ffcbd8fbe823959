"""The command line for people: the same statistics on numbers of their own, a fit on their own
images, and results that are joined, passed on and verified.

The stages of the graph are no verbs: Snakemake runs them (`sgcldff.stages`).
"""

from __future__ import annotations

import sys

import typer

from sgcldff.cli import audit as auditing
from sgcldff.cli import bundle as bundling
from sgcldff.cli import compare as comparing
from sgcldff.cli import export as exporting
from sgcldff.cli import merge as merging
from sgcldff.cli import predict as predicting
from sgcldff.cli import rank as ranking
from sgcldff.cli import verify as verifying
from sgcldff.errors import InputError

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
app.command(epilog=comparing.EPILOG)(comparing.compare)
app.command(epilog=auditing.EPILOG)(auditing.audit)
app.command(epilog=ranking.EPILOG)(ranking.rank)
app.command(epilog=predicting.EPILOG)(predicting.predict)
app.command(epilog=exporting.EPILOG)(exporting.export)
app.command(epilog=merging.EPILOG)(merging.merge)
app.command(epilog=bundling.EPILOG)(bundling.bundle)
app.command(epilog=verifying.EPILOG)(verifying.verify)


def main() -> None:
    """Run a verb; wrong input ends with one sentence on standard error and exit status 2."""
    try:
        app()
    except InputError as error:
        print(f"sgcldff: {error}", file=sys.stderr)
        sys.exit(2)
