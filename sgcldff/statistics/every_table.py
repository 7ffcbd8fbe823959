"""All tables of the statistics, from the runs, the scores of images, and what the paper prints and claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from sgcldff.config.declared import Hypothesis, arms_of
from sgcldff.config.stages.statistics import StatisticsSettings
from sgcldff.statistics.against_reference import compare_with_reference
from sgcldff.statistics.attention import attention_over_seeds
from sgcldff.statistics.audit.tables import audit_claims, audit_comparisons, audit_findings
from sgcldff.statistics.benchmark import Benchmark
from sgcldff.statistics.claim_verdicts import judge_claims, named_methods
from sgcldff.statistics.claimed_differences import claimed_differences
from sgcldff.statistics.hypotheses import judge_hypotheses
from sgcldff.statistics.image_scores import Images
from sgcldff.statistics.interactions import judge_interactions
from sgcldff.statistics.leakage import leakage_gain
from sgcldff.statistics.method_ranks import rank_methods
from sgcldff.statistics.power_curve import power_curve
from sgcldff.statistics.robustness import robustness_curves
from sgcldff.statistics.shift_controls import judge_shift_controls
from sgcldff.statistics.spreads import spread_tests
from sgcldff.statistics.strata import strata
from sgcldff.statistics.summary import summarize
from sgcldff.tables.costs import cost_of_methods


def every_table(
    settings: StatisticsSettings,
    runs: pd.DataFrame,
    scores: pd.DataFrame,
    images_attended: pd.DataFrame,
    cells: pd.DataFrame,
    declared_claims: pd.DataFrame,
    printed: pd.DataFrame,
    numbers_in_text: pd.DataFrame,
    costs: Sequence[Mapping[str, Any]],
) -> dict[str, pd.DataFrame]:
    """Name of a table -> the table, as its contract in `sgcldff.tables` has it.

    runs: RUNS with the columns of the metrics; scores: SCORE_COLUMNS; images_attended: IMAGES_ATTENDED of every fit;
    cells: CELLS; declared_claims: DECLARED_COLUMNS; printed, numbers_in_text: the paper's numbers and what it says of
    them, text as printed (PRINTED_COLUMNS, CLAIMED_COLUMNS); costs: the cost.json of every fit.
    Raises InputError as the functions that make the tables do.
    """
    arms = arms_of(settings.hypotheses.values())
    benchmark_of_arms = _benchmark(settings, runs[runs["method"].isin(arms)], scores[scores["method"].isin(arms)])
    runs, scores, images_attended = (
        table[table["seed"].isin(settings.seeds)] for table in (runs, scores, images_attended)
    )
    shared = _benchmark(settings, runs, scores)
    benchmark = replace(shared, arms=benchmark_of_arms)
    reference = settings.reference
    controls = [name for name, method in settings.methods.items() if method.role == "control"]
    summary = summarize(benchmark)
    comparisons = compare_with_reference(benchmark, reference, settings.hypotheses, controls)
    hypotheses = judge_hypotheses(benchmark_of_arms, settings.hypotheses, settings.families)
    # Four methods, of which some may not have the further seeds: effects that add up are of the same ones.
    interactions = judge_interactions(shared, settings.interactions, settings.families)
    attention = attention_over_seeds(images_attended, reference, settings.test_train_ratio)
    spreads = spread_tests(benchmark, reference)
    named = partial(named_methods, methods=settings.methods, reference=reference)
    of_two_others = claimed_differences(benchmark, declared_claims, named)
    margins = margins_of(settings.hypotheses.values(), set(printed["metric"]))
    return {
        "summary": summary,
        "comparisons": comparisons,
        "hypotheses": hypotheses,
        "interactions": interactions,
        "claims": judge_claims(
            declared_claims,
            settings.methods,
            reference,
            summary,
            pd.concat([comparisons, of_two_others]) if len(of_two_others) else comparisons,
            hypotheses,
            interactions,
            attention,
            spreads,
            cost_of_methods(costs),
            benchmark.by_seed,
        ),
        "shift_controls": judge_shift_controls(
            benchmark, {name: method.base for name, method in settings.methods.items() if method.base}
        ),
        "ranks": rank_methods(runs, settings.scenarios, settings.methods.keys() - set(controls)),
        "spreads": spreads,
        "power": power_curve(hypotheses, benchmark.test_train_ratio),
        "robustness": robustness_curves(benchmark, settings.axes, reference),
        "leakage": leakage_gain(benchmark, settings.leakage),
        "attention": attention,
        "strata": strata(cells, scores),
        "audit_comparisons": audit_comparisons(printed, margins=margins),
        "audit_findings": audit_findings(printed),
        "audit_claims": audit_claims(printed, numbers_in_text),
    }


def _benchmark(settings: StatisticsSettings, runs: pd.DataFrame, scores: pd.DataFrame) -> Benchmark:
    return Benchmark(
        runs,
        settings.scenarios,
        settings.test_train_ratio,
        Images(scores),
        settings.equivalence,
        redrawn=set(settings.redrawn),
    )


def margins_of(hypotheses: Iterable[Hypothesis], metrics: set[str]) -> dict[str, float]:
    """Metric -> the largest margin, in points, of any hypothesis about it; of these metrics alone.

    >>> declared = {"title": "t", "reference": "a", "against": "b", "scenario": "s", "family": "f"}
    >>> hypotheses = [Hypothesis(metric="iou", margin=margin, direction="less", **declared) for margin in (1, 2)]
    >>> margins_of(hypotheses, {"iou", "f1"})
    {'iou': 2.0}
    """
    margins: dict[str, float] = {}
    for hypothesis in hypotheses:
        if hypothesis.metric in metrics:
            margins[hypothesis.metric] = max(hypothesis.margin, margins.get(hypothesis.metric, hypothesis.margin))
    return margins
