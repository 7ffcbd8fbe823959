"""The figures, each with its caption."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sgcldff.reporting.titles import Titles


def figures_section(titles: Titles, captions: Mapping[str, str], links: Mapping[str, str], table_folder: str) -> str:
    """captions, links: by figure; links and table_folder as seen from the document."""
    blocks = ["## Figures"]
    for name, text in captions.items():
        blocks += [f"### {heading(text)}", f"![{text}]({links[name]})", titles.caption(text)]
    blocks.append(
        f"Each figure is there as SVG too, and the points of the curves as CSV. `{table_folder}/` holds every table "
        "as CSV (results as fractions, comparisons, hypotheses and interactions in points), `provenance.json` the "
        "whole configuration, the versions and every fit."
    )
    return "\n\n".join(blocks)


def heading(caption: str) -> str:
    """What a caption begins with, after the number of the paper's figure where it is one.

    >>> heading("ROC curves of SG-CLDFF (the paper's Figure 3), each class against the rest")
    "The paper's Figure 3: ROC curves of SG-CLDFF"
    >>> heading("The hypotheses: mean difference with its 95% interval")
    'The hypotheses'
    """
    number = re.search(r"[Tt]he (paper's Figure \d)", caption)
    if number is None or caption.startswith("The paper's"):
        return re.split(r"[:.,(]", caption)[0].strip()
    return f"The {number[1]}: {re.split(r'[:.,(]', caption)[0].strip()}"
