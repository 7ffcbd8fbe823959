"""confusion.csv: which class each run took for which, a row a true and predicted class; images of a class each."""

from __future__ import annotations

from sgcldff.tables.contract import Contract
from sgcldff.tables.runs import RUN_KEYS

CONFUSION = Contract(
    (*RUN_KEYS, "truth", "predicted", "count"), text=("trained_on", "tested_on", "method", "truth", "predicted")
)
