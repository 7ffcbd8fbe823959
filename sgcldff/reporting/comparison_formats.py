"""One comparison in the forms that people paste: text, a table in Markdown or LaTeX, a sentence in APA style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sgcldff.errors import InputError
from sgcldff.reporting import latex
from sgcldff.reporting import markdown as md
from sgcldff.reporting.apa import comparison_sentence
from sgcldff.reporting.comparison_text import comparison_text

FORMS = ("text", "markdown", "latex", "apa")


def comparison_in_form(
    row: Mapping[str, Any], form: str, half_width: float | None = None, rope: Sequence[float] = ()
) -> str:
    """The comparison; row: as `comparison_text` takes it; rope: probabilities below, within and above ± half_width.

    Raises InputError for a form that is none of FORMS.
    """
    if form not in FORMS:
        raise InputError(f"--format {form} is not known: use {', '.join(FORMS)}.")
    practical = ""
    if half_width is not None:
        below, within, above = (md.number(share) for share in rope)
        practical = (
            f"practically (within ±{half_width:g}; Bayesian correlated t-test): {row['reference']} better {above}, the "
            f"same {within}, {row['against']} better {below}"
        )
    if form == "text":
        return "\n".join(filter(None, [comparison_text(row), practical]))
    if form == "apa":
        return " ".join(
            filter(None, [comparison_sentence(row), practical and f"{practical[0].upper()}{practical[1:]}."])
        )
    prefix = "corrected_" if row["corrected_verdict"] else ""
    low, high = (row[f"{prefix}{end}" if prefix else f"ci_{end}"] for end in ("low", "high"))
    headers = ["Difference of", "Metric", "n", "Mean", "SD", "95% interval", "p", "d_z", "Verdict"]
    cells = [
        f"{row['reference']} − {row['against']}",
        row["metric"],
        md.count(row["n"]),
        md.points(row["mean"], 2),
        md.number(row["sd"], 2),
        md.interval(low, high),
        md.p_value(row[f"{prefix}p"], 4),
        md.number(row["d_z"], 2),
        row[f"{prefix}verdict"],
    ]
    if half_width is not None:
        headers += ["Better", f"Same (±{half_width:g})", "Worse"]
        cells += [above, within, below]
    written = latex if form == "latex" else md
    return written.table(headers, [cells], text_columns=2)
