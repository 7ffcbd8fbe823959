"""Everything that is said of one comparison, and which of its tests decides."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np

from sgcldff.statistics.crossed import CrossedTest, crossed_test
from sgcldff.statistics.effect_size import EffectSize, effect_size
from sgcldff.statistics.equivalence import equivalence_p
from sgcldff.statistics.fragile import fragile
from sgcldff.statistics.paired_test import PairedTest, paired_test
from sgcldff.statistics.power import detectable_effect, pairs_needed, pairs_needed_interval, power
from sgcldff.statistics.resampled import corrected_test
from sgcldff.statistics.sensitivity import sign_flip_p, wilcoxon_p
from sgcldff.statistics.student import TTest
from sgcldff.tables.comparisons import REDRAWN, SEEDS, column_of
from sgcldff.tables.verdicts import DecidedBy


class PowerFound(NamedTuple):
    """Power as observed; the pairs that would decide four times in five, with their 80% interval (`power.py`)."""

    power: float
    pairs_needed: float
    pairs_needed_low: float
    pairs_needed_high: float


@dataclass(frozen=True)
class Comparison:
    """The tests of one comparison, all in the unit of the input; a test that does not apply is all NaN.

    differences: those of the seeds, none where there is no test; corrected: where splits were redrawn; crossed: where
    seeds and images are crossed; test_train_ratio: 0 where the plain test decides; note: why something is missing.
    """

    plain: PairedTest
    differences: tuple[float, ...] = ()
    effect: EffectSize = EffectSize()
    p_wilcoxon: float = math.nan
    p_sign_flip: float = math.nan
    corrected: TTest = TTest()
    crossed: CrossedTest = CrossedTest()
    test_train_ratio: float = 0.0
    note: str = ""

    @property
    def basis(self) -> str:
        return REDRAWN if self.test_train_ratio else SEEDS

    @property
    def deciding(self) -> TTest:
        """The test that p, interval, bounds and verdict are taken from."""
        return self.corrected if self.test_train_ratio else self.plain

    def fragile(self, decided_by: DecidedBy, limit: float) -> str:
        """Why a verdict of the deciding test is fragile; limit: what its bound lies beyond, as for `fragile`."""
        return fragile(self.differences, decided_by, limit, self.test_train_ratio)

    def power_of_margin(self, margin: float) -> PowerFound:
        """Power and pairs needed of the one-sided margin test, if mean and SD were those observed.

        Towards showing that the mean exceeds the margin where it does, and towards ruling that out where it does not.
        """
        effect = abs(self.plain.mean - margin) / self.plain.sd if self.plain.sd > 0 else math.nan
        return self._power(effect, two_sided=False)

    def power_of_difference(self) -> PowerFound:
        """Power and pairs needed of the two-sided test of no difference, if mean and SD were those observed."""
        return self._power(self.effect.d_z, two_sided=True)

    def least_detectable(self, margin: float) -> float:
        """The true mean that as many seeds with this SD would show to exceed the margin, four times in five."""
        effect = detectable_effect(self.plain.n, test_train_ratio=self.test_train_ratio)
        return margin + effect * self.plain.sd if self.plain.sd > 0 else math.nan

    def row(self, equivalence_bound: float, margin: float | None = None) -> dict[str, Any]:
        """The columns TESTS; power and pairs needed are of the margin test where there is a margin."""
        decided = self.deciding
        found = self.power_of_difference() if margin is None else self.power_of_margin(margin)
        return (
            asdict(self.plain)
            | asdict(self.effect)
            | {
                "p_wilcoxon": self.p_wilcoxon,
                "p_sign_flip": self.p_sign_flip,
                **_prefixed("corrected", self.corrected),
                "n_images": self.crossed.n_images or math.nan,
                "crossed_mean": self.crossed.mean,
                "crossed_se": self.crossed.se,
                **_prefixed("crossed", self.crossed),
                "sd_seed": _sd(self.crossed.var_seed),
                "sd_image": _sd(self.crossed.var_image),
                "sd_residual": _sd(self.crossed.var_residual),
                "basis": self.basis,
                "equivalence_bound": equivalence_bound,
                "p_equivalence": equivalence_p(decided.mean, decided.se, decided.df, equivalence_bound),
                **found._asdict(),
                "note": self.note,
            }
        )

    def _power(self, effect: float, two_sided: bool) -> PowerFound:
        ratio, n = self.test_train_ratio, self.plain.n
        return PowerFound(
            power(effect, n, two_sided, ratio),
            pairs_needed(effect, two_sided, test_train_ratio=ratio),
            *pairs_needed_interval(effect, n, two_sided, ratio),
        )


def compare(
    reference: Sequence[float],
    against: Sequence[float],
    margin: float = 0.0,
    test_train_ratio: float | None = None,
    grids: Sequence[np.ndarray] | None = None,
) -> Comparison:
    """Compare two methods over n seeds, in the order of the seeds.

    reference, against: a finite number a seed; margin: in the same unit; test_train_ratio: where each seed drew its own
    split; grids: differences [S, I] of single images where they repeat over the seeds, in the same unit (crossed.py).
    A difference that is the same in every seed allows no test: everything but the mean is NaN, and the note says so.

    >>> result = compare([82.1, 81.4, 83.0, 82.2, 81.9], [79.8, 80.1, 80.0, 80.4, 79.2], margin=1.0)
    >>> round(result.plain.mean, 2), round(result.plain.lower_bound, 2), round(result.effect.g_z, 2)
    (2.22, 1.57, 2.59)
    >>> result.basis, result.p_sign_flip
    ('seeds', 0.0625)
    """
    plain, corrected = paired_test(reference, against, margin), TTest()
    if test_train_ratio is not None:
        corrected = corrected_test(plain.mean, plain.sd, plain.n, test_train_ratio, margin)
    if plain.note:
        return Comparison(plain, test_train_ratio=test_train_ratio or 0.0, note=plain.note)
    differences = np.asarray(reference, dtype=float) - np.asarray(against, dtype=float)
    crossed = CrossedTest() if grids is None else crossed_test(grids, margin)
    return Comparison(
        plain=plain,
        differences=tuple(differences),
        effect=effect_size(plain.mean, plain.sd, plain.n, test_train_ratio or 0.0),
        p_wilcoxon=wilcoxon_p(differences),
        p_sign_flip=sign_flip_p(differences),
        corrected=corrected,
        crossed=crossed,
        test_train_ratio=test_train_ratio or 0.0,
        note=crossed.note,
    )


def _prefixed(prefix: str, test: TTest) -> dict[str, float]:
    """The columns of a test beside the plain one."""
    names = ("t", "df", "p", "ci_low", "ci_high", "lower_bound", "upper_bound", "p_margin")
    return {column_of(name, prefix): getattr(test, name) for name in names}


def _sd(variance: float) -> float:
    """The square root of an estimated variance component, 0 where the estimate is below zero."""
    return math.sqrt(max(variance, 0.0)) if math.isfinite(variance) else math.nan
