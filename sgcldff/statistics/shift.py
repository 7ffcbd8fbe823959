"""One method before and after something was changed: two scopes, paired by seed."""

from __future__ import annotations

from sgcldff.errors import InputError
from sgcldff.statistics.benchmark import POINTS
from sgcldff.statistics.comparison import Comparison, compare
from sgcldff.statistics.paired_test import PairedTest
from sgcldff.statistics.scenarios import Values


def shifted(one: Values, other: Values, metric: str, ratio: float | None) -> Comparison | None:
    """The method's scores in the one scope minus those in the other, in points; None where either lacks the metric.

    ratio: as `Benchmark.ratio` gives it. A metric that is undefined in some run is not tested, and the note says where.
    Raises InputError where the scopes have different seeds.

    >>> before, after = (benchmark.values(method, benchmark.scopes[0]) for method in ("full", "no_fusion"))
    >>> round(shifted(before, after, "iou", ratio=None).plain.mean, 2)
    2.67
    """
    if list(one.seeds) != list(other.seeds):
        raise InputError(f"{one.method} has other seeds in {one.scope} than in {other.scope}: run what is missing.")
    if one.of(metric) is None or other.of(metric) is None:
        return None
    if undefined := [text for each in (one, other) if (text := each.undefined(metric))]:
        return Comparison(PairedTest(n=len(one.seeds)), note=f"not tested: {'; '.join(undefined)}")
    return compare(POINTS * one.of(metric), POINTS * other.of(metric), test_train_ratio=ratio)
