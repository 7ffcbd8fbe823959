"""The verb `audit`: what the numbers that a paper prints allow."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sgcldff.cli.files import naming
from sgcldff.errors import InputError

if TYPE_CHECKING:
    import pandas as pd


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

    tables = _audited(printed, claims, reference, _margins(margin or []))
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


def _audited(
    printed: Path, claims: Path | None, reference: str | None, margins: dict[str, float]
) -> dict[str, pd.DataFrame]:
    """The audit's tables by the names of their files; what is wrong in a file is said with its name."""
    from sgcldff.statistics.audit.tables import audit_claims, audit_comparisons, audit_findings
    from sgcldff.tables.personal import read_personal_table

    with naming(printed):
        table = read_personal_table(printed)
        comparisons, findings = audit_comparisons(table, reference, margins), audit_findings(table)
    with naming(claims or printed):
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
