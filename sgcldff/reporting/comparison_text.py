"""One comparison in plain words, for the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sgcldff.reporting import markdown as md


def comparison_text(told: Mapping[str, Any]) -> str:
    """The comparison as lines of text.

    told: the columns of a comparison's row, with reference, against, metric, scale, margin, p_margin, verdict and
    corrected_verdict, crossed_verdict ("" where there is none).
    """
    unit = "points" if told["scale"] == 100 else "units of the table"
    rows = [
        ("mean difference", f"{md.points(told['mean'], 4)} (SD {md.number(told['sd'], 4)})"),
        ("over seeds", _test(told, "", told["t"])),
        (
            f"margin {told['margin']:g}",
            f"one-sided p = {_p(told['p_margin'])}; lower bound {md.points(told['lower_bound'], 4)}, upper bound "
            f"{md.points(told['upper_bound'], 4)}",
        ),
        (
            "effect size",
            f"d_z = {md.number(told['d_z'])}, g_z = {md.number(told['g_z'])}, 95% interval of what both estimate "
            f"{md.number(told['d_z_low'])} to {md.number(told['d_z_high'])}",
        ),
        (
            "sensitivity",
            f"Wilcoxon p = {_p(told['p_wilcoxon'])}, sign-flip p = {_p(told['p_sign_flip'])}",
        ),
        (
            "power",
            f"{md.number(told['power'], 2)} with {told['n']} seeds, if mean and SD are as observed; "
            f"{_needed(told['pairs_needed'])}",
        ),
    ]
    if told["margin"]:
        within = f"p = {_p(told['p_equivalence'])} that the difference lies within ±{told['margin']:g}"
        rows.append(("equivalence", within))
    verdicts = [f"verdict: {told['verdict']}"]
    if told["corrected_verdict"]:
        rows.append(("redrawn splits", _test(told, "corrected_", told["corrected_t"])))
        verdicts.append(f"with the correction for redrawn splits: {told['corrected_verdict']}")
    if told["crossed_verdict"]:
        crossed = _test(told, "crossed_", told["crossed_mean"] / told["crossed_se"])
        rows.append(("seeds × pictures", f"{crossed}, {told['n_images']:.0f} pictures"))
        verdicts.append(f"if other pictures are meant too: {told['crossed_verdict']}")
    if told["note"]:
        verdicts.append(f"note: {told['note']}")
    head = (
        f"{told['metric']}: {told['reference']} minus {told['against']}, {told['n']} seeds, in {unit} "
        f"(values × {told['scale']:g})"
    )
    return "\n".join([head, "", *(f"{name:<18}{text}" for name, text in rows), "", *verdicts])


def _test(told: Mapping[str, Any], prefix: str, t: float) -> str:
    """t, df, p and interval of one of the tests."""
    low, high = (told[f"{prefix}{end}" if prefix else f"ci_{end}"] for end in ("low", "high"))
    df = md.number(told[f"{prefix}df"], 2).rstrip("0").rstrip(".")
    p = _p(told[f"{prefix}p"])
    return f"t({df}) = {md.number(t, 4)}, p = {p}, 95% interval {md.interval(low, high, 4)}"


def _needed(seeds: float) -> str:
    if seeds == float("inf"):
        return "no number of seeds would decide"
    return f"{seeds:.0f} seeds would decide four times in five"


def _p(p: float) -> str:
    """Four digits: whoever types the command may want to check them."""
    return md.MISSING if md.is_missing(p) else f"{p:.4g}"
