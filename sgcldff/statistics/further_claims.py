"""Claims that no difference of means decides: on spreads, on costs, and on what was done.

Each function returns the cells of a row of CLAIMS by name; a row that is not run says so in its note.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

import pandas as pd

from sgcldff.statistics.cost_ranks import lighter_than
from sgcldff.statistics.scenarios import pair_label
from sgcldff.statistics.sd_interval import sd_interval
from sgcldff.statistics.verdict import verdict
from sgcldff.tables.claims import NOT_RUN, ClaimKind, Repeated
from sgcldff.tables.spreads import OVER_DATASETS, OVER_IMAGES
from sgcldff.tables.verdicts import decided_by


def sd_cells(claim: Any, limit: float, summary: pd.DataFrame, reference: str) -> dict[str, Any]:
    """The runs of the reference differ by an SD of at most the limit (fraction): the SD, its interval, a verdict.

    SUPPORTED where the upper bound of the SD lies below the limit, REFUTED where the lower one lies above it.
    """
    place = {"scenario": claim.scenario, "pair": claim.pair, "method": reference, "metric": claim.metric}
    levels = _rows(summary, place)
    if levels.empty:
        return {"reference": reference, "note": NOT_RUN}
    level = levels.iloc[0]
    ends = sd_interval(level["sd"], int(level["n_seeds"]))
    state = verdict(limit - ends.upper_bound, limit - ends.lower_bound, 0.0)
    about = {"reference": reference, "n": level["n_seeds"], "ours": level["sd"], "basis": level["basis"]}
    return about | ends._asdict() | {"verdict": str(state), "decided_by": str(decided_by(state, greater=False))}


def spread_cells(claim: Any, method: str, spreads: pd.DataFrame) -> dict[str, Any]:
    """The method's IoU varies more than the reference's: the ratio of the SDs, and a verdict; {} without a test.

    SUPPORTED where the lower bound of the ratio lies above 1, REFUTED where the upper one lies below it.
    """
    over = OVER_IMAGES if claim.kind == ClaimKind.IMAGE_SPREAD else OVER_DATASETS
    tests = _rows(spreads, {"scenario": claim.scenario, "over": over, "method": method})
    if tests.empty:
        return {}
    test = tests.iloc[0]
    lower, upper = (math.log(test[name]) for name in ("lower_bound", "upper_bound"))
    names = ("ci_low", "ci_high", "lower_bound", "upper_bound", "n", "p", "basis", "note")
    state = verdict(lower, upper, 0.0)
    judged = {"ours": test["ratio"], "verdict": str(state), "decided_by": str(decided_by(state))}
    return {name: test[name] for name in names} | judged


def cost_cells(costs: pd.DataFrame, reference: str, baselines: Collection[str]) -> dict[str, Any]:
    """The reference is lighter than the baselines with a network: the verdict of `lighter_than`, and its ranks."""
    judged = lighter_than(costs, reference, baselines)
    if judged is None:
        return {"reference": reference, "note": f"{NOT_RUN}: baselines with a network"}
    return {"reference": reference, "verdict": str(judged[0]), "note": judged[1]}


def done_cells(asked: str, summary: pd.DataFrame, reference: str) -> dict[str, Any]:
    """Something was done with datasets (each tested by fits on itself) or in scenarios: whether this run did it.

    asked: their names with spaces between. That is no verdict on whether somebody else did it.
    """
    own = _rows(summary, {"method": reference})
    places = {*own["scenario"], *own["pair"]}
    missing = [name for name in asked.split() if not {name, pair_label(name, name)} & places]
    cells = {"reference": reference, "against": asked}
    if len(missing) == len(asked.split()):
        return cells | {"note": NOT_RUN}
    if missing:
        return cells | {"verdict": str(Repeated.PART), "note": f"{NOT_RUN}: {', '.join(missing)}"}
    return cells | {"verdict": str(Repeated.WHOLE)}


def _rows(table: pd.DataFrame, where: dict[str, str]) -> pd.DataFrame:
    """The rows that have these texts."""
    for column, text in where.items():
        table = table[table[column].fillna("") == text]
    return table
