"""Do two components contribute independently? The 2×2 of both, each alone and neither.

With the scores of the four arms in a seed, each effect is a contrast of them, tested over seeds like any difference:

    first        ((full - without_first) + (without_second - neither)) / 2      its mean effect
    first_alone  without_second - neither                                       added to neither
    first_on_top full - without_first                                           added to the other component
    interaction  full - without_first - without_second + neither

and likewise for the second. Removing one part at a time, as the paper's Table 3 does, shows the two `on_top` alone,
and of these no independence follows: with an interaction, the same part may be worth nothing by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sgcldff.statistics.benchmark import Benchmark, Side
from sgcldff.statistics.comparison import Comparison
from sgcldff.statistics.hypotheses import check_declared, holm_within
from sgcldff.statistics.scenarios import Scope
from sgcldff.statistics.student import ALPHA
from sgcldff.statistics.verdict import BOUNDARY_DECIMALS, verdict
from sgcldff.tables.interactions import FIRST, INDEPENDENT, INTERACTION, INTERACTIONS, SECOND
from sgcldff.tables.verdicts import InteractionVerdict, Verdict


def interactions(
    benchmark: Benchmark, declared: Mapping[str, Mapping[str, Any]], families: Mapping[str, str]
) -> pd.DataFrame:
    """A row for each effect of each declared 2×2, on the average of its scenario and on each pair; then the verdict.

    declared: name -> full, without_first, without_second, neither (methods), first, second (what the components are
    called), metrics, scenario, family. The effects of the components carry the verdict of margin 0, the interaction one
    of InteractionVerdict, and a last row, `independent`, what follows from both main effects and the interaction.
    Holm's correction is made within each family over both main effects and the interaction, of every metric, on the
    averages (one-sided p of the main effects, two-sided p of the interaction). Where one of the four methods was not
    run there is no row. Raises InputError as `Benchmark.compared` does, and for a scenario or family that is not
    declared.
    """
    rows = []
    for name, one in declared.items():
        check_declared(name, one, benchmark.scenarios, families)
        for scope in benchmark.scopes_of(one["scenario"]):
            for metric in one["metrics"]:
                rows += _factorial(benchmark, name, one, scope, metric)
    table = pd.DataFrame(rows, columns=[column for column in INTERACTIONS.columns if column != "p_holm"])
    table["p_holm"] = holm_within(table, (table["pair"] == "") & table["effect"].isin([FIRST, SECOND, INTERACTION]))
    return table[list(INTERACTIONS.columns)]


def contrasts(full: str, without_first: str, without_second: str, neither: str) -> dict[str, tuple[Side, Side]]:
    """Effect -> the two sides whose difference it is."""
    return {
        "first": ({full: 0.5, without_second: 0.5}, {without_first: 0.5, neither: 0.5}),
        "second": ({full: 0.5, without_first: 0.5}, {without_second: 0.5, neither: 0.5}),
        "first_alone": ({without_second: 1.0}, {neither: 1.0}),
        "second_alone": ({without_first: 1.0}, {neither: 1.0}),
        "first_on_top": ({full: 1.0}, {without_first: 1.0}),
        "second_on_top": ({full: 1.0}, {without_second: 1.0}),
        INTERACTION: ({full: 1.0, neither: 1.0}, {without_first: 1.0, without_second: 1.0}),
    }


def independence(first: Verdict, second: Verdict, interaction: InteractionVerdict) -> Verdict:
    """The verdict on "each component contributes, and independently", from those of its parts (margin 0).

    REFUTED where a component is shown to harm, or where the two are shown to depend on each other; DIRECTION ONLY where
    both are shown to help and their independence is open.
    """
    if Verdict.REFUTED in (first, second) or interaction is InteractionVerdict.INTERACTION:
        return Verdict.REFUTED
    if first is second is Verdict.SUPPORTED:
        equivalent = interaction is InteractionVerdict.EQUIVALENT
        return Verdict.SUPPORTED if equivalent else Verdict.DIRECTION_ONLY
    return Verdict.INCONCLUSIVE


def _factorial(
    benchmark: Benchmark, name: str, one: Mapping[str, Any], scope: Scope, metric: str
) -> list[dict[str, Any]]:
    sides = contrasts(one["full"], one["without_first"], one["without_second"], one["neither"])
    found = {effect: benchmark.compared(scope, metric, *both) for effect, both in sides.items()}
    if any(compared is None for compared in found.values()):
        return []
    about = {
        "interaction": name,
        "family": one["family"],
        "scenario": scope.scenario,
        "pair": scope.label,
        "metric": metric,
    }
    rows, verdicts = [], {}
    for effect, compared in found.items():
        row = compared.row(benchmark.equivalence_bound)
        decided = compared.deciding
        if effect == INTERACTION:
            verdicts[effect] = _interacts(compared, row["p_equivalence"])
            # No direction was claimed of it: its p is two-sided, and Holm's correction takes it from here.
            row |= {"p_margin": row["p"], "corrected_p_margin": row["corrected_p"]}
        else:
            verdicts[effect] = verdict(decided.lower_bound, decided.upper_bound, 0.0)
        rows.append(about | {"effect": effect, "title": _title(effect, one)} | row | {"verdict": str(verdicts[effect])})
    both = independence(verdicts["first"], verdicts["second"], verdicts[INTERACTION])
    rows.append(about | {"effect": INDEPENDENT, "title": one["title"], "verdict": str(both)})
    return rows


def _interacts(compared: Comparison, p_equivalence: float) -> InteractionVerdict:
    if p_equivalence < ALPHA:
        return InteractionVerdict.EQUIVALENT
    low, high = (round(end, BOUNDARY_DECIMALS) for end in (compared.deciding.ci_low, compared.deciding.ci_high))
    excludes_zero = np.isfinite(low) and (low > 0 or high < 0)
    return InteractionVerdict.INTERACTION if excludes_zero else InteractionVerdict.INCONCLUSIVE


def _title(effect: str, one: Mapping[str, Any]) -> str:
    """An effect in words, with the components' own names."""
    component, _, where = effect.partition("_")
    if effect == INTERACTION:
        return f"interaction of {one['first']} and {one['second']}"
    other = one["second" if component == "first" else "first"]
    told = {"": "mean effect", "alone": f"without {other}", "on_top": f"with {other}"}[where]
    return f"{one[component]}, {told}"
