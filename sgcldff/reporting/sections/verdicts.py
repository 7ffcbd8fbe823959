"""The verdicts in one short list, for the top of the document."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from sgcldff.config.declared import Hypothesis, Interaction
from sgcldff.reporting import markdown as md
from sgcldff.reporting.labels import metric_title
from sgcldff.reporting.sections.claims import claims_count
from sgcldff.reporting.sections.hypotheses import margin, of_hypothesis
from sgcldff.reporting.sections.interactions import independence_sentences
from sgcldff.tables.comparisons import decided


def verdicts_section(
    hypotheses: Mapping[str, Hypothesis],
    tests: pd.DataFrame,
    interactions: Mapping[str, Interaction],
    effects: pd.DataFrame,
    claims: pd.DataFrame,
) -> str:
    """ "" where nothing is declared. tests: hypotheses.csv; effects: interactions.csv; claims: claims.csv."""
    lines = []
    for key, hypothesis in hypotheses.items():
        averages = tests[(tests["hypothesis"] == key) & (tests["pair"] == "")]
        if averages.empty:
            lines.append(f"**{hypothesis.title}**: {md.NOT_RUN}.")
        for test in averages.itertuples():
            deciding = decided(test)
            lines.append(
                f"**{hypothesis.title}: {of_hypothesis(test, test.mean)}** (points of {metric_title(test.metric)}; 95% "
                f"interval {md.interval(deciding.low, deciding.high)}, margin {md.number(margin(test), 1)}, "
                f"{md.seeds(test.n)})."
            )
    lines += independence_sentences(interactions, effects)
    if not claims.empty:
        lines.append(claims_count(claims))
    if not lines:
        return ""
    return "\n".join(["## The verdicts", "", *(f"- {line}" for line in lines)])
