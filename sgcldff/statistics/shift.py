"""One method before and after something was changed: two scopes, paired by seed."""

from __future__ import annotations

from sgcldff.errors import InputError
from sgcldff.statistics.benchmark import POINTS
from sgcldff.statistics.comparison import Comparison, compare
from sgcldff.statistics.paired_test import PairedTest
from sgcldff.statistics.scenarios import Values


def shifted(before: Values, after: Values, metric: str, ratio: float | None) -> Comparison | None:
    """The method's scores before minus those after the change, in points; None where either scope lacks the metric.

    ratio: as `Benchmark.ratio` gives it. A metric that is undefined in some run is not tested, and the note says where.
    Raises InputError where the scopes have different seeds.

    >>> before, after = (benchmark.values(method, benchmark.scopes[0]) for method in ("full", "no_fusion"))
    >>> round(shifted(before, after, "iou", ratio=None).plain.mean, 2)
    2.67
    """
    if list(before.seeds) != list(after.seeds):
        raise InputError(
            f"{before.method} has other seeds in {before.scope} than in {after.scope}: run what is missing."
        )
    if before.of(metric) is None or after.of(metric) is None:
        return None
    if undefined := [text for values in (before, after) if (text := values.undefined(metric))]:
        return Comparison(PairedTest(n=len(before.seeds)), note=f"not tested: {'; '.join(undefined)}")
    return compare(POINTS * before.of(metric), POINTS * after.of(metric), test_train_ratio=ratio)
