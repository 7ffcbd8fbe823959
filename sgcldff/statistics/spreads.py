"""Whether a method's IoU varies more than the reference's: over the images of a dataset, and over datasets.

Within each seed both methods have an SD over the same images, or over the same datasets' means; what is tested is the
difference of the logarithms of the two, paired by seed, as any other difference is. Pitman and Morgan's test of paired
variances takes its values to be normal and independent: an IoU has a long lower tail, and the images of a seed share
its network. The logarithm makes seeds comparable whatever their level of spread, and the seeds' own scatter is the
error. A method whose mean is nearer to 1 has less room to vary: that is part of what is measured.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sgcldff.statistics.benchmark import Benchmark
from sgcldff.statistics.paired_test import PairedTest, paired_test
from sgcldff.statistics.resampled import corrected_test
from sgcldff.statistics.scenarios import Scope
from sgcldff.statistics.student import TTest
from sgcldff.tables.comparisons import REDRAWN, SEEDS
from sgcldff.tables.spreads import OVER_DATASETS, OVER_IMAGES, SPREADS

METRIC = "iou"
LEAST_DATASETS = 3  # the SD of two is one difference, and its logarithm has no lower end


def spread_tests(benchmark: Benchmark, reference: str) -> pd.DataFrame:
    """The table SPREADS: every other method in every scenario, on the average over its pairs.

    Over images: the mean over the pairs of the logarithms of the SDs; over datasets: the SD of the pairs' means, where
    there are LEAST_DATASETS. sd, reference_sd: means over the seeds; ratio: the geometric mean of theirs. p is
    two-sided. What was not run has no row; where an SD is 0, as that of masks that are all empty, nothing is tested.
    """
    rows = []
    for scope in (scope for scope in benchmark.scopes if not scope.label):
        for over, spreads in ((OVER_IMAGES, _over_images), (OVER_DATASETS, _over_datasets)):
            ours = spreads(benchmark, reference, scope)
            for method in benchmark.methods if ours is not None else ():
                theirs = spreads(benchmark, method, scope) if method != reference else None
                if theirs is not None:
                    about = {"scenario": scope.scenario, "over": over, "method": method}
                    rows.append(about | _tested(theirs, ours, benchmark.ratio(scope)))
    return pd.DataFrame(rows, columns=list(SPREADS.columns))


def log_ratio_test(theirs: np.ndarray, ours: np.ndarray, test_train_ratio: float | None) -> tuple[PairedTest, TTest]:
    """The paired test of ln(theirs / ours), SDs [S] of the same seeds, and the one of the two that decides.

    test_train_ratio: where each seed drew its own split. An SD of 0 has no logarithm: nothing is tested then.

    >>> plain, decides = log_ratio_test(np.array([0.2, 0.4, 0.3]), np.array([0.1, 0.1, 0.1]), None)
    >>> float(np.exp(decides.mean).round(3)), round(decides.p, 3)
    (2.884, 0.034)
    """
    if not ((theirs > 0) & (ours > 0)).all():
        plain = PairedTest(n=len(ours), note="not tested: no spread, or no value, in some seed")
        return plain, TTest()
    plain = paired_test(np.log(theirs), np.log(ours))
    if plain.note or test_train_ratio is None:
        return plain, plain
    return plain, corrected_test(plain.mean, plain.sd, plain.n, test_train_ratio)


def _over_images(benchmark: Benchmark, method: str, scope: Scope) -> np.ndarray | None:
    """[S]: in each seed the geometric mean over the pairs of the SD of single images."""
    values = benchmark.values(method, scope)
    if benchmark.images is None or values is None or values.of(METRIC) is None:
        return None
    by_pair = [benchmark.images.spread(*pair, method, METRIC) for pair in values.pairs(METRIC)]
    if any(spread is None for spread in by_pair):
        return None
    spreads = np.stack([spread.reindex(values.seeds).to_numpy(dtype=float) for spread in by_pair])
    with np.errstate(divide="ignore"):
        return np.exp(np.log(spreads).mean(axis=0))


def _over_datasets(benchmark: Benchmark, method: str, scope: Scope) -> np.ndarray | None:
    """[S]: in each seed the SD of the pairs' means."""
    values = benchmark.values(method, scope)
    if values is None or values.of(METRIC) is None or len(values.pairs(METRIC)) < LEAST_DATASETS:
        return None
    return values.by_pair(METRIC).std(axis=1, ddof=1)


def _tested(theirs: np.ndarray, ours: np.ndarray, test_train_ratio: float | None) -> dict[str, Any]:
    plain, decides = log_ratio_test(theirs, ours, test_train_ratio)
    names = ("ci_low", "ci_high", "lower_bound", "upper_bound")
    return {
        "n": plain.n,
        "sd": float(theirs.mean()),
        "reference_sd": float(ours.mean()),
        "ratio": float(np.exp(plain.mean)),
        **{name: float(np.exp(getattr(decides, name))) for name in names},
        "p": decides.p,
        "basis": REDRAWN if test_train_ratio else SEEDS,
        "note": plain.note,
    }
