"""The document paper_tables.md: its sections in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass


@dataclass(frozen=True)
class Sections:
    """Ready Markdown, in the order of the document; "" where a run has nothing for a section."""

    header: str
    what_was_run: str
    failures: str
    how_to_read: str
    verdicts: str
    table_2: str
    table_3: str
    related_work: str
    further_metrics: str
    per_class: str
    strata: str
    scenarios: Sequence[str]
    robustness: str
    attention: str
    leakage: str
    hypotheses: str
    shift_controls: str
    interactions: str
    significance: str
    claims: str
    audit: str
    costs: str
    datasets: str
    figures: str


def paper_tables(sections: Sections) -> str:
    """The whole document."""
    texts: list[str] = []
    for section in astuple(sections):
        texts += [section] if isinstance(section, str) else section
    return "\n\n".join(text for text in texts if text) + "\n"
