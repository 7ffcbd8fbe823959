"""How often the intervals that the suite prints miss the truth: simulated, and written into the room's README.

    python benchmarks/error_rates.py [--repeats N] [--seed S]

Differences are drawn from models whose true mean is known, the room's formulas are applied, and the misses are counted.
The formulas stand here once more, for many repeats at a time; a test holds them to the room's functions.

The models:
- fixed images: independent differences, one a seed, normal or with a long tail (exponential); the truth is the mean
  over all seeds, on these images.
- redrawn splits: 200 cells of two classes are drawn, and each seed divides the same 200 again (70/10/20), fits two
  nearest-centroid classifiers (the weaker sees 60 % of the features) and tests both. The truth is what they reach on
  average over all training subsets and all cells: a fit's accuracy is known exactly, and is averaged over many fits.
  Training and test subsets overlap between seeds as they do in the suite; nothing is assumed of what that does.
- seeds and images: seed effect + image effect + noise, all normal; the truth is the mean over all of both. Shares
  say how much of the variance of the mean each brings. Two sets of images are averaged with equal weight, and a
  seed's effect is the same in both.
- macro F1: images of four classes, unequally many, are named by two methods of unequal skill, whose seeds differ in
  skill too. The scores of images are jackknife pseudo-values; the truth is the mean over seeds of the
  difference in F1 on endlessly many images.
- right or wrong: a difference is -1, 0 or 1. One image in five is contested; such an image leans to one of the
  methods by itself, and each seed leans too.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import stats

from sgcldff.statistics.effect_size import small_sample_factor
from sgcldff.statistics.fragile import fragile
from sgcldff.statistics.power import detectable_effect, pairs_needed, pairs_needed_interval, power
from sgcldff.statistics.sensitivity import sign_flip_p, wilcoxon_p
from sgcldff.statistics.verdict import verdict
from sgcldff.tables.verdicts import DecidedBy, Verdict

README = Path(__file__).resolve().parents[1] / "sgcldff" / "statistics" / "README.md"
BEGIN, END = "<!-- error rates: begin -->", "<!-- error rates: end -->"
REPEATS = 20_000
# Tests that go through all signs are called one by one, and 100 features are many: so many times fewer repeats.
SLOWER = 4
CHUNK = 2_000_000  # numbers drawn at a time
CONSTANT = 1e-12  # a standard error up to this is rounding; the differences are of the order of 1
TOO_OFTEN = 0.06  # a rate above this, and above .05 by three standard errors, is bold

# Cells of each class in the dataset, and in the subsets of a split of 70/10/20; nothing looks at the validation subset.
OF_A_CLASS, TRAINED, TESTED = 100, 70, 20
SEEDS = (2, 3, 5, 10)

Grids = Callable[[np.random.Generator, int, int, Sequence[int]], Iterator[list[np.ndarray]]]


@dataclass(frozen=True)
class Estimate:
    """R estimates with their standard errors and degrees of freedom, [R] each."""

    mean: np.ndarray
    se: np.ndarray
    df: np.ndarray


def plain(differences: np.ndarray) -> Estimate:
    """The paired t-test over seeds; differences [R, S]."""
    n = differences.shape[1]
    return Estimate(differences.mean(1), differences.std(1, ddof=1) / math.sqrt(n), np.full(len(differences), n - 1.0))


def corrected(differences: np.ndarray, test_train_ratio: float) -> Estimate:
    """Nadeau and Bengio's test for redrawn splits; differences [R, S]."""
    over_seeds = plain(differences)
    widening = math.sqrt(1 + differences.shape[1] * test_train_ratio)
    return Estimate(over_seeds.mean, over_seeds.se * widening, over_seeds.df)


def crossed(grids: Sequence[np.ndarray]) -> Estimate:
    """The analysis of seeds and images; grids: one [R, S, I] for each set of images, whose means are added up."""
    n_seeds = grids[0].shape[1]
    over_seeds = plain(sum(grid.mean(2) for grid in grids))
    images, noises = [], []
    for grid in grids:
        of_images, n_images = grid.mean(1), grid.shape[2]
        rest = grid - grid.mean(2, keepdims=True) - of_images[:, None] + grid.mean((1, 2), keepdims=True)
        images.append(of_images.var(1, ddof=1) / n_images)
        noises.append((rest**2).sum((1, 2)) / ((n_seeds - 1) * (n_images - 1)) / (n_seeds * n_images))
    variance, df = _satterthwaite(grids, over_seeds.se**2, images, noises, clipped=False)
    # Where nothing is left, or less than one degree of freedom, negative variances count as zero.
    again = ~((variance > 0) & (df >= 1))
    clipped = _satterthwaite(grids, over_seeds.se**2, images, noises, clipped=True)
    variance, df = (np.where(again, new, old) for new, old in zip(clipped, (variance, df), strict=True))
    return Estimate(over_seeds.mean, np.sqrt(variance), df)


def _satterthwaite(
    grids: Sequence[np.ndarray],
    seeds: np.ndarray,
    images: Sequence[np.ndarray],
    noises: Sequence[np.ndarray],
    clipped: bool,
) -> tuple[np.ndarray, np.ndarray]:
    """Variance of the mean and its degrees of freedom, [R] each."""
    freedom = grids[0].shape[1] - 1
    of_seeds = (seeds > sum(noises)) | (not clipped)
    variance, spread = of_seeds * seeds, of_seeds * seeds**2 / freedom
    for grid, image, noise in zip(grids, images, noises, strict=True):
        counts, of_images = (image > noise) | (not clipped), grid.shape[2] - 1
        parts = (counts * image, (1.0 - of_seeds - counts) * noise)
        variance = variance + sum(parts)
        spread = spread + parts[0] ** 2 / of_images + parts[1] ** 2 / (freedom * of_images)
    return variance, variance**2 / spread


def misses(estimate: Estimate, truth: float) -> np.ndarray:
    """Booleans [3, R]: the truth lies outside the 95% interval; below the lower bound; above the upper bound.

    Differences that are the same but for rounding have no interval in the room, and here none that could miss.
    """
    t = (estimate.mean - truth) / np.where(estimate.se > CONSTANT, estimate.se, np.nan)
    two_sided, one_sided = stats.t.ppf(0.975, estimate.df), stats.t.ppf(0.95, estimate.df)
    return np.array([np.abs(t) > two_sided, t > one_sided, t < -one_sided])


def effect_size_misses(differences: np.ndarray, delta: float) -> tuple[np.ndarray, np.ndarray]:
    """Booleans [R]: the interval of d_z, and J times it, lie wholly to one side of the true standardised difference.

    The interval of d_z ends where the observed t is a quantile of the noncentral t, so it holds delta exactly when t is
    between the two quantiles that belong to delta. Some packages print J times that interval with g_z; it holds delta
    exactly when the interval of d_z holds delta / J.
    """
    n = differences.shape[1]
    observed = plain(differences)
    t, outside = observed.mean / observed.se, []
    for true in (delta, delta / small_sample_factor(n - 1)):
        low, high = stats.nct.ppf([0.025, 0.975], n - 1, math.sqrt(n) * true)
        outside.append((t < low) | (t > high))
    return outside[0], outside[1]


def normal_differences(random: np.random.Generator, repeats: int, n: int) -> np.ndarray:
    """[R, n] with mean 0 and SD 1."""
    return random.normal(size=(repeats, n))


def skewed_differences(random: np.random.Generator, repeats: int, n: int) -> np.ndarray:
    """[R, n] with mean 0, SD 1 and a long tail upwards: exponential."""
    return random.exponential(size=(repeats, n)) - 1


@dataclass(frozen=True)
class SmallDataset:
    """Two classes of cells, whose features are normal with SD 1 around distance and around -distance."""

    features: int
    distance: float

    @property
    def seen(self) -> tuple[slice, slice]:
        """The features that the better and the weaker classifier see."""
        return slice(self.features), slice(round(0.6 * self.features))

    def truth(self, random: np.random.Generator, fits: int) -> tuple[float, float]:
        """The accuracy of the better classifier and the difference to the weaker, for training subsets of this size."""
        # A centroid is the mean of the training cells of its class, so it can be drawn itself.
        spread = 1 / math.sqrt(TRAINED)
        one, other = (sign * self.distance + spread * random.normal(size=(fits, self.features)) for sign in (1, -1))
        better, weaker = (self._accuracy(one[:, seen], other[:, seen]).mean() for seen in self.seen)
        return float(better), float(better - weaker)

    def _accuracy(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """[R]: the accuracy, over all cells there could be, of taking the nearer of two centroids [R, features]."""
        direction, threshold = _nearer(one, other)
        length, centre = np.linalg.norm(direction, axis=1), self.distance * direction.sum(1)
        return (stats.norm.cdf((centre - threshold) / length) + stats.norm.cdf((centre + threshold) / length)) / 2

    def scores(self, random: np.random.Generator, repeats: int, n_seeds: int) -> tuple[np.ndarray, np.ndarray]:
        """[R, S] each: accuracy of the better classifier, and difference to the weaker, over splits of one dataset."""
        parts = [self._some(random, some, n_seeds) for some in _chunks(repeats, 2 * OF_A_CLASS * self.features)]
        better, weaker = np.concatenate(parts, axis=1)
        return better, better - weaker

    def _some(self, random: np.random.Generator, repeats: int, n_seeds: int) -> np.ndarray:
        centres = self.distance * np.array([1, -1])[:, None, None]
        cells = centres + random.normal(size=(repeats, 2, OF_A_CLASS, self.features))
        accuracy = np.empty((2, repeats, n_seeds))
        for seed in range(n_seeds):
            order = random.random((repeats, 2, OF_A_CLASS)).argsort(2)[..., None]
            train = np.take_along_axis(cells, order[:, :, :TRAINED], 2)
            test = np.take_along_axis(cells, order[:, :, TRAINED : TRAINED + TESTED], 2)
            for which, seen in enumerate(self.seen):
                centroids = train[..., seen].mean(2)  # [R, class, features]
                direction, threshold = _nearer(centroids[:, 0], centroids[:, 1])
                side = np.einsum("rcnf,rf->rcn", test[..., seen], direction) - threshold[:, None, None]
                accuracy[which, :, seed] = ((side[:, 0] > 0).mean(1) + (side[:, 1] <= 0).mean(1)) / 2
        return accuracy


def _nearer(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Direction [R, features] and threshold [R]: a cell is nearer to `one` where cell · direction > threshold."""
    return one - other, ((one**2).sum(1) - (other**2).sum(1)) / 2


@dataclass(frozen=True)
class Crossed:
    """Normal seed effects, image effects and noise that bring these shares of the variance (1) of the mean."""

    seeds: float
    images: float
    noise: float

    def __call__(
        self, random: np.random.Generator, repeats: int, n_seeds: int, sizes: Sequence[int]
    ) -> Iterator[list[np.ndarray]]:
        """Some repeats at a time: a grid [R, S, I] for each set of images; their means add up to 0 on average."""
        # sd² / I for one set of images; for K sets that are averaged, the mean of the sd² / I over K.
        number = len(sizes)
        images = number**2 / sum(1 / size for size in sizes)
        sd = np.sqrt([self.seeds * n_seeds, self.images * images, self.noise * n_seeds * images]) / number
        for some in _chunks(repeats, n_seeds * sum(sizes)):
            of_seeds = sd[0] * random.normal(size=(some, n_seeds, 1))
            yield [
                of_seeds
                + sd[1] * random.normal(size=(some, 1, size))
                + sd[2] * random.normal(size=(some, n_seeds, size))
                for size in sizes
            ]


def right_or_wrong(
    random: np.random.Generator, repeats: int, n_seeds: int, sizes: Sequence[int]
) -> Iterator[list[np.ndarray]]:
    """As `Crossed`, for one set of images and differences of -1, 0 and 1 less their true mean, .2 x .3."""
    (n_images,) = sizes
    for some in _chunks(repeats, n_seeds * n_images):
        contested = random.random((some, 1, n_images)) < 0.2
        lean = 0.3 + random.choice([-0.5, 0.5], (some, 1, n_images)) + random.uniform(-0.2, 0.2, (some, n_seeds, 1))
        sign = np.where(random.random((some, n_seeds, n_images)) < (1 + lean) / 2, 1.0, -1.0)
        yield [contested * sign - 0.2 * 0.3]


CLASSES = np.array([0.55, 0.25, 0.12, 0.08])  # shares of the four classes
# Of the two methods; SD between the seeds of a method, SD of what is hard for both and of what is hard for one.
SKILLS, OF_SEEDS, OF_IMAGES = (1.0, 0.7), 0.3, 0.7


def macro_f1(counts: np.ndarray) -> np.ndarray:
    """[...]: macro F1 of confusion counts [..., truth, predicted], over the classes that occur in either."""
    right = np.diagonal(counts, axis1=-2, axis2=-1)
    occurs = counts.sum(-1) + counts.sum(-2)
    f1 = 2 * right / np.where(occurs > 0, occurs, 1)
    return f1.sum(-1) / (occurs > 0).sum(-1)


def f1_pseudo_values(truth: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """[R, S, N]: the jackknife pseudo-values of macro F1; truth [R, 1, N], predicted [R, S, N]."""
    (repeats, n_seeds, n), k = predicted.shape, len(CLASSES)
    combination = truth * k + predicted  # an image is, to the score, its true and its predicted class
    run = np.arange(repeats * n_seeds).reshape(repeats, n_seeds, 1)
    counts = np.bincount((run * k * k + combination).ravel(), minlength=repeats * n_seeds * k * k)
    counts = counts.reshape(repeats, n_seeds, 1, k * k)
    left = macro_f1((counts - np.eye(k * k, dtype=int)).clip(0).reshape(repeats, n_seeds, k * k, k, k))
    without = np.take_along_axis(left, combination, 2)
    whole = macro_f1(counts.reshape(repeats, n_seeds, k, k))[..., None]
    return whole + (n - 1) * (without.mean(2, keepdims=True) - without)


def f1_truth() -> float:
    """The mean over seeds of the difference in macro F1, on endlessly many images."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    means = []
    for skill in SKILLS:
        right = stats.norm.cdf((skill + OF_SEEDS * nodes) / math.sqrt(1 + 2 * OF_IMAGES**2))[:, None, None]
        wrong = (1 - right) / (len(CLASSES) - 1)
        shares = CLASSES[:, None] * np.where(np.eye(len(CLASSES), dtype=bool), right, wrong)
        means.append(weights @ macro_f1(shares) / weights.sum())
    return float(means[0] - means[1])


def classified(
    random: np.random.Generator, repeats: int, n_seeds: int, n_images: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Truth [R, 1, N] and both methods' predictions [2, R, S, N], some repeats at a time."""
    k = len(CLASSES)
    for some in _chunks(repeats, 4 * n_seeds * n_images):
        truth = random.choice(k, (some, 1, n_images), p=CLASSES)
        hard = OF_IMAGES * random.normal(size=(some, 1, n_images))
        named = []
        for skill in SKILLS:
            of_image = hard + OF_IMAGES * random.normal(size=(some, 1, n_images))
            of_seed = OF_SEEDS * random.normal(size=(some, n_seeds, 1))
            right = skill + of_image + of_seed + random.normal(size=(some, n_seeds, n_images)) > 0
            named.append(np.where(right, truth, (truth + random.integers(1, k, right.shape)) % k))
        yield truth, np.array(named)


CROSSED: dict[str, Grids] = {
    "a third each from seeds, images and noise": Crossed(1 / 3, 1 / 3, 1 / 3),
    "half seeds, half noise": Crossed(1 / 2, 0, 1 / 2),
    "half images, half noise": Crossed(0, 1 / 2, 1 / 2),
    "noise alone": Crossed(0, 0, 1),
    "nine tenths seeds": Crossed(0.9, 0.05, 0.05),
    "nine tenths images": Crossed(0.05, 0.9, 0.05),
    "right or wrong": right_or_wrong,
}


def _chunks(repeats: int, numbers: int) -> Iterator[int]:
    """Parts of the repeats such that one draws no more than about CHUNK numbers, at `numbers` a repeat."""
    size = max(1, CHUNK // numbers)
    yield from (min(size, repeats - start) for start in range(0, repeats, size))


def fixed_images(random: np.random.Generator, repeats: int) -> list[str]:
    lines = _head("differences", "seeds", "95% interval", "lower bound", "upper bound")
    for name, draw in (("normal", normal_differences), ("long tail", skewed_differences)):
        for n in SEEDS:
            lines.append(_line(name, str(n), *map(_miss, misses(plain(draw(random, repeats, n)), 0))))
    return lines


def redrawn_splits(random: np.random.Generator, repeats: int) -> list[str]:
    three = ("95% interval", "lower bound", "upper bound")
    lines = _head("what", "seeds", *(f"{kind}: {name}" for kind in ("plain", "corrected") for name in three))
    for dataset, number in ((SmallDataset(10, 0.5), repeats), (SmallDataset(100, 0.12), max(1, repeats // SLOWER))):
        true_score, true_difference = dataset.truth(random, fits=5 * number)
        for n in (5, 10):
            score, difference = dataset.scores(random, number, n)
            for what, values, truth in (("difference", difference, true_difference), ("one score", score, true_score)):
                both = (misses(plain(values), truth), misses(corrected(values, TESTED / TRAINED), truth))
                cells = [_miss(missed) for three in both for missed in three]
                lines.append(_line(f"{what}, {dataset.features} features", str(n), *cells))
    return lines


def seeds_and_images(random: np.random.Generator, repeats: int) -> list[str]:
    intervals = _head("model", "images", *(f"{kind}, {n} seeds" for kind in ("plain", "crossed") for n in SEEDS))
    bounds = _head("model", "images", *(f"{side}, {n} seeds" for side in ("lower", "upper") for n in SEEDS))
    for name, grids in CROSSED.items():
        for sizes in ((100,),) if grids is right_or_wrong else ((20,), (100,), (20, 100)):
            by_plain, by_crossed = [], []  # [3, R] for each number of seeds
            for n in SEEDS:
                parts = [
                    (misses(plain(sum(grid.mean(2) for grid in some)), 0), misses(crossed(some), 0))
                    for some in grids(random, repeats, n, sizes)
                ]
                by_plain.append(np.concatenate([one for one, _ in parts], axis=1))
                by_crossed.append(np.concatenate([other for _, other in parts], axis=1))
            what = (name, " + ".join(map(str, sizes)))
            intervals.append(_line(*what, *(_miss(missed[0]) for missed in by_plain + by_crossed)))
            bounds.append(_line(*what, *(_miss(missed[side]) for side in (1, 2) for missed in by_crossed)))
    return [*intervals, "", "The one-sided bounds of the crossed analysis:", "", *bounds]


def f1_of_seeds_and_images(random: np.random.Generator, repeats: int) -> list[str]:
    three = ("95% interval", "lower bound", "upper bound")
    lines = _head("images", "seeds", *(f"{kind}: {name}" for kind in ("plain", "crossed") for name in three))
    truth, number = f1_truth(), max(1, repeats // SLOWER)
    for n_images in (100, 300):
        for n_seeds in (3, 5, 10):
            parts = []
            for true, named in classified(random, number, n_seeds, n_images):
                grid = f1_pseudo_values(true, named[0]) - f1_pseudo_values(true, named[1])
                parts.append([misses(plain(grid.mean(2)), truth), misses(crossed([grid]), truth)])
            by_test = np.concatenate(parts, axis=2)
            cells = [_miss(missed) for three_ends in by_test for missed in three_ends]
            lines.append(_line(str(n_images), str(n_seeds), *cells))
    return lines


def effect_sizes(random: np.random.Generator, repeats: int) -> list[str]:
    lines = _head("seeds", "true d", "the interval", "J times the interval (not used)")
    for n in (3, 5, 10):
        for delta in (0.0, 1.0, 2.0):
            found = effect_size_misses(normal_differences(random, repeats, n) + delta, delta)
            lines.append(_line(str(n), f"{delta:g}", *map(_miss, found)))
    return lines


def equivalence(random: np.random.Generator, repeats: int) -> list[str]:
    lines = _head("seeds", "SD / bound", "found equivalent")
    for n in (5, 10):
        for sd in (0.25, 1.0, 2.0):
            found = plain(1 + sd * normal_differences(random, repeats, n))
            lines.append(_line(str(n), f"{sd:g}", _miss(np.abs(found.mean) + _one_sided(found) < 1)))
    return lines


def verdicts(random: np.random.Generator, repeats: int) -> list[str]:
    lines = _head("seeds", "SD / margin", "truth", *map(str, Verdict))
    for n in (5, 10):
        for sd in (0.25, 1.0):
            for name, truth in (("the margin", 1.0), ("no difference", 0.0)):
                found = plain(truth + sd * normal_differences(random, repeats, n))
                ends = zip(found.mean - _one_sided(found), found.mean + _one_sided(found), strict=True)
                given = np.array([verdict(lower, upper, 1.0) for lower, upper in ends])
                lines.append(_line(str(n), f"{sd:g}", name, *(_rate(given == state) for state in Verdict)))
    return lines


def powers(random: np.random.Generator, repeats: int) -> list[str]:
    lines = _head("seeds", "effect", "one-sided: said", "found", "two-sided: said", "found")
    for n in (5, 10):
        for effect in (0.5, 1.0, 2.0):
            found = plain(normal_differences(random, repeats, n) + effect)
            two_sided, upwards, _ = misses(found, 0)
            said = [f"{100 * power(effect, n, sides):.1f}" for sides in (False, True)]
            lines.append(_line(str(n), f"{effect:g}", said[0], _rate(upwards), said[1], _rate(two_sided)))
    return lines


def sensitivity(random: np.random.Generator, repeats: int) -> list[str]:
    lines = _head("seeds", "differences", "Wilcoxon", "sign-flip")
    for n in (5, 6, 10):
        for name, draw in (("normal", normal_differences), ("long tail", skewed_differences)):
            drawn = draw(random, max(1, repeats // SLOWER), n)
            found = (np.array([p_of(one) < 0.05 for one in drawn]) for p_of in (wilcoxon_p, sign_flip_p))
            lines.append(_line(str(n), name, *map(_miss, found)))
    return lines


def seeds_needed(random: np.random.Generator, repeats: int) -> list[str]:
    lines = _head("seeds", "truly needed", "missed", "too high", "too low", "no upper end", "printed, 8 of 10 times")
    for n in (5, 10):
        for needed in (6, 10, 27, 100):
            drawn = normal_differences(random, max(1, repeats // SLOWER), n) + detectable_effect(needed) + 1e-6
            effects = np.abs(drawn.mean(1) / drawn.std(1, ddof=1))
            low, high = np.array([pairs_needed_interval(effect, n) for effect in effects]).T
            printed = np.quantile([pairs_needed(effect) for effect in effects], (0.1, 0.9), method="nearest")
            rates = (low > needed) | (high < needed), low > needed, high < needed, np.isinf(high)
            lines.append(_line(str(n), str(needed), *map(_rate, rates), "{:.0f} to {:.0f}".format(*printed)))
    return lines


def supported(random: np.random.Generator, repeats: int) -> list[str]:
    head = ("SUPPORTED", "of these, the interval holds the margin", "fragile", "both")
    lines = _head("seeds", "truth - margin / SD", *head)
    for n in (3, 5, 10):
        for effect in (0.0, 0.5, detectable_effect(n), 2.5):
            drawn = normal_differences(random, max(1, repeats // SLOWER), n) + effect
            two_sided, upwards, _ = misses(plain(drawn), 0)
            holds = ~two_sided[upwards]
            weak = np.array([bool(fragile(one, DecidedBy.LOWER, 0.0)) for one in drawn[upwards]], dtype=bool)
            shares = [_rate(share) if len(share) else "-" for share in (holds, weak, holds & weak)]
            lines.append(_line(str(n), f"{effect:.2g}", _rate(upwards), *shares))
    return lines


SECTIONS: dict[str, Callable[[np.random.Generator, int], list[str]]] = {
    "Fixed images, plain test: the truth is missed": fixed_images,
    "Redrawn splits: the truth is missed": redrawn_splits,
    "Seeds and images: the truth of all images is missed": seeds_and_images,
    "Macro F1, seeds and images: the truth of all images is missed": f1_of_seeds_and_images,
    "Effect sizes: the true d is missed": effect_sizes,
    "Equivalence, where the true difference is the bound": equivalence,
    "Verdicts of the plain test on fixed images": verdicts,
    "Power": powers,
    "Wilcoxon and sign-flip: p < .05 where there is no difference": sensitivity,
    "Seeds needed: the true number is missed by the 80% interval": seeds_needed,
    "SUPPORTED by a lower bound: beside an interval that holds the margin, and fragile": supported,
}


def report(repeats: int, seed: int) -> str:
    """All tables as Markdown; the numbers are per cent with their Monte-Carlo standard errors."""
    random = np.random.default_rng(seed)
    lines = [
        f"Per cent of {repeats:,} simulated experiments ± Monte-Carlo standard error ({repeats // SLOWER:,} for 100 "
        "features, macro F1, Wilcoxon, sign-flip, seeds needed and SUPPORTED); bold: by three standard errors more "
        f"than 5, and above {100 * TOO_OFTEN:g}. `python benchmarks/error_rates.py --repeats {repeats} --seed {seed}`"
    ]
    for title, table in SECTIONS.items():
        lines += ["", f"### {title}", "", *table(random, repeats)]
    return "\n".join(lines)


def written(readme: str, tables: str) -> str:
    """The text of the README with the tables between its two markers."""
    before, rest = readme.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{tables}\n{END}{after}"


def main(arguments: Sequence[str] | None = None, readme: Path = README) -> None:
    parser = argparse.ArgumentParser(description="Simulate the error rates of every interval that the suite prints.")
    parser.add_argument("--repeats", type=int, default=REPEATS, help="experiments for each number (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the random numbers (%(default)s)")
    chosen = parser.parse_args(arguments)
    tables = report(chosen.repeats, chosen.seed)
    print(tables)
    readme.write_text(written(readme.read_text(encoding="utf-8"), tables), encoding="utf-8")


def _one_sided(estimate: Estimate) -> np.ndarray:
    """[R]: how far the one-sided 95% bounds lie from the mean."""
    return stats.t.ppf(0.95, estimate.df) * estimate.se


def _error(share: float, n: int) -> float:
    """The standard error of a share of n."""
    return math.sqrt(share * (1 - share) / n)


def _rate(happened: np.ndarray) -> str:
    share, n = happened.mean(), len(happened)
    return f"{100 * share:.1f} ± {100 * _error(share, n):.1f}"


def _miss(missed: np.ndarray) -> str:
    """The rate of something that should happen in 5 % of the repeats."""
    share, n = missed.mean(), len(missed)
    too_often = share > TOO_OFTEN and share - 3 * _error(share, n) > 0.05
    return f"**{_rate(missed)}**" if too_often else _rate(missed)


def _head(*cells: str) -> list[str]:
    return [_line(*cells), "|" + "---|" * len(cells)]


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
