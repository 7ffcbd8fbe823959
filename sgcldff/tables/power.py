"""power.csv: power of each hypothesis's margin test, and the difference it would detect, by the number of seeds n."""

from __future__ import annotations

from sgcldff.tables.contract import Contract

POWER = Contract(("hypothesis", "n", "power", "detectable"), text=("hypothesis",))
