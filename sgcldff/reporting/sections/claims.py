"""Every claim of the paper with the printed number, ours, the interval and a verdict, in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import Any, NamedTuple

import pandas as pd

from sgcldff.config.experiment import REFERENCE
from sgcldff.reporting import markdown as md
from sgcldff.reporting.labels import IN_PERCENT
from sgcldff.reporting.titles import Titles
from sgcldff.reporting.verdict_text import FRAGILE, ONE_SIDED, beside, in_points, in_words, plain
from sgcldff.tables.claims import AS_RATIOS, IN_POINTS, ClaimKind, Repeated
from sgcldff.tables.verdicts import Verdict

PLURAL = {
    Verdict.SUPPORTED: "hold",
    Verdict.DIRECTION_ONLY: "hold in direction only",
    Verdict.REFUTED: "fall",
    Verdict.INCONCLUSIVE: "cannot be decided",
}

# The tables of the section, each with the verdicts that stand in it, and whether a bound decided them.
GROUPS = (
    ("They fall", (Verdict.REFUTED,), True),
    ("They hold", (Verdict.SUPPORTED, Verdict.DIRECTION_ONLY), True),
    ("They cannot be decided", (Verdict.INCONCLUSIVE,), False),
)
REST = "Not a matter of scores"  # the table of all other lines

LEGEND = (
    "- **Amounts.** An observed amount (0.82, +6 points) is read as *at least that, up to rounding*: half a unit of "
    "the last printed digit is allowed for, and a whole one in a difference of two printed numbers. A stated bound (at "
    "least 2 points) is taken as it is. Levels are in per cent for accuracy, else fractions. Differences are in "
    "points, SG-CLDFF minus the other. The interval of a mean of few seeds may leave the scale of the metric.",
    "- **Verdicts** rest on the one-sided 95% bounds, which lie inside the interval. A claim *holds* where the lower "
    "bound lies above the amount and *falls* where the upper bound lies below it. It *holds in direction only* where a "
    "difference is shown to be above zero but not as large as claimed, and else *cannot be decided*. An improvement "
    "that the paper calls significant holds where the whole two-sided interval lies above zero. A bound that decided "
    "stands beside the verdict. A claim about several others falls where one of them does and holds only where all "
    "do, and it is not corrected for their number. A claim on attention is about the direction alone, in "
    f"points of a map's share or distance. Of a distance and of what leaks, less is claimed. {FRAGILE}",
    "- **p (Holm)** is two-sided for an improvement and against the margin for a hypothesis, corrected within "
    "the improvements of one table (or kind) of the paper, or within the hypothesis's family. Verdicts are not, and "
    "a note says where one does not outlast it. Both bounds and p by itself stand in the CSV. "
    "The page [SG-CLDFF against each method](significance.md) corrects the "
    "same tests as exploratory ones.",
    "- Every method of this run that stands for a row of the paper, or that a claim is tested with, gives a line of "
    "its own. The printed values of the other rows stand beside ours in Tables 2 and 3. A difference of two other "
    "methods is that of the first named minus the second.",
    "- **Spreads** are ratios: the SD of the other method's IoU over SG-CLDFF's, within a seed over images or over "
    "the means of datasets, tested on its logarithm, paired by seed, and the claim holds where the lower bound lies "
    "above 1. An SD over seeds has the interval of the chi-squared distribution, and its claim holds where the upper "
    "bound lies below the printed one.",
    "- **Costs.** *Lightweight* holds where SG-CLDFF lies below the median of the baselines with a network in "
    "parameters, multiply–adds and latency, and falls where it lies above it in all three.",
    f"- *{in_words(Repeated.WHOLE)}*, *{in_words(Repeated.PART)}*: the paper says that it did something, and this run "
    "did it too. What the paper did, no measurement can tell.",
    "- **What a verdict cannot say.** It is about this implementation on these images, at this scale, with these "
    "seeds. The paper's code and splits are not at hand, and LISC and ALL-IDB take part only where somebody "
    "downloaded them. That a claim falls here does not mean that the paper's own measurements were wrong, and that "
    "it holds does not confirm them.",
)


def claims_section(titles: Titles, claims: pd.DataFrame, table_file: str) -> str:
    """ "" where no claim is declared. claims: claims.csv of the statistics; table_file: where the report has it."""
    if claims.empty:
        return ""
    missing = not_run(claims)
    return "\n\n".join(
        [
            "## Every claim of the paper",
            claims_count(claims),
            *_by_verdict(titles, claims[~missing]),
            *_not_run_line(claims[missing], table_file),
            "\n".join(LEGEND),
        ]
    )


def not_run(claims: pd.DataFrame) -> pd.Series:
    """Which lines have no verdict although they could be tested."""
    return (claims["verdict"] == "") & (claims["kind"] != ClaimKind.UNTESTED)


class Count(NamedTuple):
    """Lines with a verdict, and how many of them are fragile."""

    lines: int
    fragile: int

    def said(self, verdict: str) -> str:
        """
        >>> Count(17, 10).said("fall")
        '17 fall (10 fragile)'
        """
        return f"{self.lines} {verdict}" + (f" ({self.fragile} fragile)" if self.fragile else "")


def verdict_counts(claims: pd.DataFrame) -> dict[Verdict, Count]:
    """Of each verdict; claims: claims.csv of the statistics."""
    weak = claims["fragile"] != ""
    return {
        verdict: Count(int(found.sum()), int((found & weak).sum()))
        for verdict in Verdict
        for found in [claims["verdict"] == verdict]
    }


def _not_run_line(claims: pd.DataFrame, table_file: str) -> list[str]:
    """How many claims of each place were not run; nothing where all were."""
    if claims.empty:
        return []
    places = claims["where"].str.split("; ").str[0].value_counts(sort=False)
    listed = ", ".join(f"{place} ({lines})" for place, lines in places.items())
    return [f"Not run, for want of methods or datasets, lines in brackets: {listed}. All stand in `{table_file}`."]


def repeated_in_words(claims: pd.DataFrame) -> list[str]:
    """How many lines are of what was repeated here, wholly or in part."""
    states = claims["verdict"]
    return [f"{count} {in_words(state)}" for state in Repeated if (count := int((states == state).sum()))]


def claims_count(claims: pd.DataFrame) -> str:
    """How many claims there are, and how many lines have which verdict."""
    untested = int((claims["kind"] == ClaimKind.UNTESTED).sum())
    missing = int(not_run(claims).sum())
    counts = [count.said(PLURAL[verdict]) for verdict, count in verdict_counts(claims).items() if count.lines]
    counts += repeated_in_words(claims)
    rest = [f"{untested} cannot be tested here", f"{missing} {'was' if missing == 1 else 'were'} not run"]
    return (
        f"The paper's {claims['claim'].nunique()} claims give {len(claims)} lines, one for each method that a claim is "
        f"tested with: {', '.join(counts)}. Of the rest {', '.join(rest)}."
    )


def _by_verdict(titles: Titles, claims: pd.DataFrame) -> list[str]:
    """A table for each group that has a line."""
    several = set(claims.loc[claims["claim"].duplicated(), "claim"])
    blocks = []
    for heading, verdicts, decided in GROUPS:
        own = claims["verdict"].isin(verdicts)
        if own.any():
            beside_it = {"Decided by": _decided} if decided else {}
            columns = {"Ours (95% interval)": _measured, **beside_it, "Note": _note, "p (Holm)": _p, "Seeds": _seeds}
            blocks += [f"### {heading}", _table(titles, claims[own], several, columns)]
        claims = claims[~own]
    if len(claims):
        blocks += [f"### {REST}", _table(titles, claims, several, {"Verdict": _verdict, "Note": _note})]
    return blocks


def _table(titles: Titles, claims: pd.DataFrame, several: Set[str], columns: Mapping[str, Callable[[Any], str]]) -> str:
    """several: claims that are tested with several methods; columns: what stands between printed value and place.

    Claims that the paper makes first in one place stand together, places in the order of their first claim.
    """
    claims = claims.assign(place=claims["where"].str.split("; ").str[0])
    order = {place: position for position, place in enumerate(claims["place"].unique())}
    claims = claims.sort_values("place", key=lambda column: column.map(order), kind="stable")
    rows = [
        [
            _statement(titles, claim, claim.claim in several),
            claim.printed,
            *(show(claim) for show in columns.values()),
            claim.where.replace("; ", ", "),
        ]
        for claim in claims.itertuples()
    ]
    caption = titles.caption("What the paper says, and what was measured here")
    headers = ["Claim", "Printed", *columns, "Where"]
    return f"{caption}\n\n{md.table(headers, rows, text_columns=len(headers))}"


def _statement(titles: Titles, claim: Any, one_of_several: bool) -> str:
    subject = claim.against if claim.kind in (*IN_POINTS, *AS_RATIOS) else claim.reference
    methods = ", ".join(map(titles.method, subject.split()))
    if of_two_others := claim.kind in IN_POINTS and claim.reference not in ("", REFERENCE):
        methods = f"{', '.join(map(titles.method, claim.reference.split()))} minus {methods}"
    return f"{claim.statement} ({methods})" if one_of_several or of_two_others else claim.statement


def _verdict(claim: Any) -> str:
    return in_words(claim.verdict) or "cannot be tested"


def _decided(claim: Any) -> str:
    """The bound, whether it is fragile, and what a word of the group's heading does not say."""
    said = beside(claim.decided_by, claim.lower_bound, claim.upper_bound, claim.fragile, _shown(claim))
    only = ["in direction only"] if claim.verdict == Verdict.DIRECTION_ONLY else []
    return ", ".join([*only, *(text.removesuffix(ONE_SIDED) for text in said)])


def _measured(claim: Any) -> str:
    """Ours with its interval, where there is one."""
    show = _shown(claim)
    if md.is_missing(claim.ci_low):
        return show(claim.ours)
    return f"{show(claim.ours)} ({show(claim.ci_low)} to {show(claim.ci_high)})"


def _note(claim: Any) -> str:
    return plain(claim.note)


def _p(claim: Any) -> str:
    return md.p_value(claim.p_holm)


def _seeds(claim: Any) -> str:
    return md.count(claim.n)


def _shown(claim: Any) -> Callable[[float], str]:
    """How its numbers are written: in points for a difference, a ratio, per cent or a fraction for a level."""
    if claim.kind in IN_POINTS:
        return in_points
    unit, decimals = (100, 1) if claim.metric in IN_PERCENT else (1, 3)
    decimals = 2 if claim.kind in AS_RATIOS else decimals
    return lambda score: md.number(unit * score, decimals)
