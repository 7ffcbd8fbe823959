"""What two printed means with their SDs allow: a paired test needs the correlation r of the runs, which nobody prints.

The SD of the differences follows from both SDs and r, sd_d^2 = a^2 + b^2 - 2 r a b, so that every p is a function of r.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

from scipy import stats

from sgcldff.statistics.student import ALPHA, TTest, student_t


@dataclass(frozen=True)
class PrintedPair:
    """Two methods over the same n >= 2 runs, everything in one unit.

    difference: mean of the reference minus mean of the other; sd_reference, sd_against: over runs, n - 1 in the
    denominator; half_unit: half a unit of the last printed digit. Each of the two means and of the two SDs was rounded,
    and may lie so far to either side of what is printed, an SD not below 0.
    """

    n: int
    difference: float
    sd_reference: float
    sd_against: float
    half_unit: float

    def sd(self, r: float) -> float:
        """SD of the n differences at the correlation r, as printed."""
        return _sd(self.sd_reference, self.sd_against, r)

    def test(self, r: float, margin: float = 0.0) -> TTest:
        """The paired t-test at the correlation r, as printed; NaN where the differences have no spread (no test).

        >>> pair = PrintedPair(n=5, difference=3.0, sd_reference=1.0, sd_against=1.0, half_unit=0.5)
        >>> round(pair.test(r=0.0).p, 4), round(pair.test(r=0.95).p, 6)
        (0.009, 2.9e-05)
        """
        return self._test(self.difference, self.sd(r), margin)

    def p_range(self, lowest_r: float = -1.0, highest_r: float = 1.0) -> tuple[float, float]:
        """Smallest and largest two-sided p over the rounding and over the correlations between the two.

        r = 1 is a limit that no test reaches: where both SDs can be equal, p falls towards 0 as r approaches 1, and 0
        is given. As sd_d falls with r, the two ends suffice. NaN where there is no spread and no rounding.

        >>> pair = PrintedPair(n=5, difference=3.0, sd_reference=1.0, sd_against=2.0, half_unit=0.5)
        >>> [round(p, 4) for p in pair.p_range(0.0, 0.0)]
        [0.0048, 0.1998]
        """
        widest = 2 * self.half_unit
        least, most = max(abs(self.difference) - widest, 0.0), abs(self.difference) + widest
        smallest_sd, largest_sd = self._sd_range(highest_r)[0], self._sd_range(lowest_r)[1]
        if largest_sd == 0:
            return math.nan, math.nan
        smallest = float(most == 0) if smallest_sd == 0 else self._test(most, smallest_sd).p
        return smallest, self._test(least, largest_sd).p

    def least_r(self, level: float = ALPHA, rounding: bool = False) -> float:
        """The correlation above which p < level: -1 if any will do, NaN if none below 1 will.

        rounding: for the numbers that are kindest to the claim among those that round to the printed ones.

        >>> pair = PrintedPair(n=5, difference=1.0, sd_reference=1.0, sd_against=1.0, half_unit=0.05)
        >>> round(pair.least_r(), 3), round(pair.least_r(rounding=True), 3)
        (0.676, 0.565)
        """
        half = self.half_unit if rounding else 0.0
        # p < level exactly when sd_d lies below this.
        limit = (abs(self.difference) + 2 * half) * math.sqrt(self.n) / float(stats.t.isf(level / 2, self.n - 1))
        a, b = _rounded(self.sd_reference, half), _rounded(self.sd_against, half)
        if a[1] == 0 and b[1] == 0:
            return math.nan
        if min(a[0], b[0]) == 0 and max(a[0], b[0]) < limit:
            # One SD of 0 makes sd_d the other's SD, whatever r.
            return -1.0
        # r = (a^2 + b^2 - limit^2) / 2ab is least at a corner, or on an edge where its slope is zero.
        flat = [(_clip(math.sqrt(max(y * y - limit * limit, 0)), a), y) for y in b]
        flat += [(x, _clip(math.sqrt(max(x * x - limit * limit, 0)), b)) for x in a]
        needed = [(x * x + y * y - limit * limit) / (2 * x * y) for x, y in [*product(a, b), *flat] if x * y > 0]
        least = min(needed, default=1.0)
        return math.nan if least >= 1 else max(least, -1.0)

    def _test(self, difference: float, sd: float, margin: float = 0.0) -> TTest:
        return student_t(difference, sd / math.sqrt(self.n), self.n - 1, margin)

    def _sd_range(self, r: float) -> tuple[float, float]:
        """Smallest and largest sd_d at r under rounding.

        sd_d is convex in both SDs: largest at a corner of what rounds to them, smallest at one or on an edge where its
        slope is zero, a = r b or b = r a.
        """
        a, b = _rounded(self.sd_reference, self.half_unit), _rounded(self.sd_against, self.half_unit)
        corners = [*product(a, b)]
        flat = [(_clip(r * y, a), y) for y in b] + [(x, _clip(r * x, b)) for x in a]
        return min(_sd(x, y, r) for x, y in corners + flat), max(_sd(x, y, r) for x, y in corners)


def _sd(a: float, b: float, r: float) -> float:
    # Written so that equal SDs give exactly 0 at r = 1, and not the root of a rounding error.
    return math.sqrt((a - b) ** 2 + 2 * (1 - r) * a * b)


def _rounded(sd: float, half: float) -> tuple[float, float]:
    return max(sd - half, 0.0), sd + half


def _clip(value: float, ends: tuple[float, float]) -> float:
    return min(max(value, ends[0]), ends[1])
