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
            f"{md.number(told['power'], 2)} with {told['n']} seeds to show on which side of the margin the mean is, "
            f"if mean and SD are as observed; {md.seeds_needed(told['pairs_needed'])} seeds would show it four times "
            "in five",
        ),
    ]
    if told["margin"]:
        within = f"p = {_p(told['p_equivalence'])} that the difference lies within ±{abs(told['margin']):g}"
        rows.append(("equivalence", within))
    verdicts = [f"verdict: {told['verdict']}"]
    if told["corrected_verdict"]:
        bounds = (
            f"lower bound {md.points(told['corrected_lower'], 4)}, upper bound {md.points(told['corrected_upper'], 4)}"
        )
        corrected = f"one-sided p = {_p(told['corrected_p_margin'])}; {bounds}"
        # Ahead of what is computed from it: power and equivalence.
        rows[4:4] = [("redrawn splits", _test(told, "corrected_", told["corrected_t"])), ("", corrected)]
        verdicts = [
            f"verdict, corrected for redrawn splits: {told['corrected_verdict']}",
            f"without the correction: {told['verdict']}",
        ]
    if told["crossed_verdict"]:
        crossed = _test(told, "crossed_", told["crossed_t"])
        rows.append(("seeds × images", f"{crossed}, {told['n_images']:.0f} images"))
        verdicts.append(f"if other images are meant too: {told['crossed_verdict']}")
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


def _p(p: float) -> str:
    """Four digits: whoever types the command may want to check them."""
    return md.MISSING if md.is_missing(p) else f"{p:.4g}"
