"""The three tables of a benchmark: what was measured, every method against the reference, the declared hypotheses.

Families of the corrections in `comparisons`:
- Holm: all methods (controls too) that were compared with the reference on one metric in one scenario and pair. The
  average of a scenario and each of its pairs are families of their own.
- Benjamini-Hochberg: every distinct comparison of the whole table. A comparison that is listed under two scenarios
  (the same pairs, metric and method) is one test and counts once.
A comparison that gave no p (one seed, a constant difference, an undefined score) is in no family.

Undefined scores: a metric that is NaN in all of a method's runs in a scope (it does not segment, say) gives no row. One
that is NaN in some runs is described over the seeds that have it, with the number of seeds and a note, and is not
tested: its row in the comparisons and hypotheses has no statistics and says why.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from sgcldff.errors import InputError
from sgcldff.statistics.multiplicity import benjamini_hochberg, holm
from sgcldff.statistics.paired import PairedTest, paired_test
from sgcldff.statistics.pairing import pair
from sgcldff.statistics.runs import checked_runs
from sgcldff.statistics.scenarios import Scope, Values, scopes, values
from sgcldff.statistics.verdict import Verdict, verdict

METRICS = ("accuracy", "precision", "recall", "f1", "auc", "iou", "pooled_iou", "dice", "pixel_accuracy")
"""The metrics on which every method is compared with the reference."""

POINTS = 100.0
"""Scores are fractions; differences and margins are points."""

_PER_CLASS = re.compile("(precision|recall|f1|auc|iou)_.+")

_SUMMARY = ["scenario", "pair", "method", "metric", "n_seeds", "mean", "sd", "minimum", "maximum", "n_images", "note"]
_SUBJECT = ["scenario", "pair", "metric", "reference", "against"]
_TEST = ["n", "mean", "sd", "t", "df", "p", "ci_low", "ci_high"]
_COMPARISONS = [*_SUBJECT, *_TEST, "d_z", "g_z", "p_holm", "p_bh", "note"]
_BOUNDS = ["lower_bound", "upper_bound", "p_margin"]
_HYPOTHESES = ["hypothesis", *_SUBJECT, "margin", *_TEST, *_BOUNDS, "d_z", "g_z", "verdict", "note"]

Scenarios = Mapping[str, Sequence[Sequence[str]]]


def summary(runs: pd.DataFrame, scenarios: Scenarios) -> pd.DataFrame:
    """Mean and spread over seeds of every metric of every method, for each scenario's average and each pair by itself.

    runs: a row a run, scores as fractions; scenarios: name -> [trained on, tested on] pairs. The means are fractions;
    sd has n_seeds - 1 in the denominator and is NaN for one seed; n_images: pictures tested in a seed, over the pairs
    of the scope, rounded mean over seeds. Metrics: the macro and mean scores and the per-class scores that the runs
    hold. Raises InputError as `checked_runs` and `values` do.
    """
    metrics = [column for column in runs.columns if column in (*METRICS, "mean_iou") or _PER_CLASS.fullmatch(column)]
    runs = checked_runs(runs, metrics)
    rows = []
    for scope in scopes(scenarios):
        for method in _methods(runs):
            if (found := values(runs, method, scope, metrics)) is not None:
                rows += [_described(found, metric) for metric in metrics if found.of(metric) is not None]
    return pd.DataFrame(rows, columns=_SUMMARY)


def comparisons(
    runs: pd.DataFrame, scenarios: Scenarios, reference: str, metrics: Sequence[str] = METRICS
) -> pd.DataFrame:
    """The reference against every other method, paired by seed, in points; p two-sided, corrected as said above.

    runs, scenarios: as for `summary`; reference: a method; metrics: columns of the runs. A method that was not run in a
    scope gives no row there. Raises InputError as `checked_runs` and `values` do, and where two methods have different
    seeds.
    """
    runs = checked_runs(runs, metrics)
    rows, tests = [], []
    for scope in scopes(scenarios):
        ours = values(runs, reference, scope, metrics)
        for method in _methods(runs):
            theirs = None if method == reference else values(runs, method, scope, metrics)
            for metric in metrics:
                if (test := _tested(ours, theirs, metric)) is not None:
                    rows.append(_identified(scope, metric, reference, method) | asdict(test))
                    tests.append((frozenset(scope.pairs), metric, method))
    table = pd.DataFrame(rows, columns=[column for column in _COMPARISONS if column not in ("p_holm", "p_bh")])
    table["p_holm"] = table.groupby(["scenario", "pair", "metric"])["p"].transform(lambda p: holm(p.to_numpy()))
    distinct = dict(zip(tests, table["p"], strict=True))
    corrected = dict(zip(distinct, benjamini_hochberg(list(distinct.values())), strict=True))
    table["p_bh"] = [corrected[test] for test in tests]
    return table[_COMPARISONS]


def hypotheses(runs: pd.DataFrame, scenarios: Scenarios, declared: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """The declared hypotheses, on the average of their scenario (the verdict that counts) and on each pair by itself.

    runs, scenarios: as for `summary`; declared: name -> reference, against, metric, scenario, margin (points). A
    hypothesis whose methods were not run in a scope gives no row there. Raises InputError as `comparisons` does, and
    for a scenario that is not declared.
    """
    runs = checked_runs(runs, sorted({hypothesis["metric"] for hypothesis in declared.values()}))
    rows = []
    for name, hypothesis in declared.items():
        reference, against, metric, margin = (hypothesis[key] for key in ("reference", "against", "metric", "margin"))
        if (scenario := hypothesis["scenario"]) not in scenarios:
            raise InputError(
                f"Hypothesis {name} names scenario {scenario}, which is not declared: correct config.yaml."
            )
        for scope in scopes({scenario: scenarios[scenario]}):
            ours, theirs = (values(runs, method, scope, [metric]) for method in (reference, against))
            if (test := _tested(ours, theirs, metric, float(margin))) is not None:
                rows.append(
                    {"hypothesis": name, "margin": float(margin)}
                    | _identified(scope, metric, reference, against)
                    | asdict(test)
                    | _judged(test, float(margin))
                )
    return pd.DataFrame(rows, columns=_HYPOTHESES)


def _methods(runs: pd.DataFrame) -> list[str]:
    # Sorted, so that the order of rows in the runs decides nothing.
    return sorted(runs["method"].unique())


def _identified(scope: Scope, metric: str, reference: str, against: str) -> dict[str, str]:
    return {
        "scenario": scope.scenario,
        "pair": scope.label,
        "metric": metric,
        "reference": reference,
        "against": against,
    }


def _described(found: Values, metric: str) -> dict[str, Any]:
    scores = found.of(metric)["value"].dropna()
    return {
        "scenario": found.scope.scenario,
        "pair": found.scope.label,
        "method": found.method,
        "metric": metric,
        "n_seeds": len(scores),
        "mean": scores.mean(),
        "sd": scores.std(ddof=1),
        "minimum": scores.min(),
        "maximum": scores.max(),
        "n_images": int(np.rint(found.n_images.mean())),
        "note": found.undefined(metric),
    }


def _tested(ours: Values | None, theirs: Values | None, metric: str, margin: float | None = None) -> PairedTest | None:
    """The paired test in points, or why there is none; None where one of the two does not have the metric at all."""
    if ours is None or theirs is None:
        return None
    left, right = ours.of(metric), theirs.of(metric)
    if left is None or right is None:
        return None
    if undefined := [text for text in (ours.undefined(metric), theirs.undefined(metric)) if text]:
        defined = set(left.dropna()["seed"]) & set(right.dropna()["seed"])
        return PairedTest(len(defined), note=f"not tested: {'; '.join(undefined)}")
    names = (f"{ours.method} in {ours.scope}", f"{theirs.method} in {theirs.scope}")
    paired = pair(left, right, ["seed"], "value", names)
    return paired_test(POINTS * paired["reference"], POINTS * paired["against"], margin)


def _judged(test: PairedTest, margin: float) -> dict[str, str]:
    decision = verdict(test.lower_bound, test.upper_bound, margin)
    notes = [test.note] if test.note else []
    if decision is Verdict.DIRECTION_ONLY and verdict(-np.inf, test.upper_bound, margin) is Verdict.REFUTED:
        notes.append("better, but by less than the margin: the upper bound lies below it")
    return {"verdict": str(decision), "note": "; ".join(notes)}
