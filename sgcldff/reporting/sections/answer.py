"""What the run comes to, in plain words: the top of the first page, a line each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sgcldff.config.declared import Hypothesis, Interaction
from sgcldff.config.experiment import REFERENCE
from sgcldff.reporting import markdown as md
from sgcldff.reporting.labels import metric_title
from sgcldff.reporting.sections.claims import PLURAL, not_run, repeated_in_words, verdict_counts
from sgcldff.reporting.sections.hypotheses import average_of, margin, verdict_in_words
from sgcldff.reporting.sections.interactions import independence_sentences
from sgcldff.reporting.verdict_text import beside
from sgcldff.tables.claims import ClaimKind
from sgcldff.tables.comparisons import decided
from sgcldff.tables.verdicts import Verdict

NAMED = 3  # claims that fall; the page of the claims has all of them


def answer(
    hypotheses: Mapping[str, Hypothesis],
    tests: pd.DataFrame,
    interactions: Mapping[str, Interaction],
    effects: pd.DataFrame,
    claims: pd.DataFrame,
    claims_page: str,
    levels: Sequence[str],
    remedies: Sequence[str],
) -> str:
    """tests: hypotheses.csv; effects: interactions.csv; levels: of `sections.levels`; remedies: `remedies_in_words`."""
    lines = [_on_hypothesis(hypothesis, tests, key) for key, hypothesis in hypotheses.items()]
    lines += [*independence_sentences(interactions, effects), *levels, *remedies, *_on_claims(claims, claims_page)]
    return "\n".join(["## The answer", "", *(f"- {line}" for line in lines)]) if lines else ""


def _on_hypothesis(hypothesis: Hypothesis, tests: pd.DataFrame, key: str) -> str:
    average = average_of(tests, key)
    if average.empty:
        return f"**{hypothesis.title}**: {md.NOT_RUN}."
    (test,) = average.itertuples()
    if md.is_missing(test.mean) or not test.verdict:
        return f"**{hypothesis.title}**: no verdict, {test.note or 'the runs that it needs are missing'}."
    return f"**{hypothesis.title}: {verdict_in_words(test)}.** {_measured(test)}{_by_pair(tests, key, test)}"


def _measured(test: Any) -> str:
    deciding = decided(test)
    # Beside a verdict that one bound decided stands that bound alone: the two-sided interval may seem to contradict it.
    interval = f"95% interval {md.interval(deciding.low, deciding.high)}"
    said = [
        f"Measured: {md.points(test.mean, 2)} points of {metric_title(test.metric)}",
        *(beside(test.decided_by, deciding.lower, deciding.upper) or [interval]),
        md.seeds(test.n),
    ]
    text = f"{', '.join(said)}."
    if test.fragile:
        text += " This is fragile: a single seed, or another test, could turn it."
    if test.verdict == Verdict.INCONCLUSIVE and not md.is_missing(test.pairs_needed):
        low = md.count_of_seeds(test.pairs_needed_low)
        holds = (test.mean > margin(test)) == (test.direction == "greater")
        text += (
            f" If mean and spread stayed as they are, about {md.count_of_seeds(test.pairs_needed)} seeds would show "
            f"in four repetitions of five that it {'holds' if holds else 'falls'}, perhaps only {low}, perhaps far "
            "more."
        )
    return text


def _by_pair(tests: pd.DataFrame, key: str, average: Any) -> str:
    """Of a claim that holds on the average: how many of its pairs of datasets show it by themselves."""
    if average.verdict != Verdict.SUPPORTED:
        return ""
    pairs = tests[(tests["hypothesis"] == key) & (tests["pair"] != "") & (tests["verdict"] != "")]
    if len(pairs) < 2:
        return ""
    shown = int((pairs["verdict"] == Verdict.SUPPORTED).sum())
    return f" Pairs of datasets that show it by themselves: {shown or 'none'} of {len(pairs)}."


def _on_claims(claims: pd.DataFrame, page: str) -> list[str]:
    """How many claims hold, fall, or are open, and some that fall; each is tested with every method it is about."""
    if claims.empty:
        return []
    counts = verdict_counts(claims)
    named = [f"{counts[verdict].lines} {word}" for verdict, word in PLURAL.items() if counts[verdict].lines]
    fragile = sum(each.fragile for each in counts.values())
    missing = int(not_run(claims).sum())
    text = (
        f"**The paper's {claims['claim'].nunique()} claims** give {len(claims)} lines, one for each method that a "
        f"claim is tested with ([each with its verdict]({page})): {', '.join(named) or 'none could be tested'}."
    )
    text += _about_others(claims)
    text += f" {missing} were not run." if missing else ""
    others = repeated_in_words(claims)
    if untested := int((claims["kind"] == ClaimKind.UNTESTED).sum()):
        others.append(f"{untested} cannot be tested by measuring")
    text += f" {', '.join(others)}." if others else ""
    if fragile:
        text += f" Fragile, for a single seed could turn them: {fragile} of these verdicts."
    every = claims[claims["verdict"] == Verdict.REFUTED]
    fallen = every[every["kind"] != ClaimKind.HYPOTHESIS].sort_values(
        "fragile", key=lambda why: why != "", kind="stable"
    )
    statements = list(dict.fromkeys(fallen["statement"]))
    if statements:
        whole = every["statement"].nunique() <= NAMED and len(fallen) == len(every)
        some = "What falls" if whole else "Among those that fall"
        text += f" {some}: {', '.join(_quoted(statement) for statement in statements[:NAMED])}."
    return [text]


def _about_others(claims: pd.DataFrame) -> str:
    """How many of those that fall say nothing of the paper's own method."""
    fallen = claims[(claims["verdict"] == Verdict.REFUTED) & (claims["reference"] != "")]
    others = int((fallen["reference"] != REFERENCE).sum())
    return f" Of those that fall {others} are about other methods than SG-CLDFF." if others else ""


def _quoted(statement: str) -> str:
    return f"“{statement.rstrip('.')}”"
