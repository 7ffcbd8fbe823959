"""Printed numbers that do not add up: totals against their parts, SDs that cannot be, rows that stand twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from sgcldff.statistics.audit.printed import Printed
from sgcldff.tables.audit import AGREES, AUDIT_FINDINGS, DIFFERS, ROUNDING

# f1_macro is another total beside f1, and no part of it.
AVERAGES = {"macro", "micro", "weighted", "mean", "overall", "pooled"}


def finding_rows(rows: Sequence[Printed]) -> list[dict[str, str]]:
    """A row a finding, with the columns of AUDIT_FINDINGS; the sentence stands in `finding`."""
    found = [*_totals(rows), *_impossible_spreads(rows), *_no_spreads(rows), *_repeated(rows)]
    return [dict(zip(AUDIT_FINDINGS.columns, finding, strict=True)) for finding in found]


def parts_of(total: Printed, rows: Sequence[Printed]) -> list[Printed]:
    """The values of which a metric `iou` is a total: `iou_<class>` of the same method and table, two at least."""
    prefix = f"{total.metric}_"
    parts = [
        row
        for row in rows
        if (row.table, row.method) == (total.table, total.method)
        and row.metric.startswith(prefix)
        and row.metric.removeprefix(prefix) not in AVERAGES
    ]
    return parts if len(parts) > 1 else []


def add_up(total: Printed, parts: Sequence[Printed]) -> tuple[str, str]:
    """Whether the plain mean of the parts is the total to its last digit (`AGREES` ...), and a sentence on it."""
    unit = Decimal(total.points)
    values = [part.mean * part.points / unit for part in parts]
    halves = [part.half_unit * part.points / unit for part in parts]
    mean, half = sum(values) / len(values), sum(halves) / len(halves)
    low, high = total.mean - total.half_unit, total.mean + total.half_unit
    listed = ", ".join(f"{part.mean} {part.metric.removeprefix(total.metric + '_')}" for part in parts)
    average = f"The parts of {total.metric} ({listed}) average {_written(mean, total)}"
    if low <= mean <= high:
        return AGREES, f"{average}, which prints as {total.mean}."
    end, most = (mean + half, "most") if mean < low else (mean - half, "least")
    possible = low <= end <= high
    weighted = min(values) - max(halves) <= high and max(values) + max(halves) >= low
    return (
        ROUNDING if possible else DIFFERS,
        f"{average} and not {total.mean}; rounding allows at {most} {_written(end, total)}, which "
        f"{'would just print as' if possible else 'is not'} {total.mean}. "
        f"{'A weighted mean of them could be it.' if weighted else 'No weighted mean of them is it either.'}",
    )


def _totals(rows: Sequence[Printed]) -> Iterator[tuple[str, ...]]:
    for total in rows:
        if parts := parts_of(total, rows):
            check, sentence = add_up(total, parts)
            if check != AGREES:
                yield total.table, total.method, total.metric, "average of parts", sentence


def _impossible_spreads(rows: Sequence[Printed]) -> Iterator[tuple[str, ...]]:
    """n values within 0..1 with mean m have an SD of at most sqrt(m (1 - m) n / (n - 1)): some 0 and the rest 1."""
    for row in rows:
        top = Decimal(100 // row.points)
        if row.sd is None or not 0 <= row.mean <= top:
            continue
        # The mean that leaves most room, among those that round to the printed one.
        mean = min(max(top / 2, row.mean - row.half_unit), row.mean + row.half_unit)
        most = (max(mean * (top - mean), Decimal(0)) * row.n / (row.n - 1)).sqrt()
        if row.sd - row.half_unit > most:
            sentence = (
                f"{row.n} values between 0 and {top} with a mean of {row.mean} have an SD of at most "
                f"{_written(most, row)}, and {row.sd} is printed."
            )
            yield row.table, row.method, row.metric, "impossible SD", sentence


def _no_spreads(rows: Sequence[Printed]) -> Iterator[tuple[str, ...]]:
    for row in rows:
        if row.sd == 0:
            sentence = (
                f"The SD is printed as {row.sd}: the {row.n} runs agree in every printed digit, or it is no SD over "
                "runs. A paired test needs a spread in one of the two methods."
            )
            yield row.table, row.method, row.metric, "SD of 0", sentence


def _repeated(rows: Sequence[Printed]) -> Iterator[tuple[str, ...]]:
    """The same method with the same means and SDs in two tables; one shared metric may be coincidence or quotation."""
    for method in dict.fromkeys(row.method for row in rows):
        tables: dict[str, dict[str, tuple[Decimal, Decimal]]] = {}
        for row in rows:
            if row.method == method and row.sd is not None:
                tables.setdefault(row.table, {})[row.metric] = (row.mean * row.points, row.sd * row.points)
        for (one, first), (other, second) in combinations(tables.items(), 2):
            shared = [metric for metric in first if metric in second]
            if len(shared) > 1 and all(first[metric] == second[metric] for metric in shared):
                sentence = (
                    f"The means and SDs are the same in {one} and {other}, which is right only if both tables are "
                    "about the same runs on the same data."
                )
                yield f"{one}, {other}", method, ", ".join(shared), "repeated row", sentence


def _written(value: Decimal, row: Printed) -> str:
    """With one decimal more than printed."""
    return f"{value:.{row.decimals + 1}f}"
