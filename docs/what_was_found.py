"""What the README says was found, from the tables of one run.

    python docs/what_was_found.py reports/reference/reference

writes what stands between the marks `<!-- found: FOLDER -->` and `<!-- /found -->`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from sgcldff.reporting import markdown as md
from sgcldff.tables.comparisons import decided
from sgcldff.tables.verdicts import DecidedBy

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
BLOCK = re.compile(r"<!-- found: (\S+) -->\n.*?<!-- /found -->", flags=re.DOTALL)
FIGURE = "figures/answer.png"
LEVELS = {  # claim of claims.csv -> its row
    "full_accuracy": "SG-CLDFF names the cell rightly (accuracy)",
    "full_iou": "SG-CLDFF outlines the cell (overlap, IoU: 1 is perfect)",
}
HYPOTHESES = {  # hypothesis of hypotheses.csv -> its row
    "alignment": "Its alignment loss gains overlap on another stain",
    "fusion": "Its cross-layer fusion gains right names (F1) on another dataset",
}
ANSWERS = {
    "SUPPORTED": "yes",
    "DIRECTION ONLY": "a gain, not shown to be as large",
    "REFUTED": "no",
    "INCONCLUSIVE": "cannot be decided",
}


def found(run: Path) -> str:
    """A figure, a table of four rows and a sentence on the scale, from a folder of reports below the repository."""
    tables = {name: pd.read_csv(run / f"tables/{name}.csv") for name in ("claims", "hypotheses", "table2")}
    provenance = json.loads((run / "provenance.json").read_text(encoding="utf-8"))
    rows = [level(tables, claim) for claim in LEVELS] + [gain(tables, name) for name in HYPOTHESES]
    seeds, further = (len(provenance["configuration"][name]) for name in ("seeds", "further_seeds"))
    more = f", {seeds + further} times for the gains" if further else ""
    scales = tables["hypotheses"]["scale"].dropna().unique()
    scale = "".join(f" **{each[0].upper()}{each[1:]}.**" for each in scales)
    titles = [entry["title"] for entry in provenance["configuration"]["datasets"].values()]
    bounded = any("at" in row[2] for row in rows)
    said = "the one-sided 95% bound that decides, or the 95% interval" if bounded else "95% interval of the gain"
    lines = [
        "| the paper's claim | the paper | here | does it hold here? |",
        "|---|---|---|---|",
        *("| " + " | ".join(row) + " |" for row in rows),
        "",
        f"Measured on {md.in_a_row(titles)}, trained {seeds} times{more} (± SD; in brackets: {said}).{scale}",
        "",
        f"![Gains of the parts of SG-CLDFF with their intervals]({(run / FIGURE).relative_to(ROOT).as_posix()})",
    ]
    return "\n".join(lines)


def level(tables: dict[str, pd.DataFrame], claim: str) -> tuple[str, str, str, str]:
    """A row on a score that the paper prints."""
    row = tables["claims"].set_index("claim").loc[claim]
    cells = tables["table2"].query("method == @row.reference and metric == @row.metric")
    cell = cells[cells["pair"].isna()].iloc[0]
    show = "{:.1f} ± {:.1f} %" if row["metric"] == "accuracy" else "{:.2f} ± {:.2f}"
    factor = 100 if row["metric"] == "accuracy" else 1
    return (
        LEVELS[claim],
        show.format(cell["paper_mean"] * factor, cell["paper_sd"] * factor),
        show.format(cell["mean"] * factor, cell["sd"] * factor),
        ANSWERS[row["verdict"]],
    )


def gain(tables: dict[str, pd.DataFrame], name: str) -> tuple[str, str, str, str]:
    """A row on a gain that the paper claims, in points."""
    rows = tables["hypotheses"].query("hypothesis == @name")
    (row,) = rows[rows["pair"].isna()].itertuples()
    deciding = decided(row)
    # Beside a verdict that one bound decided, that bound: the two-sided interval may seem to contradict it.
    bounds = {
        DecidedBy.LOWER: f"at least {md.points(deciding.lower)}",
        DecidedBy.UPPER: f"at most {md.points(deciding.upper)}",
    }
    said = bounds.get(row.decided_by, md.interval(deciding.low, deciding.high, 1))
    return HYPOTHESES[name], f"≥ {row.margin:g} points", f"{md.points(row.mean)} ({said})", ANSWERS[row.verdict]


def written(readme: str, folder: str) -> str:
    """The README with what this run found."""
    text = f"<!-- found: {folder} -->\n{found(ROOT / folder)}\n<!-- /found -->"
    return BLOCK.sub(lambda _: text, readme)


def main(arguments: Sequence[str]) -> None:
    (folder,) = arguments
    README.write_text(written(README.read_text(encoding="utf-8"), folder.rstrip("/")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
