"""A verdict in words: with the bound that decided it, so that no wider interval is quoted against it, and fragile."""

from __future__ import annotations

import re
from collections.abc import Callable

from sgcldff.reporting import markdown as md
from sgcldff.tables.claims import Repeated
from sgcldff.tables.verdicts import DecidedBy, InteractionVerdict, Verdict

# What the report says for the verdicts of the tables. SUPPORTED and the others stand in the CSVs.
WORDS = {
    Verdict.SUPPORTED: "holds",
    Verdict.DIRECTION_ONLY: "holds in direction only",
    Verdict.REFUTED: "falls",
    Verdict.INCONCLUSIVE: "cannot be decided",
    InteractionVerdict.EQUIVALENT: "they add up",
    InteractionVerdict.INTERACTION: "they depend on each other",
    Repeated.WHOLE: "repeated here",
    Repeated.PART: "partly repeated",
}
ONE_SIDED = " (one-sided 95%)"  # stands behind a bound that decided
# What the reports say of the mark; the definition stands in the README of the statistics.
FRAGILE = (
    "*Fragile* is a verdict that would not stand without some one of its seeds (one seed decides), or that the sign "
    "flips of the same differences, which assume no normal distribution, do not share."
)


def in_points(difference: float) -> str:
    return md.points(difference, 2)


def in_words(verdict: str) -> str:
    """
    >>> in_words("REFUTED"), in_words("")
    ('falls', '')
    """
    return WORDS.get(verdict, verdict)


def plain(text: str) -> str:
    """A note with the words of the report in place of those of the tables.

    >>> plain("SUPPORTED by itself, not after Holm's correction"), plain("1 refuted, 2 inconclusive")
    ("holds by itself, not after Holm's correction", '1 falls, 2 cannot be decided')
    >>> plain("of 5: 3 supported, 2 refuted")
    'of 5: 3 hold, 2 fall'
    """
    for verdict in sorted(WORDS, key=len, reverse=True):
        text = re.sub(rf"\b{verdict}\b", WORDS[verdict], text, flags=re.IGNORECASE)
    return re.sub(r"\b(?!1 )(\d+) (hold|fall)s\b", r"\1 \2", text)


def beside(
    decided_by: str, lower: float, upper: float, fragile: str = "", show: Callable[[float], str] = in_points
) -> list[str]:
    """What stands beside a verdict: the bound that decided it, and why it is fragile; nothing where neither is.

    lower, upper: one-sided 95% bounds of the deciding test; show: writes one of them.

    >>> beside("lower bound", 0.12, 11.9, "one seed decides")
    ['at least +0.12 (one-sided 95%)', 'fragile: one seed decides']
    """
    bound = {
        DecidedBy.LOWER: f"at least {show(lower)}{ONE_SIDED}",
        DecidedBy.UPPER: f"at most {show(upper)}{ONE_SIDED}",
        DecidedBy.BOTH: f"{show(lower)} to {show(upper)} (90% interval)",
    }.get(decided_by, "")
    return [text for text in (bound, fragile and f"fragile: {fragile}") if text]


def verdict_text(
    verdict: str,
    decided_by: str,
    lower: float,
    upper: float,
    fragile: str = "",
    show: Callable[[float], str] = in_points,
    mean: float | None = None,
) -> str:
    """A verdict with what stands beside it, after the mean where there is one; "" without a verdict.

    >>> verdict_text("SUPPORTED", "lower bound", 0.12, 11.9, mean=6.09)
    'SUPPORTED: +6.09, at least +0.12 (one-sided 95%)'
    """
    said = [*([] if md.is_missing(mean) else [show(mean)]), *beside(decided_by, lower, upper, fragile, show)]
    return f"{verdict}: {', '.join(said)}" if verdict and said else verdict
