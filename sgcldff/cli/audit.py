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


EPILOG = (
    "Example: sgcldff audit printed.csv --reference ours --n 5 --measured scores.csv. "
    "Columns: method, metric, mean, sd, n and maybe table, a row a method and metric; or method and a column a metric. "
    "Cells as printed: 91.2, 91.2 ± 0.5, 91.2 (0.5), $91.2_{\\pm 0.5}$, 91.2 %. "
    "Exit status: 0 audited, whatever was found; 2 refused, with one sentence on standard error."
)


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
    runs: Annotated[
        int | None, typer.Option("--n", help="Runs behind each mean and SD, where the table does not say.")
    ] = None,
    measured: Annotated[
        Path | None,
        typer.Option(help="CSV of runs of the same methods: method, seed, metric, value, maybe image. Gives r and p."),
    ] = None,
    same: Annotated[
        list[str] | None,
        typer.Option(metavar="PRINTED=MEASURED", help="A method's name in print and in --measured, where they differ."),
    ] = None,
    over: Annotated[str, typer.Option(help="What the printed SDs are over, and r with them: seed or image.")] = "seed",
    decimal: Annotated[
        str | None, typer.Option(metavar="SIGN", help="What parts decimals in --measured, where it may be either.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the tables as CSV.")] = None,
) -> None:
    """Say what printed means, SDs and n allow: p over correlations and rounding, and what does not add up."""
    from sgcldff.reporting.sections.audit import audit_section

    tables, said = _audited(printed, claims, reference, _margins(margin or []), runs)
    if measured is not None:
        tables["audit_measured"] = _at_measured(
            tables["audit_comparisons"], measured, _names(same or []), over, decimal
        )
    elif same or over != "seed" or decimal:
        raise InputError("--same, --over and --decimal are about the runs of --measured: give that file too.")
    if out is not None:
        try:
            out.mkdir(parents=True, exist_ok=True)
            for name, table in tables.items():
                table.to_csv(out / f"{name}.csv", index=False)
        except OSError as error:
            raise InputError(f"{out} cannot be written ({error.strerror}): give another folder to --out.") from error
    if reference is None:
        said = [_taken(tables["audit_comparisons"]), *said]
    if said:
        print("\n".join(said) + "\n")
    comparisons, findings, checked = (tables[f"audit_{name}"] for name in ("comparisons", "findings", "claims"))
    title = "What the printed numbers allow"
    print(audit_section(title, comparisons, findings, checked, measured=tables.get("audit_measured")))


def _audited(
    printed: Path, claims: Path | None, reference: str | None, margins: dict[str, float], runs: int | None
) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """The audit's tables by the names of their files, and how the print was read; a fault is said with its file."""
    from sgcldff.statistics.audit.cells import as_printed
    from sgcldff.statistics.audit.tables import audit_claims, audit_comparisons, audit_findings
    from sgcldff.tables.personal import read_personal_table

    with naming(printed):
        cells = read_personal_table(printed)
        table, said = as_printed(cells, runs)
        comparisons, findings = audit_comparisons(table, reference, margins), audit_findings(table)
    with naming(claims or printed):
        checked = audit_claims(table, None if claims is None else read_personal_table(claims))
    if read := cells.attrs["read"]:
        said = [f"The file was read as: {'; '.join(read)}.", *said]
    return {"audit_comparisons": comparisons, "audit_findings": findings, "audit_claims": checked}, said


def _at_measured(
    comparisons: pd.DataFrame, measured: Path, same: dict[str, str], over: str, decimal: str | None
) -> pd.DataFrame:
    from sgcldff.statistics.audit.measured import audit_measured
    from sgcldff.tables.personal import read_personal_table

    if over not in ("seed", "image"):
        raise InputError(f"--over {over} is neither seed nor image: name what the printed SDs are over.")
    with naming(measured):
        return audit_measured(comparisons, read_personal_table(measured), same, over, decimal)


def _taken(comparisons: pd.DataFrame) -> str:
    """Which method was taken for the reference of which table: nobody said so."""
    rows = comparisons.drop_duplicates("table").itertuples()
    named = "; ".join(f"{row.reference} of {row.table}" if row.table else row.reference for row in rows)
    return (
        f"The reference is the last method of each table, where a proposed method stands: {named or 'none'}. Where it "
        "stands elsewhere, every difference has the other sign: name it with --reference."
    )


def _names(given: list[str]) -> dict[str, str]:
    """PRINTED=MEASURED, each printed name once."""
    names: dict[str, str] = {}
    for text in given:
        ours, _, theirs = (part.strip() for part in text.rpartition("="))
        if not ours or not theirs or ours in names:
            raise InputError(f"--same {text} is not one PRINTED=MEASURED for each method: write --same 'Ours=full'.")
        names[ours] = theirs
    return names


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
