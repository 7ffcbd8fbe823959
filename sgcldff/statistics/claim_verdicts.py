"""A verdict on every declared claim of a paper, from the tables of the statistics.

A claim is read from the interval of what was measured, as a hypothesis is:
- level: a mean of at least the printed value. Three states: a level has no direction that could be shown alone.
- difference: reference - against of at least the printed points.
- improvement: reference - against above zero, and significantly so as the paper tests: two-sided p < .05. Both are of
  SG-CLDFF minus another, unless the claim is about two others and names a reference.
- hypothesis, interaction: the verdict of the declared one of that name; of an interaction its composite verdict.
- attention: reference - against (a method, its random weights, the area) above zero, or below it where less is better.
- sd: runs that differ by an SD of at most the printed value.
- image spread, dataset spread: the IoU of another varies more than that of the reference, over images or datasets.
- cost: lighter than the baselines with a network, by the rule of `cost_ranks`.
- done: what the paper says that it did, with datasets or in scenarios. No verdict on that: whether this run did it.
- all: every row of the claims that it names.
- untested: what cannot be tested here, and why.

An observed amount ("0.82", "+6 points") is read as "at least that, up to rounding": the limit lies half a unit of the
last printed digit below a level (above an SD), and a whole unit below a difference, which comes from two rounded
numbers. A stated bound ("at least 2 points") has no rounding and is taken as it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from sgcldff.config.stages.statistics import ComparedMethod
from sgcldff.errors import InputError
from sgcldff.statistics.fragile import fragile
from sgcldff.statistics.further_claims import cost_cells, done_cells, sd_cells, spread_cells
from sgcldff.statistics.multiplicity import holm
from sgcldff.statistics.student import ALPHA
from sgcldff.statistics.verdict import falls_short, limit_passed, verdict
from sgcldff.tables.attention import LOWER_IS_BETTER, TRAINED
from sgcldff.tables.claims import AS_RATIOS, CLAIMS, DECLARED_COLUMNS, NOT_RUN, ClaimKind
from sgcldff.tables.comparisons import SUBJECT, deciding
from sgcldff.tables.interactions import FIRST, INDEPENDENT, INTERACTION, SECOND
from sgcldff.tables.verdicts import DecidedBy, Verdict, decided_by

# Scenario, pair, metric, reference, against ("" for a level) -> values over the seeds and the ratio of the deciding
# test, as `Benchmark.by_seed` has them.
BySeed = Callable[[str, str, str, str, str], tuple[np.ndarray, float]]

_POINTS = 100.0
_IN_PERCENT = {"accuracy"}  # printed in per cent; the other levels are printed as fractions


@dataclass(frozen=True)
class _Row:
    """What one row says, beside what was declared."""

    scenario: str = ""
    pair: str = ""
    metric: str = ""
    reference: str = ""
    against: str = ""
    value: float = math.nan
    n: float = math.nan
    ours: float = math.nan
    ci_low: float = math.nan
    ci_high: float = math.nan
    lower_bound: float = math.nan
    upper_bound: float = math.nan
    basis: str = ""
    p: float = math.nan
    p_holm: float = math.nan
    verdict: str = ""
    decided_by: str = ""
    fragile: str = ""
    note: str = ""


@dataclass(frozen=True)
class _Measured:
    """The tables that claims are read from, and the methods of the run."""

    methods: Mapping[str, ComparedMethod]
    reference: str
    summary: pd.DataFrame
    comparisons: pd.DataFrame
    hypotheses: pd.DataFrame
    interactions: pd.DataFrame
    attention: pd.DataFrame
    spreads: pd.DataFrame
    costs: pd.DataFrame
    by_seed: BySeed

    def named(self, text: str) -> list[str]:
        return named_methods(text, self.methods, self.reference)

    def was_run(self, method: str, row: _Row) -> bool:
        return bool(_where(self.summary, scenario=row.scenario, pair=row.pair, method=method).any())

    def judged(self, row: _Row, state: Verdict, by: DecidedBy, limit: float) -> _Row:
        """The row with its verdict, what decided it and whether that is fragile; limit: what its bound lies beyond."""
        weak = ""
        if by is not DecidedBy.NOTHING:
            values, ratio = self.by_seed(row.scenario, row.pair, row.metric, row.reference, row.against)
            weak = fragile(values, by, limit, ratio)
        return replace(row, verdict=str(state), decided_by=str(by), fragile=weak)


def named_methods(text: str, methods: Mapping[str, ComparedMethod], reference: str) -> list[str]:
    """The methods that a cell names: those that stand for a printed row, or keys of methods with spaces between.

    A printed row that no method stands for, and a key that is not configured, are given back as they are; "" is the
    reference.
    """
    standing = [key for key, method in methods.items() if method.paper == text]
    keys = text.split()
    if standing or not keys:
        return standing or [reference]
    return keys if all(key.isidentifier() for key in keys) else [text]


def judge_claims(
    declared: pd.DataFrame,
    methods: Mapping[str, ComparedMethod],
    reference: str,
    summary: pd.DataFrame,
    comparisons: pd.DataFrame,
    hypotheses: pd.DataFrame,
    interactions: pd.DataFrame,
    attention: pd.DataFrame,
    spreads: pd.DataFrame,
    costs: pd.DataFrame,
    by_seed: BySeed,
) -> pd.DataFrame:
    """The table CLAIMS: a row a claim, or several where several methods stand for the printed row that it names.

    declared: columns DECLARED_COLUMNS; methods: those of the run; reference: the one that differences are taken from;
    the tables as the statistics give them, comparisons with the differences that a claim alone asks for; costs:
    METHOD_COSTS. value, ours, intervals and bounds: points for differences, fractions for levels and SDs, ratios for
    spreads; p: two-sided, and against the margin for a hypothesis;
    p_holm: over the distinct tests of a family of improvements, of a hypothesis as its table has it. A row without a
    verdict was not run or cannot be tested, and says so in its note. A method that never has the metric gives no row;
    those that were not run share one, which names them with spaces between.

    `all` is REFUTED where any of its rows is, else without a verdict where one was not run, else SUPPORTED where all
    are, DIRECTION ONLY where all are at least that, INCONCLUSIVE otherwise. It is fragile where one of its rows is, and
    REFUTED where all rows that refute it are.

    Raises InputError for a missing column, a claim that stands twice, an unknown kind, a value that is no number, and
    for an `all` that names no other claim.

    >>> cells = dict.fromkeys(DECLARED_COLUMNS, "") | {"claim": "iou", "kind": "level", "metric": "iou"}
    >>> declared = pd.DataFrame([cells | {"scenario": "cross", "value": 0.82, "decimals": 2}])
    >>> methods = {"full": ComparedMethod(role="reference", paper="Ours")}
    >>> place = {"scenario": "cross", "pair": "", "method": "full", "metric": "iou", "n_seeds": 5, "mean": 0.83}
    >>> ends = {"ci_low": 0.81, "ci_high": 0.85, "lower_bound": 0.816, "upper_bound": 0.844}
    >>> tables = [pd.DataFrame([place | ends | {"basis": "seeds", "note": ""}]), *[pd.DataFrame()] * 6]
    >>> table = judge_claims(declared, methods, "full", *tables, lambda *place: ([0.81, 0.83, 0.82, 0.84, 0.85], 0.0))
    >>> table[["claim", "ours", "verdict", "decided_by", "fragile"]].values.tolist()
    [['iou', 0.83, 'SUPPORTED', 'lower bound', 'one seed decides, sign flips one-sided p = 0.094']]
    """
    declared = _checked(declared)
    tables = (summary, comparisons, hypotheses, interactions, attention, spreads, costs)
    measured = _Measured(methods, reference, *tables, by_seed)
    rows = [(claim, row) for claim in declared.itertuples() for row in _rows(claim, measured) or [_nothing(claim)]]
    table = pd.DataFrame(
        [
            {name: getattr(claim, name) for name in ("claim", "where", "statement", "printed", "kind", "family")}
            | vars(row)
            | {"note": "; ".join(text for text in (row.note, claim.remark) if text)}
            for claim, row in rows
        ],
        columns=[*CLAIMS.columns, "family"],
    )
    table = table.assign(p_holm=_corrected(table))
    supported = (table["kind"] == ClaimKind.IMPROVEMENT) & (table["verdict"] == Verdict.SUPPORTED)
    lost = supported & (table["p_holm"] >= ALPHA)
    table["note"] = [
        "; ".join(text for text in (note, "not after Holm's correction" if gone else "") if text)
        for note, gone in zip(table["note"], lost, strict=True)
    ]
    for claim in declared[declared["kind"] == ClaimKind.ALL].itertuples():
        members = table[table["claim"].isin(claim.against.split())]
        state, note = _together(members["verdict"].tolist())
        note = "; ".join(text for text in (note, claim.remark) if text)
        table.loc[table["claim"] == claim.claim, ["verdict", "fragile", "note"]] = [state, _weak(state, members), note]
    return table[list(CLAIMS.columns)]


def _rows(claim: Any, measured: _Measured) -> list[_Row]:
    start = _Row(claim.scenario, claim.pair, claim.metric, value=claim.value)
    match claim.kind:
        case ClaimKind.UNTESTED:
            return [start]
        case ClaimKind.ALL:
            return [replace(start, against=claim.against)]
        case ClaimKind.HYPOTHESIS:
            return [_hypothesis(claim, start, measured)]
        case ClaimKind.INTERACTION:
            return [_interaction(claim, start, measured)]
        case ClaimKind.ATTENTION:
            return list(_attention(claim, start, measured))
        case ClaimKind.LEVEL:
            return list(_levels(claim, start, measured))
        case ClaimKind.SD:
            unit = _POINTS if claim.metric in _IN_PERCENT else 1.0
            cells = sd_cells(claim, _limit(claim) / unit, measured.summary, measured.reference)
            return [replace(start, value=claim.value / unit, **cells)]
        case ClaimKind.IMAGE_SPREAD | ClaimKind.DATASET_SPREAD:
            return list(_spreads(claim, start, measured))
        case ClaimKind.COST:
            baselines = [key for key, method in measured.methods.items() if method.role == "baseline"]
            return [replace(start, **cost_cells(measured.costs, measured.reference, baselines))]
        case ClaimKind.DONE:
            return [replace(start, **done_cells(claim.against, measured.summary, measured.reference))]
        case _:
            return list(_differences(claim, start, measured))


def _nothing(claim: Any) -> _Row:
    note = "no method that stands for it has this metric"
    return _Row(claim.scenario, claim.pair, claim.metric, claim.reference, claim.against, claim.value, note=note)


def _levels(claim: Any, start: _Row, measured: _Measured) -> Iterator[_Row]:
    unit = _POINTS if claim.metric in _IN_PERCENT else 1.0
    limit = _limit(claim) / unit
    start = replace(start, value=claim.value / unit)
    absent = []
    for method in measured.named(claim.reference):
        row = replace(start, reference=method)
        matches = _where(measured.summary, scenario=row.scenario, pair=row.pair, method=method, metric=row.metric)
        if not matches.any():
            absent += [] if measured.was_run(method, row) else [method]
            continue
        level = measured.summary[matches].iloc[0]
        low, high = level["lower_bound"], level["upper_bound"]
        # Against a margin of zero there is no DIRECTION ONLY.
        state = verdict(low - limit, high - limit, 0.0)
        row = replace(
            row,
            n=level["n_seeds"],
            ours=level["mean"],
            ci_low=level["ci_low"],
            ci_high=level["ci_high"],
            lower_bound=low,
            upper_bound=high,
            basis=_text(level["basis"]),
            note=_text(level["note"]),
        )
        yield measured.judged(row, state, decided_by(state), limit)
    if absent:
        yield replace(start, reference=" ".join(absent), note=NOT_RUN)


def _differences(claim: Any, start: _Row, measured: _Measured) -> Iterator[_Row]:
    """Of the kinds difference and improvement."""
    improvement = claim.kind == ClaimKind.IMPROVEMENT
    limit = 0.0 if improvement else _limit(claim)
    first, absent = measured.named(claim.reference), []
    for reference, method in product(first, measured.named(claim.against)):
        row = replace(start, reference=reference, against=method)
        matches = _where(measured.comparisons, **{name: getattr(row, name) for name in SUBJECT})
        if not matches.any():
            absent += [] if measured.was_run(method, row) and measured.was_run(reference, row) else [method]
            continue
        row = _with_deciding_test(row, measured.comparisons[matches], "p")
        state = verdict(row.lower_bound, row.upper_bound, limit)
        notes = [row.note]
        if falls_short(row.lower_bound, row.upper_bound, limit):
            notes.append("better, but by less than claimed")
        if improvement and state is Verdict.SUPPORTED and row.p >= ALPHA:
            state = Verdict.INCONCLUSIVE
            notes.append("better by the one-sided bound, but not significantly (two-sided)")
        # That test, and not the bound, makes an improvement SUPPORTED.
        by = DecidedBy.INTERVAL if improvement and state is Verdict.SUPPORTED else decided_by(state)
        row = replace(row, p=row.p if improvement else math.nan, note="; ".join(note for note in notes if note))
        yield measured.judged(row, state, by, limit_passed(state, limit))
    if absent:
        yield replace(start, reference=" ".join(first), against=" ".join(dict.fromkeys(absent)), note=NOT_RUN)


def _spreads(claim: Any, start: _Row, measured: _Measured) -> Iterator[_Row]:
    absent = []
    for method in measured.named(claim.against):
        row = replace(start, reference=measured.reference, against=method)
        if cells := spread_cells(claim, method, measured.spreads):
            yield replace(row, **cells)
        elif not (measured.was_run(method, row) and measured.was_run(measured.reference, row)):
            absent.append(method)
    if absent:
        yield replace(start, reference=measured.reference, against=" ".join(absent), note=NOT_RUN)


def _hypothesis(claim: Any, start: _Row, measured: _Measured) -> _Row:
    tests = measured.hypotheses[_where(measured.hypotheses, hypothesis=claim.reference, pair=claim.pair)]
    if tests.empty:
        return replace(start, note=NOT_RUN)
    test = tests.iloc[0]
    row = replace(
        start,
        scenario=test["scenario"],
        metric=test["metric"],
        reference=test["reference"],
        against=test["against"],
    )
    own = {name: _text(test[name]) for name in ("verdict", "decided_by", "fragile")}
    row = replace(_with_deciding_test(row, tests, "p_margin"), p_holm=test["p_holm"], **own)
    if not math.isnan(claim.value) and claim.value != test["margin"]:
        notes = [f"tested against the configured margin of {test['margin']:g} points", row.note]
        row = replace(row, note="; ".join(note for note in notes if note))
    return row


def _interaction(claim: Any, start: _Row, measured: _Measured) -> _Row:
    place = {"interaction": claim.reference, "pair": claim.pair, "metric": claim.metric}
    effects = measured.interactions[_where(measured.interactions, **place)].set_index("effect")
    if INDEPENDENT not in effects.index:
        return replace(start, note=NOT_RUN)
    verdicts = [f"{effects.loc[name, 'title']} {effects.loc[name, 'verdict']}" for name in (FIRST, SECOND, INTERACTION)]
    return replace(
        start,
        scenario=effects["scenario"].iloc[0],
        reference=claim.reference,
        n=effects.loc[INTERACTION, "n"],
        basis=_text(effects.loc[INTERACTION, "basis"]),
        verdict=_text(effects.loc[INDEPENDENT, "verdict"]),
        fragile=_text(effects.loc[INDEPENDENT, "fragile"]),
        note=", ".join(verdicts),
    )


def _attention(claim: Any, start: _Row, measured: _Measured) -> Iterator[_Row]:
    absent = []
    for against in measured.named(claim.against):
        place = {"dataset": "", "method": measured.reference, "weights": TRAINED, "metric": claim.metric}
        matches = _where(measured.attention, **place, against=against)
        if not matches.any():
            absent.append(against)
            continue
        difference = measured.attention[matches].iloc[0]
        bounds = {name: _POINTS * difference[name] for name in ("ci_low", "ci_high", "lower_bound", "upper_bound")}
        row = replace(
            start,
            reference=measured.reference,
            against=against,
            n=difference["n_seeds"],
            ours=_POINTS * difference["mean"],
            **bounds,
            basis=_text(difference["basis"]),
            note=_text(difference["note"]),
        )
        ends = (row.lower_bound, row.upper_bound)
        if claim.metric in LOWER_IS_BETTER:
            ends = (-row.upper_bound, -row.lower_bound)
        yield replace(row, verdict=str(verdict(*ends, 0.0)))
    if absent:
        yield replace(start, reference=measured.reference, against=" ".join(absent), note=NOT_RUN)


def _with_deciding_test(row: _Row, tests: pd.DataFrame, p: str) -> _Row:
    """The row with the mean, interval, bounds and p of the deciding test of the first of the tests; points."""
    test, names = tests.iloc[0], ("ci_low", "ci_high", "lower_bound", "upper_bound")
    return replace(
        row,
        n=test["n"],
        ours=test["mean"],
        **{name: deciding(tests, name).iloc[0] for name in names},
        basis=_text(test["basis"]),
        p=deciding(tests, p).iloc[0],
        note=_text(test["note"]),
    )


def _corrected(table: pd.DataFrame) -> pd.Series:
    """Holm's p within each family, a test that stands behind two claims counted once; else what the row has."""
    corrected = table["p_holm"].copy()
    tests = list(SUBJECT)
    for _, rows in table[table["family"] != ""].groupby("family", sort=False):
        distinct = rows.drop_duplicates(tests)
        of_test = dict(zip(distinct[tests].itertuples(index=False, name=None), holm(distinct["p"]), strict=True))
        corrected[rows.index] = [of_test[test] for test in rows[tests].itertuples(index=False, name=None)]
    return corrected


def _together(states: list[str]) -> tuple[str, str]:
    """The verdict on claims that must all hold, and how many of them do."""
    counts = {str(state): states.count(str(state)) for state in Verdict} | {NOT_RUN: states.count("")}
    note = f"of {len(states)}: " + ", ".join(f"{count} {state.lower()}" for state, count in counts.items() if count)
    if counts[Verdict.REFUTED]:
        return str(Verdict.REFUTED), note
    if counts[NOT_RUN]:
        return "", note
    if counts[Verdict.SUPPORTED] == len(states):
        return str(Verdict.SUPPORTED), note
    shown = counts[Verdict.SUPPORTED] + counts[Verdict.DIRECTION_ONLY]
    return str(Verdict.DIRECTION_ONLY if shown == len(states) else Verdict.INCONCLUSIVE), note


def _weak(state: str, members: pd.DataFrame) -> str:
    """Why a verdict on claims that must all hold is fragile: a row that it needs is; one that refutes is enough."""
    if state in ("", Verdict.INCONCLUSIVE):
        return ""
    needed = members[members["verdict"] == state] if state == Verdict.REFUTED else members
    weak = int((needed["fragile"] != "").sum())
    if not weak or (state == Verdict.REFUTED and weak < len(needed)):
        return ""
    if len(needed) == 1:
        return "the one that it rests on is"
    return f"{weak} of the {len(needed)} that it rests on {'is' if weak == 1 else 'are'}"


def _limit(claim: Any) -> float:
    """The printed value less what rounding may have added (of an SD, taken off); a stated bound has no digits."""
    if math.isnan(claim.decimals):
        return claim.value
    units = {ClaimKind.DIFFERENCE: -1.0, ClaimKind.SD: 0.5}.get(claim.kind, -0.5)
    return claim.value + units * 10.0**-claim.decimals


def _where(table: pd.DataFrame, **values: str) -> np.ndarray:
    """Which rows of the table have these texts, bool [n]."""
    return np.logical_and.reduce([table[column].fillna("").to_numpy() == text for column, text in values.items()])


def _text(cell: Any) -> str:
    return "" if pd.isna(cell) else str(cell)


_NUMBERS = ["value", "decimals"]
_NAME_OTHERS = (ClaimKind.DIFFERENCE, ClaimKind.IMPROVEMENT, *AS_RATIOS, ClaimKind.DONE)


def _checked(declared: pd.DataFrame) -> pd.DataFrame:
    """The declared claims with texts and numbers in their places."""
    if absent := [column for column in DECLARED_COLUMNS if column not in declared.columns]:
        raise InputError(f"The claims lack the columns {', '.join(absent)}: add them.")
    texts = {name: declared[name].map(_text) for name in DECLARED_COLUMNS if name not in _NUMBERS}
    numbers = {name: pd.to_numeric(declared[name], errors="coerce") for name in _NUMBERS}
    for name, column in numbers.items():
        if (strays := column.isna() & (declared[name].map(_text) != "")).any():
            raise InputError(f"The claim {declared.loc[strays, 'claim'].iloc[0]} has text in `{name}`: give a number.")
    declared = declared.assign(**texts, **numbers)
    if repeated := declared.loc[declared["claim"].duplicated(), "claim"].tolist():
        raise InputError(f"The claim {repeated[0]} stands twice: give every claim a key of its own.")
    for claim in declared.itertuples():
        if claim.kind not in list(ClaimKind):
            raise InputError(f"The claim {claim.claim} has the kind {claim.kind!r}: use one of {', '.join(ClaimKind)}.")
        if claim.kind in (ClaimKind.LEVEL, ClaimKind.SD, ClaimKind.DIFFERENCE) and not math.isfinite(claim.value):
            raise InputError(f"The claim {claim.claim} has no number in `value`: give what is printed.")
        if claim.kind in _NAME_OTHERS and not claim.against:
            raise InputError(f"The claim {claim.claim} names nothing in `against`: give what its kind asks for.")
        others = set(declared.loc[declared["kind"] != ClaimKind.ALL, "claim"])
        if claim.kind == ClaimKind.ALL and (not claim.against or set(claim.against.split()) - others):
            raise InputError(
                f"The claim {claim.claim} joins claims that are not declared: name claims of other kinds in `against`."
            )
    return declared
