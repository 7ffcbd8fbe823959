"""The settings of the stage `leakage`."""

from __future__ import annotations

from sgcldff.config.typed import Typed


class LeakageSettings(Typed):
    """datasets, seeds: in the order of the files; tests: trained on -> datasets tested on; pools: name -> members."""

    datasets: tuple[str, ...]
    seeds: tuple[int, ...]
    tests: dict[str, tuple[str, ...]]
    pools: dict[str, tuple[str, ...]]
