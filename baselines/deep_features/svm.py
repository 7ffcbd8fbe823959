"""A support vector machine that is nothing but arrays once it is fitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import product

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn.svm import SVC

GAUSSIAN = 0  # in place of the degree of a polynomial kernel
PRECISION = 0.3  # of the Gaussian kernel: exp(-PRECISION |x - y|^2 / F) of F standardised features
PENALTIES = (0.3, 1.0, 3.0, 10.0)  # values of C from which the validation subset chooses

# Standard deviations beyond which a feature is cut. The channels of a CNN are silent in most images: one that speaks
# in a single training image would otherwise be tens of deviations away there.
REACH = 3.0

# Bounds of the temperature: a validation subset that is classified without a mistake asks for none at all.
TEMPERATURES = (0.2, 5.0)


@dataclass(frozen=True)
class SupportVectorMachine:
    """One machine for each class against all others, the classes weighted inversely to their frequency.

    kept: int64 [F], the features it looks at; mean, scale: float64 [F], of the kept features; support: float64 [S, F],
    support vectors of all machines, standardised; coefficients: float64 [K, S]; intercept: float64 [K], -inf for a
    class that the training subset does not hold; degree: of the kernel (1 + xy/F)^degree, 1 the linear one xy/F,
    GAUSSIAN the Gaussian one; penalty: C; temperature: of the softmax over the K decisions.
    """

    kept: np.ndarray
    mean: np.ndarray
    scale: np.ndarray
    support: np.ndarray
    coefficients: np.ndarray
    intercept: np.ndarray
    degree: int
    penalty: float
    temperature: float = 1.0

    def decisions(self, features: np.ndarray) -> np.ndarray:
        """Signed distances float64 [N, K], above zero on the side of the class, of features float64 [N, all]."""
        standard = standardise(features[:, self.kept], self.mean, self.scale)
        return kernel(standard, self.support, self.degree) @ self.coefficients.T + self.intercept

    def probabilities(self, features: np.ndarray) -> np.ndarray:
        """Class distributions, float64 [N, K]."""
        return softmax(self.decisions(features) / self.temperature, axis=1)

    def state(self) -> dict[str, np.ndarray]:
        """All of it, as arrays by name."""
        return {name: np.asarray(value) for name, value in vars(self).items()}

    @classmethod
    def restore(cls, state: Mapping[str, np.ndarray]) -> SupportVectorMachine:
        """Take back what `state` gave."""
        return cls(**{each.name: state[each.name][()] for each in fields(cls)})


def standardise(features: np.ndarray, mean: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Features in standard deviations of the training subset, cut at REACH."""
    return np.clip((features - mean) / scale, -REACH, REACH)


def kernel(rows: np.ndarray, columns: np.ndarray, degree: int) -> np.ndarray:
    """Kernel matrix float64 [N, M] of standardised features [N, F] and [M, F]; degree as in the machine."""
    count = rows.shape[1]
    products = rows @ columns.T / count
    if degree == GAUSSIAN:
        distances = (rows**2).sum(axis=1)[:, None] / count + (columns**2).sum(axis=1) / count - 2 * products
        return np.exp(-PRECISION * distances)
    return products if degree == 1 else (1 + products) ** degree


def fit_machines(
    features: np.ndarray, labels: np.ndarray, classes: int, kept: np.ndarray, degree: int, penalties: Sequence[float]
) -> list[SupportVectorMachine]:
    """A machine for each penalty, its temperature 1.

    features: float64 [N, all]; labels: int64 [N] in 0..classes-1; kept: the features to look at.
    """
    chosen = features[:, kept]
    mean, deviation = chosen.mean(axis=0), chosen.std(axis=0)
    scale = np.where(deviation > 1e-12 * np.abs(mean), deviation, 1.0)
    standard = standardise(chosen, mean, scale)
    gram = kernel(standard, standard, degree)
    present = np.unique(labels)
    machines = []
    for penalty in penalties:
        coefficients, intercept = np.zeros((classes, len(labels))), np.full(classes, -np.inf)
        intercept[present] = 0.0
        for each in present if len(present) > 1 else ():
            machine = SVC(C=penalty, kernel="precomputed", class_weight="balanced").fit(gram, labels == each)
            coefficients[each, machine.support_] = machine.dual_coef_[0]
            intercept[each] = machine.intercept_[0]
        used = coefficients.any(axis=0)
        # In the order of a stored file: products of arrays in another order differ in their last bits.
        support, weights = np.ascontiguousarray(standard[used]), np.ascontiguousarray(coefficients[:, used])
        machines.append(SupportVectorMachine(kept, mean, scale, support, weights, intercept, degree, float(penalty)))
    return machines


def choose_machine(
    features: np.ndarray,
    labels: np.ndarray,
    validation: np.ndarray,
    truth: np.ndarray,
    classes: int,
    subsets: Sequence[np.ndarray],
    degrees: Sequence[int],
) -> SupportVectorMachine:
    """The best of all subsets of features, degrees and PENALTIES on the validation subset, and its temperature.

    features: float64 [N, F], labels: int64 [N]: the training subset; validation: float64 [M, F], truth: int64 [M], M at
    least 1. Best is the least log loss with every class given the same weight, at the temperature that is best for it:
    the macro-F1 of a validation subset of thirty images moves in steps too large to choose by.
    """
    weights = 1.0 / np.bincount(truth, minlength=classes)[truth]

    def loss(decisions: np.ndarray, temperature: float) -> float:
        likelihood = log_softmax(decisions / temperature, axis=1)[np.arange(len(truth)), truth]
        # A class that the training subset lacks has probability 0; the floor keeps its loss finite.
        return float(np.average(-likelihood.clip(min=np.log(1e-12)), weights=weights))

    best: tuple[float, SupportVectorMachine] | None = None
    for kept, degree in product(subsets, degrees):
        for machine in fit_machines(features, labels, classes, kept, degree, PENALTIES):
            decisions = machine.decisions(validation)
            minimum = minimize_scalar(
                lambda log, decisions=decisions: loss(decisions, np.exp(log)),
                bounds=np.log(TEMPERATURES),
                method="bounded",
            )
            if best is None or minimum.fun < best[0]:
                best = minimum.fun, replace(machine, temperature=float(np.exp(minimum.x)))
    return best[1]
