"""The verbs for anybody's numbers: `compare` for scores, `audit` for what a paper prints.

What is wrong in a person's file is said in one sentence, with the file's name.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sgcldff.errors import InputError

if TYPE_CHECKING:
    import pandas as pd


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
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compare two methods, from anybody's scores: paired over seeds, with interval, margin test, power and verdict."""
    from sgcldff.reporting.comparison_text import comparison_text
    from sgcldff.statistics import long_table
    from sgcldff.statistics.verdict import FALLS_SHORT, falls_short, verdict
    from sgcldff.tables.personal import read_personal_table

    with _naming(scores):
        found, factor = long_table.compared(
            read_personal_table(scores),
            reference,
            against,
            metric,
            margin=margin,
            test_train_ratio=test_train_ratio,
            scale=scale,
        )
    if as_json:
        print(json.dumps(long_table.as_json(found, margin), indent=2, ensure_ascii=False))
        if found.note:
            print(f"sgcldff: note: {found.note}", file=sys.stderr)
        return
    told = found.row(abs(margin), margin) | {"reference": reference, "against": against, "metric": metric}
    told |= {"margin": margin, "scale": factor}
    tests = {"": found.plain, "corrected_": found.corrected, "crossed_": found.crossed}
    for name, test in tests.items():
        told[f"{name}verdict"] = str(verdict(test.lower_bound, test.upper_bound, margin)) if test.df > 0 else ""
    if falls_short(found.deciding.lower_bound, found.deciding.upper_bound, margin):
        told["note"] = "; ".join(filter(None, [found.note, FALLS_SHORT]))
    print(comparison_text(told))


def audit(
    printed: Annotated[Path, typer.Argument(help="CSV, text as printed: method, metric, mean, sd, n, maybe table.")],
    reference: Annotated[
        str | None, typer.Option(help="What the other methods are compared with; by default the last of each table.")
    ] = None,
    claims: Annotated[
        Path | None,
        typer.Option(help="CSV: claim, table, reference, against, metric, difference, unit (points or percent), p."),
    ] = None,
    margin: Annotated[
        list[str] | None, typer.Option(metavar="METRIC=POINTS", help="A metric's margin; give one for each.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the tables as CSV.")] = None,
) -> None:
    """Say what printed means, SDs and n allow: p over correlations and rounding, and what does not add up."""
    from sgcldff.reporting.sections.audit import audit_section

    tables = audited(printed, claims, reference, _margins(margin or []))
    if out is not None:
        try:
            out.mkdir(parents=True, exist_ok=True)
            for name, table in tables.items():
                table.to_csv(out / f"{name}.csv", index=False)
        except OSError as error:
            raise InputError(f"{out} cannot be written ({error.strerror}): give another folder to --out.") from error
    if reference is None:
        print("The reference is the last method of each table, where a proposed method stands.\n")
    print(audit_section("What the printed numbers allow", *tables.values()))


def audited(
    printed: Path, claims: Path | None, reference: str | None, margins: dict[str, float]
) -> dict[str, pd.DataFrame]:
    """The audit's tables by the names of their files; what is wrong in a file is said with its name."""
    from sgcldff.statistics.audit.tables import audit_claims, audit_comparisons, audit_findings
    from sgcldff.tables.personal import read_personal_table

    with _naming(printed):
        table = read_personal_table(printed)
        comparisons, findings = audit_comparisons(table, reference, margins), audit_findings(table)
    with _naming(claims or printed):
        checked = audit_claims(table, None if claims is None else read_personal_table(claims))
    return {"audit_comparisons": comparisons, "audit_findings": findings, "audit_claims": checked}


def _margins(given: list[str]) -> dict[str, float]:
    """METRIC=POINTS, each metric once."""
    margins: dict[str, float] = {}
    for text in given:
        metric, _, points = text.rpartition("=")
        try:
            margin = float(points)
        except ValueError:
            margin = math.nan
        if not metric or not math.isfinite(margin) or metric in margins:
            raise InputError(f"--margin {text} is not one METRIC=POINTS for each metric: write it as iou=2.")
        margins[metric] = margin
    return margins


@contextmanager
def _naming(file: Path) -> Iterator[None]:
    """Puts the file's name before what is said of its content."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{file}: {error}") from error
