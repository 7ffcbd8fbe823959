"""The paper's claims, read from claims.csv: every checkable statement of its text, tables, figures and captions.

A row a claim; its columns are explained by `sgcldff.statistics.claim_verdicts`, which reads them. `where` names every
place of the paper that makes the claim, the first one first; `printed` is as the paper has it.
"""

from __future__ import annotations

from importlib.resources import files

import pandas as pd


def declared_claims() -> pd.DataFrame:
    """The declared claims in the order of the paper; an empty cell is NaN."""
    with (files("sgcldff.reporting") / "claims.csv").open(encoding="utf-8") as handle:
        return pd.read_csv(handle)
