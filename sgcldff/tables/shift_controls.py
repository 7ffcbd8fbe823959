"""shift_controls.csv: what else buys robustness, each shift control against its base."""

from __future__ import annotations

from sgcldff.tables.comparisons import SUBJECT, TESTS, TEXT_OF_TESTS
from sgcldff.tables.contract import Contract

SHIFT_CONTROLS = Contract((*SUBJECT, *TESTS, "p_bh"), text=(*SUBJECT, *TEXT_OF_TESTS))
