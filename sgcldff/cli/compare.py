"""The verb `compare`: two methods, from anybody's scores."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from sgcldff.cli.files import naming


def compare(
    scores: Annotated[Path, typer.Argument(help="CSV: method, seed, metric, value and optionally image.")],
    reference: Annotated[str, typer.Option(help="The method that is claimed to be better.")],
    against: Annotated[str, typer.Option(help="The method that it is compared with.")],
    metric: Annotated[str, typer.Option(help="The metric to compare.")],
    margin: Annotated[float, typer.Option(help="By how many points it must be better.")] = 0.0,
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
    from sgcldff.statistics.verdict import FALLS_SHORT, falls_short, limit_passed, verdict
    from sgcldff.tables.personal import read_personal_table
    from sgcldff.tables.verdicts import decided_by

    with naming(scores):
        comparison, factor = long_table.compared(
            read_personal_table(scores),
            reference,
            against,
            metric,
            margin=margin,
            test_train_ratio=test_train_ratio,
            scale=scale,
        )
    if as_json:
        print(json.dumps(long_table.as_json(comparison, margin), indent=2, ensure_ascii=False))
        if comparison.note:
            print(f"sgcldff: note: {comparison.note}", file=sys.stderr)
        return
    row = comparison.row(abs(margin), margin) | {"reference": reference, "against": against, "metric": metric}
    row |= {"margin": margin, "scale": factor}
    tests = {"": comparison.plain, "corrected_": comparison.corrected, "crossed_": comparison.crossed}
    for name, test in tests.items():
        row[f"{name}verdict"] = str(verdict(test.lower_bound, test.upper_bound, margin)) if test.df > 0 else ""
    bounds = comparison.deciding.lower_bound, comparison.deciding.upper_bound
    state = verdict(*bounds, margin)
    row["fragile"] = comparison.fragile(decided_by(state), limit_passed(state, margin))
    if falls_short(*bounds, margin):
        row["note"] = "; ".join(filter(None, [comparison.note, FALLS_SHORT]))
    print(comparison_in_form(row, form, rope, () if rope is None else practically(comparison.deciding, rope)))
