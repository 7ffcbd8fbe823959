"""The verb `rank`: many methods, from anybody's scores."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sgcldff.cli.files import naming
from sgcldff.errors import InputError

if TYPE_CHECKING:
    from sgcldff.statistics.ranking import Ranking

FORMATS = ("markdown", "latex", "apa")
EPILOG = (
    "Example: sgcldff rank scores.csv --metric iou --figure ranks.png. "
    "Columns: method, metric, value and one of seed, image, dataset at least, a row a score; or a column a method, "
    "with the name of the row in the first; or runs.csv of a run of this project. "
    "Exit status: 0 ranked, whatever was found; 2 refused, with one sentence on standard error."
)


def rank(
    scores: Annotated[Path, typer.Argument(help="CSV: method, seed, metric, value, maybe image and dataset.")],
    metric: Annotated[str | None, typer.Option(help="The metric to rank by, where there are several.")] = None,
    over: Annotated[
        str | None,
        typer.Option(help="dataset, image or seed: what ranks are averaged over; by default the first that there is."),
    ] = None,
    lower_is_better: Annotated[bool, typer.Option("--lower-is-better", help="Rank 1 is the lowest score.")] = False,
    rope: Annotated[
        float | None, typer.Option(help="Points within which two methods are the same: Bayesian t-test of the first.")
    ] = None,
    decimal: Annotated[
        str | None, typer.Option(metavar="SIGN", help="What parts decimals, where it may be either.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="markdown, latex or apa (one sentence).")] = "markdown",
    figure: Annotated[
        Path | None, typer.Option(help="Critical-difference diagram: a file that ends with .png, .svg or .pdf.")
    ] = None,
) -> None:
    """Rank many methods: Friedman, Nemenyi, Wilcoxon with Holm, how stable the order is, means and IQM."""
    from sgcldff.reporting.apa import ranking_sentence
    from sgcldff.reporting.rank_text import rank_text
    from sgcldff.statistics.ranking import ranking
    from sgcldff.tables.personal import read_personal_table

    if form not in FORMATS:
        raise InputError(f"--format {form} is not known: use {', '.join(FORMATS)}.")
    if figure is not None and figure.suffix not in (".png", ".svg", ".pdf"):
        raise InputError(f"--figure {figure} has none of the endings .png, .svg and .pdf: give it one.")
    with naming(scores):
        found = ranking(read_personal_table(scores), metric, over, lower_is_better, rope, decimal)
    if figure is not None:
        _draw(found, figure)
    print(ranking_sentence(found) if form == "apa" else rank_text(found, form))


def _draw(found: Ranking, figure: Path) -> None:
    from sgcldff.reporting.figures.critical_difference import draw_critical_difference

    title = f"Mean ranks by {found.metric} over {found.ranks.n} {found.over}s"
    methods, ranks = list(found.methods["method"]), list(found.methods["rank"])
    drawn = draw_critical_difference(title, methods, ranks, found.ranks.critical)
    try:
        drawn.savefig(figure, dpi=150)
    except OSError as error:
        raise InputError(f"{figure} cannot be written ({error.strerror}): give another file to --figure.") from error
