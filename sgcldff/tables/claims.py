"""claims.csv of the paper, what it claims, and claims.csv of the statistics, what was measured of each claim."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import pandas as pd

from sgcldff.errors import InputError
from sgcldff.tables.contract import Contract


class ClaimKind(StrEnum):
    """What is claimed; `sgcldff.statistics.claim_verdicts` says how each is judged."""

    LEVEL = "level"
    DIFFERENCE = "difference"
    IMPROVEMENT = "improvement"
    HYPOTHESIS = "hypothesis"
    INTERACTION = "interaction"
    ATTENTION = "attention"
    SD = "sd"
    IMAGE_SPREAD = "image spread"
    DATASET_SPREAD = "dataset spread"
    COST = "cost"
    DONE = "done"
    ALL = "all"
    UNTESTED = "untested"


class Repeated(StrEnum):
    """In place of a verdict where it is claimed that something was done: what this run says is whether it did it."""

    WHOLE = "REPEATED HERE"
    PART = "PARTLY REPEATED"


# Kinds whose numbers are differences in points; those of the others are fractions, unless they are ratios.
IN_POINTS = (ClaimKind.DIFFERENCE, ClaimKind.IMPROVEMENT, ClaimKind.HYPOTHESIS, ClaimKind.ATTENTION)
AS_RATIOS = (ClaimKind.IMAGE_SPREAD, ClaimKind.DATASET_SPREAD)  # of the other method's SD to the reference's
NOT_RUN = "not run"  # with this begins the note of a claim whose methods were not run

_ABOUT = ("claim", "where", "statement", "printed", "kind", "metric", "scenario", "pair", "reference", "against")
DECLARED_COLUMNS = (*_ABOUT, "value", "decimals", "family", "remark")  # columns of the declared claims
CLAIMS = Contract(
    (
        *(*_ABOUT, "value", "n", "ours", "ci_low", "ci_high", "lower_bound", "upper_bound"),
        *("basis", "p", "p_holm", "verdict", "decided_by", "fragile", "note"),
    ),
    text=(*_ABOUT, "basis", "verdict", "decided_by", "fragile", "note"),
)


def read_declared_claims(file: Path) -> pd.DataFrame:
    """The declared claims, a row each, in the order of the file; an empty cell is NaN.

    `where` names every place of the paper that makes the claim, the first one first; `printed` is as the paper has it.
    The other columns are explained in `sgcldff.statistics.claim_verdicts`. Raises InputError where the file is missing
    or is no CSV.
    """
    try:
        return pd.read_csv(file)
    except OSError as error:
        raise InputError(f"The file {file} cannot be read ({error.strerror}): give the file of the claims.") from error
    except ValueError as error:  # pandas' errors of parsing and of decoding are ValueErrors
        raise InputError(f"The file {file} is not a CSV table ({error}): write the claims as CSV in UTF-8.") from error
