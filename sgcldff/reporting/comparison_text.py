"""One comparison in plain words, for the command line."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sgcldff.reporting import markdown as md
from sgcldff.reporting.verdict_text import verdict_text
from sgcldff.tables.verdicts import decided_by

DIGITS = 4  # decimals, and the digits of what is smaller
EXPONENT = 1e-4  # numbers below it are printed with an exponent
NOTHING = 1e-9  # of the SD: what floating point leaves of zero


def comparison_text(row: Mapping[str, Any]) -> str:
    """The comparison as lines of text.

    row: the columns of a comparison, with reference, against, metric, lower_is_better, scale, margin, p_margin, verdict
    and corrected_verdict, crossed_verdict ("" where there is none), fragile, of the verdict that counts, and pair, what
    the pairs are called: seed, fold, subject.
    """
    unit = "points" if row["scale"] == 100 else "units of the table"
    pairs = f"{row['pair']}s"
    needed = md.seeds_needed(*(row[f"pairs_needed{end}"] for end in ("", "_low", "_high")))
    lines = [
        ("mean difference", f"{_signed(row['mean'], row['sd'])} (SD {_number(row['sd'])})"),
        (f"over {pairs}", _test(row, "", row["t"])),
        (
            f"margin {row['margin']:g}",
            f"one-sided p = {_p(row['p_margin'])}; lower bound {_signed(row['lower_bound'], row['sd'])}, upper bound "
            f"{_signed(row['upper_bound'], row['sd'])}",
        ),
        (
            "effect size",
            f"d_z = {md.number(row['d_z'])}, g_z = {md.number(row['g_z'])}, 95% interval of what both estimate "
            f"{md.number(row['d_z_low'])} to {md.number(row['d_z_high'])}",
        ),
        (
            "sensitivity",
            f"Wilcoxon p = {_p(row['p_wilcoxon'])}, sign-flip p = {_p(row['p_sign_flip'])}",
        ),
        (
            "power",
            f"{md.number(row['power'], 2)} with {row['n']} {pairs} to show on which side of the margin the mean is, "
            f"if mean and SD are as observed; {needed} {pairs} would show it four times in five (in brackets the 80% "
            "interval)",
        ),
    ]
    if row["margin"]:
        within = f"p = {_p(row['p_equivalence'])} that the difference lies within ±{abs(row['margin']):g}"
        lines.append(("equivalence", within))
    fragile = row["fragile"].replace("seed", row["pair"])
    verdicts = [f"verdict: {_verdict(row, '', '' if row['corrected_verdict'] else fragile)}"]
    if row["corrected_verdict"]:
        low, high = (_signed(row[f"corrected_{end}"], row["sd"]) for end in ("lower", "upper"))
        bounds = f"lower bound {low}, upper bound {high}"
        corrected = f"one-sided p = {_p(row['corrected_p_margin'])}; {bounds}"
        # Ahead of what is computed from it: power and equivalence.
        lines[4:4] = [("redrawn splits", _test(row, "corrected_", row["corrected_t"])), ("", corrected)]
        verdicts = [
            f"verdict, corrected for redrawn splits: {_verdict(row, 'corrected_', fragile)}",
            f"without the correction: {_verdict(row, '')}",
        ]
    if row["crossed_verdict"]:
        crossed = _test(row, "crossed_", row["crossed_t"])
        lines.append((f"{pairs} × images", f"{crossed}, {row['n_images']:.0f} images"))
        verdicts.append(f"if other images are meant too: {_verdict(row, 'crossed_')}")
    if row["note"]:
        verdicts.append(f"note: {row['note']}")
    sides = [row["reference"], row["against"]][:: -1 if row["lower_is_better"] else 1]
    better = ", lower is better" if row["lower_is_better"] else ""
    head = (
        f"{row['metric']}{better}: {' minus '.join(sides)}, {row['n']} {pairs}, in {unit} (values × {row['scale']:g})"
    )
    return "\n".join([head, "", *(f"{name:<18}{text}" for name, text in lines), "", *verdicts])


def _verdict(row: Mapping[str, Any], prefix: str, fragile: str = "") -> str:
    """The verdict of one of the tests, with the mean and the bound that decided."""
    verdict, names = row[f"{prefix}verdict"], ("lower", "upper")
    bounds = (row[f"{prefix}{name}" if prefix else f"{name}_bound"] for name in names)
    mean = row["crossed_mean" if prefix == "crossed_" else "mean"]
    return verdict_text(verdict, decided_by(verdict), *bounds, fragile, lambda number: _signed(number, row["sd"]), mean)


def _test(row: Mapping[str, Any], prefix: str, t: float) -> str:
    """t, df, p and interval of one of the tests."""
    low, high = (row[f"{prefix}{end}" if prefix else f"ci_{end}"] for end in ("low", "high"))
    df = md.number(row[f"{prefix}df"], 2).rstrip("0").rstrip(".")
    p = _p(row[f"{prefix}p"])
    return f"t({df}) = {md.number(t, 4)}, p = {p}, 95% interval {_signed(low, row['sd'])} to {_signed(high, row['sd'])}"


def _signed(number: float, sd: float) -> str:
    """A difference with its sign; sd: that of the differences, beside which nothing is nothing."""
    if md.is_missing(number) or abs(number) <= NOTHING * sd:
        return md.points(number, DIGITS)
    return f"{'+' * (number > 0)}{_number(number)}"


def _number(number: float) -> str:
    """Four decimals, or four digits where that would leave fewer."""
    if md.is_missing(number) or not 0 < abs(number) < 0.1:
        return md.number(number, DIGITS)
    if abs(number) < EXPONENT:
        return f"{number:.{DIGITS - 1}e}".replace("-", "−")
    return md.number(number, DIGITS - 1 - math.floor(math.log10(abs(number))))


def _p(p: float) -> str:
    """Four digits: whoever types the command may want to check them."""
    return md.MISSING if md.is_missing(p) else f"{p:.4g}"
