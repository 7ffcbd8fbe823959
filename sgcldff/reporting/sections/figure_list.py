"""The figures, each with its caption."""

from __future__ import annotations

from collections.abc import Mapping

from sgcldff.reporting.titles import Titles


def figures_section(titles: Titles, captions: Mapping[str, str], links: Mapping[str, str], table_folder: str) -> str:
    """captions, links: by figure; links and table_folder as seen from the document."""
    blocks = ["## Figures"]
    blocks += [f"![{text}]({links[name]})\n\n{titles.caption(text)}" for name, text in captions.items()]
    blocks.append(
        f"Each figure is there as SVG too, and the points of the curves as CSV. `{table_folder}/` holds every table "
        "as CSV (results as fractions, comparisons, hypotheses and interactions in points), `provenance.json` the "
        "whole configuration, the versions and every fit."
    )
    return "\n\n".join(blocks)
