"""Write a table."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd


def write_table(table: pd.DataFrame, file: Path) -> None:
    """All of a CSV or none of it, whenever the run is killed."""
    part = file.with_name(file.name + ".part")
    table.to_csv(part, index=False, lineterminator="\n")
    os.replace(part, file)
