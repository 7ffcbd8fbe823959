"""The verdicts in one short list, for the top of the document."""

from __future__ import annotations

from sgcldff.reporting import markdown as md
from sgcldff.reporting.claims_table import claims_count
from sgcldff.reporting.hypotheses_table import margin
from sgcldff.reporting.interaction_table import composite_sentences
from sgcldff.reporting.labels import metric_title
from sgcldff.reporting.run import Material
from sgcldff.tables.comparisons import decided


def verdicts(material: Material) -> str:
    lines = []
    for key, hypothesis in material.settings.get("hypotheses", {}).items():
        table = material.hypotheses
        found = table[(table["hypothesis"] == key) & (table["pair"] == "")]
        if found.empty:
            lines.append(f"**{hypothesis['title']}**: {md.NOT_RUN}.")
        for test in found.itertuples():
            counts = decided(test)
            lines.append(
                f"**{hypothesis['title']}: {test.verdict}**: {md.points(test.mean, 2)} points of "
                f"{metric_title(test.metric)}, 95% interval {md.interval(counts.low, counts.high)}, margin "
                f"{md.number(margin(test), 1)}, {md.seeds(test.n)}."
            )
    lines += composite_sentences(material)
    if not material.claims.empty:
        lines.append(claims_count(material.claims))
    if not lines:
        return ""
    return "\n".join(["## The verdicts", "", *(f"- {line}" for line in lines)])
