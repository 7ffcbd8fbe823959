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

from collections.abc import Container, Mapping
from typing import Any

import numpy as np
import pandas as pd

from sgcldff.config.declared import Interaction
from sgcldff.statistics.benchmark import Benchmark, Side
from sgcldff.statistics.comparison import Comparison
from sgcldff.statistics.hypotheses import check_declared, holm_within
from sgcldff.statistics.scenarios import Scope
from sgcldff.statistics.student import ALPHA
from sgcldff.statistics.verdict import BOUNDARY_DECIMALS, verdict
from sgcldff.tables.interactions import ALONE, FIRST, INDEPENDENT, INTERACTION, INTERACTIONS, ON_TOP, SECOND
from sgcldff.tables.verdicts import DecidedBy, InteractionVerdict, Verdict, decided_by


def judge_interactions(
    benchmark: Benchmark, declared: Mapping[str, Interaction], families: Container[str]
) -> pd.DataFrame:
    """The table INTERACTIONS: the effects of each declared 2×2 on the average of its scenario and on each pair, points.

    families: the names of those that are declared. The effects of the components carry the verdict of margin 0, the
    interaction an InteractionVerdict, and a last row, `independent`, what follows from both mean effects and the
    interaction. Holm's correction is made within each family over both mean effects and the interaction, of every
    metric, on the averages (one-sided p of the mean effects, two-sided p of the interaction). Where one of the four
    methods was not run there is no row. `independent` is fragile where a verdict that it cannot do without is. Raises
    InputError as `Benchmark.compared` does, and for a scenario or family that is not declared.

    >>> parts = Interaction(
    ...     title="Saliency and fusion contribute independently",
    ...     full="full",
    ...     without_first="no_saliency",
    ...     without_second="no_fusion",
    ...     neither="neither",
    ...     first="saliency",
    ...     second="fusion",
    ...     metrics=("iou",),
    ...     scenario="cross",
    ...     family="parts",
    ... )
    >>> table = judge_interactions(benchmark, {"parts": parts}, families={"parts"})
    >>> averages = table[table["pair"] == ""].set_index("effect")
    >>> averages.loc[["first", "second", "interaction"], ["mean", "verdict"]].round(2).values.tolist()
    [[2.17, 'SUPPORTED'], [2.5, 'SUPPORTED'], [0.33, 'INCONCLUSIVE']]
    >>> averages.loc["independent", "verdict"]
    'DIRECTION ONLY'
    """
    rows = []
    for name, interaction in declared.items():
        check_declared(name, interaction, benchmark.scenarios, families)
        for scope in benchmark.scopes_of(interaction.scenario):
            for metric in interaction.metrics:
                rows += _factorial(benchmark, name, interaction, scope, metric)
    table = pd.DataFrame(rows, columns=[column for column in INTERACTIONS.columns if column != "p_holm"])
    table["p_holm"] = holm_within(table, (table["pair"] == "") & table["effect"].isin([FIRST, SECOND, INTERACTION]))
    return table[list(INTERACTIONS.columns)]


def contrasts(full: str, without_first: str, without_second: str, neither: str) -> dict[str, tuple[Side, Side]]:
    """Effect -> the two sides whose difference it is.

    >>> contrasts("full", "no_saliency", "no_fusion", "neither")["first_alone"]
    ({'no_fusion': 1.0}, {'neither': 1.0})
    """
    return {
        FIRST: ({full: 0.5, without_second: 0.5}, {without_first: 0.5, neither: 0.5}),
        SECOND: ({full: 0.5, without_first: 0.5}, {without_second: 0.5, neither: 0.5}),
        f"{FIRST}_{ALONE}": ({without_second: 1.0}, {neither: 1.0}),
        f"{SECOND}_{ALONE}": ({without_first: 1.0}, {neither: 1.0}),
        f"{FIRST}_{ON_TOP}": ({full: 1.0}, {without_first: 1.0}),
        f"{SECOND}_{ON_TOP}": ({full: 1.0}, {without_second: 1.0}),
        INTERACTION: ({full: 1.0, neither: 1.0}, {without_first: 1.0, without_second: 1.0}),
    }


def independence(first: Verdict, second: Verdict, interaction: InteractionVerdict) -> Verdict:
    """The verdict on "each component contributes, and independently", from those of its parts (margin 0).

    REFUTED where a component is shown to harm, or where the two are shown to depend on each other; DIRECTION ONLY where
    both are shown to help and their independence is open.

    >>> print(independence(Verdict.SUPPORTED, Verdict.SUPPORTED, InteractionVerdict.INCONCLUSIVE))
    DIRECTION ONLY
    """
    if Verdict.REFUTED in (first, second) or interaction is InteractionVerdict.INTERACTION:
        return Verdict.REFUTED
    if first is second is Verdict.SUPPORTED:
        equivalent = interaction is InteractionVerdict.EQUIVALENT
        return Verdict.SUPPORTED if equivalent else Verdict.DIRECTION_ONLY
    return Verdict.INCONCLUSIVE


def _factorial(
    benchmark: Benchmark, name: str, interaction: Interaction, scope: Scope, metric: str
) -> list[dict[str, Any]]:
    arms = interaction.full, interaction.without_first, interaction.without_second, interaction.neither
    comparisons = {effect: benchmark.compared(scope, metric, *sides) for effect, sides in contrasts(*arms).items()}
    if any(comparison is None for comparison in comparisons.values()):
        return []
    about = {
        "interaction": name,
        "family": interaction.family,
        "scenario": scope.scenario,
        "pair": scope.label,
        "metric": metric,
    }
    rows, verdicts, weak = [], {}, {}
    for effect, comparison in comparisons.items():
        row = comparison.row(benchmark.equivalence_bound)
        if effect == INTERACTION:
            verdicts[effect] = _interacts(comparison, row["p_equivalence"])
            # No direction was claimed of it: its p is two-sided, and Holm's correction takes it from here.
            row |= {"p_margin": row["p"], "corrected_p_margin": row["corrected_p"]}
        else:
            verdicts[effect] = verdict(comparison.deciding.lower_bound, comparison.deciding.upper_bound, 0.0)
        by = decided_by(verdicts[effect])
        # Of the states of margin 0 and of the interval that leaves out zero the limit is zero.
        limit = benchmark.equivalence_bound if by is DecidedBy.BOTH else 0.0
        weak[effect] = comparison.fragile(by, limit)
        judged = {"verdict": str(verdicts[effect]), "decided_by": str(by), "fragile": weak[effect]}
        rows.append(about | {"effect": effect, "title": _title(effect, interaction)} | row | judged)
    composite = independence(verdicts[FIRST], verdicts[SECOND], verdicts[INTERACTION])
    judged = {"verdict": str(composite), "decided_by": "", "fragile": _weakest(interaction, composite, verdicts, weak)}
    rows.append(about | {"effect": INDEPENDENT, "title": interaction.title} | judged)
    return rows


def _weakest(
    interaction: Interaction,
    composite: Verdict,
    verdicts: Mapping[str, Verdict | InteractionVerdict],
    weak: Mapping[str, str],
) -> str:
    """Why the composite verdict is fragile: each part that it needs may take it away, of those that refute only all."""
    if composite is Verdict.INCONCLUSIVE:
        return ""
    parts = [FIRST, SECOND, INTERACTION]
    if composite is Verdict.REFUTED:
        parts = [part for part in parts if verdicts[part] in (Verdict.REFUTED, InteractionVerdict.INTERACTION)]
        if not all(weak[part] for part in parts):
            return ""
    return "; ".join(f"{_title(part, interaction)}: {weak[part]}" for part in parts if weak[part])


def _interacts(comparison: Comparison, p_equivalence: float) -> InteractionVerdict:
    if p_equivalence < ALPHA:
        return InteractionVerdict.EQUIVALENT
    low, high = (round(end, BOUNDARY_DECIMALS) for end in (comparison.deciding.ci_low, comparison.deciding.ci_high))
    excludes_zero = np.isfinite(low) and (low > 0 or high < 0)
    return InteractionVerdict.INTERACTION if excludes_zero else InteractionVerdict.INCONCLUSIVE


def _title(effect: str, interaction: Interaction) -> str:
    """An effect in words, with the components' own names."""
    if effect == INTERACTION:
        return f"interaction of {interaction.first} and {interaction.second}"
    component, _, level = effect.partition("_")
    names = interaction.first, interaction.second
    name, other_name = names if component == FIRST else names[::-1]
    return f"{name}, " + {"": "mean effect", ALONE: f"without {other_name}", ON_TOP: f"with {other_name}"}[level]
