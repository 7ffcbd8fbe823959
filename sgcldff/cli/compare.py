"""The verb `compare`: two methods, from anybody's scores."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from sgcldff.cli.files import naming

# A line a paragraph: the help sets them.
EPILOG = "\n\n".join(
    [
        "Example: sgcldff compare scores.csv --reference ours --against theirs --metric iou --margin 2",
        "Columns: method, seed, metric, value, and image where there is a row an image. Or a column a method: seed, "
        "ours, theirs. Or a column a metric, named by --metric. Capitals do not matter; options name other columns.",
        "Files: commas, semicolons, tabs or bars between cells; decimal commas; per cent signs; gzip. The last line, "
        '"read as", says what was taken as what.',
        "Exit status: 0 where it was compared, whatever the verdict; 2 where the input is refused, with one sentence.",
    ]
)


def compare(
    scores: Annotated[Path, typer.Argument(help="CSV of scores; - for standard input.")],
    reference: Annotated[str, typer.Option(help="The method that is claimed to be better.")],
    against: Annotated[str, typer.Option(help="The method that it is compared with.")],
    metric: Annotated[str, typer.Option(help="The metric to compare, or the column of its values.")],
    margin: Annotated[float, typer.Option(help="By how many points it must be better.")] = 0.0,
    lower_is_better: Annotated[
        bool,
        typer.Option("--lower-is-better", help="For losses, errors, distances: above zero the reference is lower."),
    ] = False,
    pair_by: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="What pairs the two: seed, fold, subject; several are taken together."),
    ] = None,
    method_column: Annotated[str | None, typer.Option(metavar="COLUMN", help="The column of the methods.")] = None,
    image_column: Annotated[str | None, typer.Option(metavar="COLUMN", help="The column of the images.")] = None,
    dataset_column: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Several datasets: compared in each, and together.")
    ] = None,
    at_highest: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="Of several rows of a run the one where this is highest: the last epoch."),
    ] = None,
    at_lowest: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="The same where it is lowest: the best validation loss.")
    ] = None,
    decimal: Annotated[
        str | None, typer.Option(metavar="SIGN", help="What parts decimals, where it may be either.")
    ] = None,
    test_train_ratio: Annotated[
        float | None, typer.Option(help="Where each seed drew its own split: images tested over trained on.")
    ] = None,
    scale: Annotated[
        float | None,
        typer.Option(help="What differences are multiplied by. Without it: 100 (points) for fractions, else 1."),
    ] = None,
    rope: Annotated[
        float | None, typer.Option(help="Points within which the two are the same: Bayesian correlated t-test.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="text, markdown, latex or apa (one sentence).")] = "text",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compare two methods, from anybody's scores: paired over seeds, with interval, margin test, power and verdict."""
    from sgcldff.reporting.comparison_formats import comparison_in_form
    from sgcldff.statistics import long_table
    from sgcldff.statistics.rope import rope as practically
    from sgcldff.statistics.score_columns import Asked
    from sgcldff.tables.personal import read_large_table

    with naming(scores):
        found = long_table.compared(
            read_large_table(scores, ("value", metric, reference, against)),
            reference,
            against,
            metric,
            asked=Asked(
                method_column, tuple(pair_by or ()), image_column, dataset_column, at_highest, at_lowest, decimal
            ),
            margin=margin,
            test_train_ratio=test_train_ratio,
            scale=scale,
            lower_is_better=lower_is_better,
        )
    if as_json:
        cells = {name: long_table.as_json(each, margin) for name, each in found.comparisons.items()}
        answer = {"datasets": cells} if dataset_column else cells[""]
        print(json.dumps(answer | {"read": found.read}, indent=2, ensure_ascii=False))
        for name, each in found.comparisons.items():
            if each.note:
                print(f"sgcldff: note: {f'{name}: ' if name else ''}{each.note}", file=sys.stderr)
        return
    sides = {"reference": reference, "against": against, "metric": metric, "lower_is_better": lower_is_better}
    for name, each in found.comparisons.items():
        row = long_table.as_row(each, margin) | sides | {"scale": found.scale, "pair": found.pair}
        shown = comparison_in_form(row, form, rope, () if rope is None else practically(each.deciding, rope))
        print(f"{f'== {name}: ' if name else ''}{shown}\n")
    print(f"read as: {found.read}")
