"""The declared hypotheses with interval, verdict, power and sensitivity, in Markdown and in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sgcldff.config.declared import Hypothesis
from sgcldff.reporting import markdown as md
from sgcldff.reporting.basis import basis_sentences
from sgcldff.reporting.labels import metric_title
from sgcldff.reporting.scenarios import scenario_title
from sgcldff.reporting.titles import Titles
from sgcldff.reporting.verdict_text import FRAGILE, in_words, verdict_text
from sgcldff.tables.comparisons import decided, decided_p_margin
from sgcldff.tables.verdicts import Verdict, decided_by

VERDICTS = {
    Verdict.SUPPORTED: "The whole one-sided interval lies beyond the margin: the claim holds in these runs.",
    Verdict.DIRECTION_ONLY: "The difference is shown to have the claimed sign, and not shown to exceed the margin.",
    Verdict.REFUTED: "The whole one-sided interval falls short of the margin: a difference as large as claimed is "
    "ruled out in these runs.",
    Verdict.INCONCLUSIVE: "These runs can neither show nor rule out the claim.",
}

RESULT_HEADERS = (
    *(
        "Claim",
        "Where",
        "Verdict",
        "Metric",
        "Difference",
        "95% interval",
        "Margin",
        "Lower bound",
        "Upper bound",
        "p",
        "p (Holm)",
    ),
    *("Seeds", "New images too"),
)
STRENGTH_HEADERS = (
    *("Claim", "Where", "g_z (95%)", "Power", "Detectable", "Seeds needed", "Wilcoxon p", "Sign-flip p"),
    *("Equivalence ±", "Equivalence p", "Crossed 95% interval"),
)


def hypotheses_section(titles: Titles, declared: Mapping[str, Hypothesis], tests: pd.DataFrame) -> str:
    """The section of the document, or "" where no hypothesis is declared; tests: hypotheses.csv."""
    if not declared:
        return ""
    results, strengths, sentences = [], [], []
    for key, hypothesis in declared.items():
        of_hypothesis = tests[tests["hypothesis"] == key]
        if of_hypothesis.empty:
            results.append([key, md.NOT_RUN, *[md.MISSING] * (len(RESULT_HEADERS) - 2)])
            sentences.append(f"- **{hypothesis.title}**: {md.NOT_RUN}.")
        for test in of_hypothesis.itertuples():
            results.append(_result(titles, test))
            strengths.append(_strength(titles, test))
            if test.pair == "":
                sentences.append(_in_words(titles, hypothesis, test))
    blocks = [
        "## The hypotheses",
        "A difference is that of the reference minus the arm it is compared with, paired by seed, in points. A claim "
        "holds only where the one-sided 95% bound of the difference lies beyond its margin. The mean alone decides "
        "nothing.",
        "\n".join(sentences),
        titles.caption("The hypotheses, with their average and each direction (differences in points)"),
        md.table(RESULT_HEADERS, results, text_columns=4),
        "*p* is that of the one-sided test against the margin, *p (Holm)* is corrected within the family of "
        "hypotheses. Only the average carries the verdict. The directions beside it show where it comes from and are "
        "not corrected for their number. *New images too* is the verdict if images, like seeds, are taken as a "
        "sample of more (crossed analysis of seeds and images, F1 and AUC by their jackknife pseudo-values). Beside a "
        "verdict stands the one-sided 95% bound that decided it: the two-sided interval is wider and may hold the "
        f"margin all the same. {FRAGILE} " + " ".join(basis_sentences(tests)),
    ]
    if strengths:
        blocks += [
            titles.caption("What so many seeds can show, and how much the verdicts hang on the test"),
            md.table(STRENGTH_HEADERS, strengths, text_columns=2),
            _how_to_read_strength(tests),
        ]
    return "\n\n".join(blocks)


def _how_to_read_strength(tests: pd.DataFrame) -> str:
    seeds = int(tests["n"].max())
    return (
        "*Power*: how often the margin test would come out as the mean lies (beyond or short of the margin), if mean "
        "and SD were those observed. It restates p and is no evidence of its own. *Detectable*: the true difference, "
        "in points, that these seeds with this SD would show beyond the margin four times in five. *Seeds needed* "
        "would decide four times in five if mean and SD stay. In brackets stands the 80% interval of that number, "
        "since few seeds know neither mean nor SD. *Wilcoxon* and *sign-flip*: two-sided tests of no difference "
        f"that assume no normal distribution. With {seeds} seeds neither can be below {smallest_p(seeds)}, so they "
        "only tell whether the t-test hangs on its assumption. *Equivalence p* is below 0.05 where the difference is "
        "shown to lie within ± the bound."
    )


def smallest_p(seeds: int) -> str:
    """The least two-sided p of a sign test of n pairs, 2^(1 - n)."""
    return f"{2.0 ** (1 - seeds):.4g}"


def average_of(tests: pd.DataFrame, hypothesis: str) -> pd.DataFrame:
    """The row of hypotheses.csv that carries the verdict, on the average of the scenario; none where it was not run."""
    return tests[(tests["hypothesis"] == hypothesis) & (tests["pair"] == "")]


def margin(test: Any) -> float:
    """The margin on the scale of the difference: a hypothesis in the direction `less` lies below minus its margin."""
    return -test.margin if test.direction == "less" else test.margin


def verdict_in_words(test: Any) -> str:
    """The verdict as the first page says it; "" without one."""
    if test.verdict == Verdict.DIRECTION_ONLY:
        return f"a gain is shown, but not of {md.shortest(margin(test))} points"
    return in_words(test.verdict)


def of_hypothesis(test: Any) -> str:
    """The verdict with the bound that decided it, in points."""
    deciding = decided(test)
    return verdict_text(in_words(test.verdict), test.decided_by, deciding.lower, deciding.upper, test.fragile)


def _with_new_images(test: Any) -> str:
    by = decided_by(test.crossed_verdict, test.direction == "greater")
    return verdict_text(in_words(test.crossed_verdict), by, test.crossed_lower, test.crossed_upper)


def _place(titles: Titles, test: Any) -> str:
    return f"{scenario_title(test.scenario)}, mean" if test.pair == "" else titles.pair(test.pair)


def _result(titles: Titles, test: Any) -> list[str]:
    deciding = decided(test)
    return [
        test.hypothesis,
        _place(titles, test),
        of_hypothesis(test) or md.MISSING,
        metric_title(test.metric),
        md.points(test.mean, 2),
        md.interval(deciding.low, deciding.high),
        md.shortest(margin(test)),
        md.points(deciding.lower, 2),
        md.points(deciding.upper, 2),
        md.p_value(decided_p_margin(test)),
        md.p_value(test.p_holm),
        md.count(test.n),
        _with_new_images(test) or md.MISSING,
    ]


def _strength(titles: Titles, test: Any) -> list[str]:
    return [
        test.hypothesis,
        _place(titles, test),
        md.effect_size(test.g_z, test.d_z_low, test.d_z_high),
        md.number(test.power, 2),
        md.points(test.least_detectable, 2),
        md.seeds_needed(test.pairs_needed, test.pairs_needed_low, test.pairs_needed_high),
        md.p_value(test.p_wilcoxon),
        md.p_value(test.p_sign_flip),
        # A difference can lie within ± a bound only where the bound is more than nothing.
        *(
            [md.number(test.equivalence_bound, 1), md.p_value(test.p_equivalence)]
            if test.equivalence_bound > 0
            else [md.MISSING, md.MISSING]
        ),
        md.interval(test.crossed_low, test.crossed_high),
    ]


def _in_words(titles: Titles, hypothesis: Hypothesis, test: Any) -> str:
    """The verdict on the average, then what the seeds could have shown and what new images change, a line each."""
    title = hypothesis.title
    if md.is_missing(test.mean):
        why = test.note or "the runs that it needs are missing"
        return f"- **{title}**: {in_words(test.verdict) or 'no verdict'}: {why}."
    deciding = decided(test)
    reference, against = titles.method(test.reference), titles.method(test.against)
    start = (
        f"- **{title}: {of_hypothesis(test) or 'no verdict'}.** {reference} minus {against}: "
        f"{md.points(test.mean, 2)} points of {metric_title(test.metric)}"
    )
    if md.is_missing(deciding.p):
        return f"{start} ({md.seeds(test.n)}, {test.note})."
    note = f" ({test.note})" if test.note else ""
    lines = [
        f"{start} (95% interval {md.interval(deciding.low, deciding.high)}, {md.seeds(test.n)}). The claimed margin is "
        f"{md.shortest(margin(test))} points, the lower bound {md.points(deciding.lower, 2)}, the upper bound "
        f"{md.points(deciding.upper, 2)}. Against the margin {md.p_in_words(decided_p_margin(test))}, after Holm "
        f"within the family {test.family} {md.p_in_words(test.p_holm)}. "
        f"{VERDICTS.get(test.verdict, 'See the note.')}{note}"
    ]
    if not md.is_missing(test.least_detectable):
        lines.append(
            f"  - Power {md.number(test.power, 2)}: with {md.seeds(test.n)} and this SD, a true difference of "
            f"{md.points(test.least_detectable, 2)} points would be shown beyond the margin four times in five, and "
            f"{md.seeds_needed(test.pairs_needed, test.pairs_needed_low, test.pairs_needed_high)} seeds would decide "
            "if mean and SD stay as observed (in brackets the 80% interval)."
        )
    if test.crossed_verdict:
        lines.append(
            f"  - If new images are meant too: {_with_new_images(test)} (95% interval "
            f"{md.interval(test.crossed_low, test.crossed_high)})."
        )
    return "\n".join(lines)
