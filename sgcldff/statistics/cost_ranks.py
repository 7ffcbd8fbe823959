"""Whether the reference is lighter than the baselines with a network: parameters, multiply-adds and latency.

A network is called lightweight beside others. It is taken to be where it lies below the median baseline in all three,
and not to be where it lies above it in all three. Nothing is sampled in parameters and multiply-adds, so there is no
interval; latencies are times on one device beside other jobs, of which the rank alone is used.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from sgcldff.tables.verdicts import Verdict

QUANTITIES = {
    "parameters": "fewer parameters than",
    "multiply_adds": "fewer multiply–adds than",
    "latency_ms": "a lower latency than",
}


def lighter_than(costs: pd.DataFrame, reference: str, baselines: Collection[str]) -> tuple[Verdict, str] | None:
    """The verdict by the rule above and how many baselines lie above the reference in each; None without any.

    costs: METHOD_COSTS; of the baselines those with multiply-adds count. Latencies are compared on the reference's own
    device, and where no baseline ran on it the verdict is INCONCLUSIVE.

    >>> cells = {"method": ["full", "unet", "vit"], "parameters": [3, 20, 90], "multiply_adds": [1, 4, 9]}
    >>> costs = pd.DataFrame(cells | {"latency_ms": [5, 6, 4], "device": "CPU"})
    >>> str(lighter_than(costs, "full", ["unet", "vit"])[0])
    'INCONCLUSIVE'
    """
    measured = costs[costs["multiply_adds"].notna()].set_index("method")
    others = measured[measured.index.isin(list(baselines))]
    if reference not in measured.index or others.empty:
        return None
    ours = measured.loc[reference]
    counts, below, above = [], 0, 0
    for name, words in QUANTITIES.items():
        timed = name == "latency_ms"
        theirs = (others[others["device"] == ours["device"]] if timed else others)[name].dropna()
        elsewhere = f" of {len(theirs)} on the same device" if len(theirs) < len(others) else ""
        counts.append(f"{words} {int((theirs > ours[name]).sum())}{elsewhere}")
        below += int(ours[name] < theirs.median())
        above += int(ours[name] > theirs.median())
    note = f"of {len(others)} baselines with a network: {', '.join(counts)}"
    if below == len(QUANTITIES):
        return Verdict.SUPPORTED, note
    return (Verdict.REFUTED if above == len(QUANTITIES) else Verdict.INCONCLUSIVE), note
