"""What the run comes to, in plain words: the top of the first page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sgcldff.config.declared import Hypothesis, Interaction
from sgcldff.reporting import markdown as md
from sgcldff.reporting.labels import IN_PERCENT, metric_title, printed_mean
from sgcldff.reporting.results import MEASURED
from sgcldff.reporting.sections.claims import not_run, verdict_counts
from sgcldff.reporting.sections.hypotheses import average_of, margin
from sgcldff.reporting.sections.interactions import independence_sentences
from sgcldff.reporting.titles import Titles
from sgcldff.reporting.verdict_text import beside
from sgcldff.tables.claims import ClaimKind, Repeated
from sgcldff.tables.comparisons import decided
from sgcldff.tables.verdicts import Verdict

RANKED = ("reference", "baseline")  # the ends of the scale, which controls mark, are no rivals
RANKED_BY = ("f1", "iou")
NAMED = 5  # claims that fall; the page of the claims has all of them

IN_WORDS = {
    Verdict.SUPPORTED: "holds",
    Verdict.DIRECTION_ONLY: "a gain is shown, but not one of {margin} points",
    Verdict.REFUTED: "does not hold",
    Verdict.INCONCLUSIVE: "cannot be decided with these runs",
}


def answer(
    titles: Titles,
    table_2: pd.DataFrame,
    hypotheses: Mapping[str, Hypothesis],
    tests: pd.DataFrame,
    interactions: Mapping[str, Interaction],
    effects: pd.DataFrame,
    claims: pd.DataFrame,
    claims_page: str,
    gains: Sequence[str],
) -> str:
    """table_2: `paper_rows`; tests: hypotheses.csv; effects: interactions.csv; gains: `gains_in_words`."""
    lines = [_on_hypothesis(titles, hypothesis, tests, key) for key, hypothesis in hypotheses.items()]
    lines += [
        *gains,
        *independence_sentences(interactions, effects),
        *_level(table_2),
        *_on_claims(claims, claims_page),
    ]
    return "\n".join(["## The answer", "", *(f"- {line}" for line in lines)]) if lines else ""


def _on_hypothesis(titles: Titles, hypothesis: Hypothesis, tests: pd.DataFrame, key: str) -> str:
    average = average_of(tests, key)
    if average.empty:
        return f"**{hypothesis.title}**: {md.NOT_RUN}."
    (test,) = average.itertuples()
    if md.is_missing(test.mean) or not test.verdict:
        return f"**{hypothesis.title}**: no verdict; {test.note or 'the runs that it needs are missing'}."
    words = IN_WORDS[Verdict(test.verdict)].format(margin=md.number(margin(test), 1))
    return f"**{hypothesis.title}: {words}** ({test.verdict}). {_measured(titles, test)}"


def _measured(titles: Titles, test: Any) -> str:
    deciding = decided(test)
    interval = f"95% interval {md.interval(deciding.low, deciding.high)}"
    said = beside(test.decided_by, deciding.lower, deciding.upper, test.fragile)
    text = (
        f"{titles.method(test.reference)} minus {titles.method(test.against)}: {md.points(test.mean, 2)} points of "
        f"{metric_title(test.metric)} ({'; '.join([*said, interval, md.seeds(test.n)])})."
    )
    if test.verdict == Verdict.INCONCLUSIVE and not md.is_missing(test.pairs_needed):
        needed = md.seeds_needed(test.pairs_needed, test.pairs_needed_low, test.pairs_needed_high)
        side = "for" if _beyond(test) else "against"
        text += f" Seeds that would decide {side} the claim, if mean and SD stay: {needed}."
    return text


def _beyond(test: Any) -> bool:
    """Whether the mean lies on the claimed side of the margin."""
    return test.mean < margin(test) if test.direction == "less" else test.mean > margin(test)


def _level(table_2: pd.DataFrame) -> list[str]:
    """Where the reference stands on test images of what it was trained on, beside the paper and its rivals."""
    rows = table_2[(table_2["pair"] == "") & (table_2["state"] == MEASURED)]
    own = rows[rows["role"] == "reference"]
    if own.empty:
        return []
    scores = [f"{_named(row.metric)} {_score(row.metric, row.mean)}{_printed(row)}" for row in own.itertuples()]
    places = []
    for metric in RANKED_BY:
        of_metric = rows[(rows["metric"] == metric) & rows["role"].isin(RANKED)]
        ours = own.loc[own["metric"] == metric, "mean"]
        if len(of_metric) > 1 and len(ours):
            place = 1 + int((of_metric["mean"] > ours.iloc[0]).sum())
            best = of_metric.loc[of_metric["mean"].idxmax()]
            leader = "" if place == 1 else f" (best: {best['title']}, {_score(metric, best['mean'])})"
            places.append(f"place {place} of {len(of_metric)} by {metric_title(metric)}{leader}")
    text = f"On test images of the datasets that it was trained on, {own.iloc[0]['title']} reaches {', '.join(scores)}"
    return [f"{text}: {', '.join(places)}." if places else f"{text}."]


def _named(metric: str) -> str:
    """In the middle of a sentence."""
    title = metric_title(metric)
    return title.lower() if title.isalpha() and title.istitle() else title


def _score(metric: str, value: float) -> str:
    return f"{md.number(100 * value, 1)}%" if metric in IN_PERCENT else md.number(value, 3)


def _printed(row: Any) -> str:
    return "" if md.is_missing(row.paper_mean) else f" (paper {printed_mean(row.metric, row.paper_mean)})"


def _on_claims(claims: pd.DataFrame, page: str) -> list[str]:
    """How many claims hold, fall, or are open, and which fall; a claim is tested once for each method it is about."""
    if claims.empty:
        return []
    counts = verdict_counts(claims)
    words = {"hold": Verdict.SUPPORTED, "hold in direction alone": Verdict.DIRECTION_ONLY, "fall": Verdict.REFUTED}
    named = [counts[verdict].said(word) for word, verdict in words.items()]
    named.append(f"{counts[Verdict.INCONCLUSIVE].lines} cannot be decided")
    made = sum(each.lines for each in counts.values())
    repeated = int(claims["verdict"].isin(list(Repeated)).sum())
    untested = int((claims["kind"] == ClaimKind.UNTESTED).sum())
    rest = [f"{int(not_run(claims).sum())} need methods or datasets that were not run"]
    rest += [f"{repeated} say what was done, and this run did it too"] if repeated else []
    rest += [f"{untested} cannot be tested here"] if untested else []
    lines = [
        f"The paper makes {claims['claim'].nunique()} claims ([each with its verdict]({page})): {len(claims)} tests, "
        f"one for each method that a claim is about. Made here: {made}, of which {', '.join(named)}. Not made: "
        f"{', '.join(rest)}."
    ]
    fallen = claims[(claims["verdict"] == Verdict.REFUTED) & (claims["kind"] != ClaimKind.HYPOTHESIS)]
    statements = list(dict.fromkeys(fallen["statement"]))
    if statements:
        more = f"; and {len(statements) - NAMED} more" if len(statements) > NAMED else ""
        lines.append(f"What falls: {_listed(statements[:NAMED])}{more}.")
    return lines


def _listed(statements: Sequence[str]) -> str:
    return "; ".join(f"“{statement.rstrip('.')}”" for statement in statements)
