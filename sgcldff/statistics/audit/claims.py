"""Claims about printed numbers, held against the table: values, differences in points or per cent, and p values."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

import pandas as pd

from sgcldff.errors import InputError
from sgcldff.statistics.audit.findings import add_up, parts_of
from sgcldff.statistics.audit.printed import Printed, decimals, number, paired
from sgcldff.tables.audit import (
    AGREES,
    ANY_R,
    CLAIMED_COLUMNS,
    DIFFERS,
    NEEDS_R,
    NO_R,
    NO_TEST,
    PERCENT,
    POINTS,
    ROUNDING,
)


class _Found(NamedTuple):
    """A number from the table as printed, and the ends of what rounds to it."""

    value: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class _Claimed:
    """A claimed number: exact to its last digit, or a bound that is to be exceeded (">") or reached (">=")."""

    bound: str
    value: Decimal

    def check(self, found: _Found) -> str:
        if self._holds(found.value, found.value):
            return AGREES
        return ROUNDING if self._holds(found.low, found.high) else DIFFERS

    def _holds(self, low: Decimal, high: Decimal) -> bool:
        if self.bound:
            return high > self.value or (self.bound == ">=" and high == self.value)
        half = Decimal(5).scaleb(-decimals(self.value) - 1)
        return low <= self.value + half and high >= self.value - half


def claim_rows(rows: Sequence[Printed], claims: pd.DataFrame) -> list[dict[str, Any]]:
    """A row a claim, with the columns of AUDIT_CLAIMS.

    rows: the printed table; claims: text, columns claim, table (where the printed table has one), reference, against,
    metric, difference (as printed: 6; or a bound: >3, >=2), unit (points or percent), p (claimed: 0.05 stands for
    p < 0.05). One of difference and p may be empty. Without `against` (and then without unit and p) the claim is about
    the reference's own value, in the unit of the table.

    found: the difference in points, or the value in its own unit, with the ends that rounding allows; relative: the
    difference in per cent of the other's mean; check: whether the claimed number is that; least_r, least_r_rounding:
    the correlation that the claimed p needs, as in `audit_comparisons`; finding: what there is to say, in sentences.

    Raises InputError for a missing column, no rows, a claim without words or without a number, a method or metric that
    its table does not have, text in a number, an unknown unit and a p that does not lie between 0 and 1.
    """
    if missing := [column for column in CLAIMED_COLUMNS if column not in claims]:
        raise InputError(f"The claims have no column {', '.join(missing)}: they need {', '.join(CLAIMED_COLUMNS)}.")
    if claims.empty:
        raise InputError("The claims have no rows: write one for each claim.")
    cells = claims.assign(table="") if "table" not in claims else claims
    cells = cells[["table", *CLAIMED_COLUMNS]].fillna("").astype(str).apply(lambda column: column.str.strip())
    return [_checked(claim, rows) for claim in cells.itertuples(index=False)]


def _checked(claim: Any, rows: Sequence[Printed]) -> dict[str, Any]:
    if not claim.claim:
        raise InputError("A row has no claim: say in words what is claimed, or remove the row.")
    if not claim.difference and not claim.p:
        raise InputError(f"{claim.claim!r} claims neither a difference nor a p: fill in one of them.")
    row = {name: getattr(claim, name) for name in ("claim", "table", "reference", "against", "metric", "unit")}
    row |= {"claimed": claim.difference, "p": _p(claim), "check": "", "p_check": ""}
    reference = _printed(claim, claim.reference, rows)
    if not claim.against:
        return row | _of_value(claim, reference, rows)
    against = _printed(claim, claim.against, rows)
    found, sentences = _of_difference(claim, reference, against)
    if claim.p:
        tested, sentence = _of_p(row["p"], reference, against)
        found |= tested
        sentences.append(sentence)
    return row | found | {"finding": " ".join(sentences)}


def _of_value(claim: Any, reference: Printed, rows: Sequence[Printed]) -> dict[str, Any]:
    if claim.unit or claim.p:
        raise InputError(f"{claim.claim!r} has a unit or a p and nothing in `against`: name the other method.")
    half = reference.half_unit
    found = _Found(reference.mean, reference.mean - half, reference.mean + half)
    check, sentence = _claimed(claim).check(found), f"The table has {reference.mean}."
    if parts := parts_of(reference, rows):
        adds_up, more = add_up(reference, parts)
        check, sentence = (adds_up if check == AGREES else check), f"{sentence} {more}"
    return _three("found", found) | {"check": check, "finding": sentence}


def _of_difference(claim: Any, reference: Printed, against: Printed) -> tuple[dict[str, Any], list[str]]:
    a, b, half = reference.mean, against.mean, reference.half_unit
    points = _Found(*((a - b + shift) * reference.points for shift in (0, -2 * half, 2 * half)))
    row, sentence = _three("found", points), f"The table gives {points.value.normalize():f} points"
    relative = None
    if b > half:
        corners = [100 * (one / other - 1) for one in (a - half, a + half) for other in (b - half, b + half)]
        relative = _Found(100 * (a / b - 1), min(corners), max(corners))
        row |= _three("relative", relative)
        sentence += f", which is {relative.value:.1f} % of {b}"
    if claim.difference:
        row["check"] = _check(claim, points, relative)
    return row, [f"{sentence}."]


def _check(claim: Any, points: _Found, relative: _Found | None) -> str:
    """In the claimed unit, and where that differs, whether the other unit was meant."""
    claimed = _claimed(claim)
    as_points = claimed.check(points)
    as_percent = claimed.check(relative) if relative else DIFFERS
    match claim.unit:
        case "points":
            return PERCENT if as_points == DIFFERS != as_percent else as_points
        case "percent":
            return POINTS if as_percent == DIFFERS != as_points else as_percent
    raise InputError(f"{claim.claim!r} has the unit {claim.unit!r}: write points or percent.")


def _of_p(p: float, reference: Printed, against: Printed) -> tuple[dict[str, Any], str]:
    pair = paired(reference, against)
    if pair is None or pair.sd_reference == pair.sd_against == 0:
        return {"p_check": NO_TEST}, "The table has no SDs that allow a test."
    least, kindest = pair.least_r(p), pair.least_r(p, rounding=True)
    found = {"least_r": least, "least_r_rounding": kindest}
    if least == -1:
        not_always = ", though not with every rounding" if pair.p_range()[1] >= p else ""
        return found | {"p_check": ANY_R}, f"As printed p < {p:g} {_needs(least)}{not_always}."
    if not math.isnan(least):
        sentence = f"As printed p < {p:g} {_needs(least)}, with the kindest rounding {_needs(kindest)}."
        return found | {"p_check": NEEDS_R}, sentence
    if not math.isnan(kindest):
        sentence = f"As printed p < {p:g} at no r, with the kindest rounding {_needs(kindest)}."
        return found | {"p_check": ROUNDING}, sentence
    return found | {"p_check": NO_R}, f"p < {p:g} at no r, whatever the rounding."


def _needs(least_r: float) -> str:
    if least_r == -1:
        return "at any r"
    return "at r > 0.99" if least_r > 0.99 else f"at r ≥ {least_r:.2f}".replace("-", "−")


def _printed(claim: Any, method: str, rows: Sequence[Printed]) -> Printed:
    for row in rows:
        if (row.table, row.method, row.metric) == (claim.table, method, claim.metric):
            return row
    where = f" in {claim.table}" if claim.table else ""
    raise InputError(
        f"{claim.claim!r} is about {claim.metric} of {method or 'no method'}{where}, which the printed table does not "
        "have: correct table, method or metric."
    )


def _claimed(claim: Any) -> _Claimed:
    bound = re.match(r">=|≥|>|", claim.difference).group()
    text = claim.difference.removeprefix(bound).strip()
    return _Claimed(bound.replace("≥", ">="), number(text, f"The difference of {claim.claim!r}"))


def _p(claim: Any) -> float:
    if not claim.p:
        return math.nan
    p = float(number(claim.p, f"p of {claim.claim!r}"))
    if not 0 < p < 1:
        raise InputError(f"p of {claim.claim!r} is {claim.p}: write the claimed level between 0 and 1, such as 0.05.")
    return p


def _three(name: str, found: _Found) -> dict[str, float]:
    return {name: float(found.value), f"{name}_low": float(found.low), f"{name}_high": float(found.high)}
