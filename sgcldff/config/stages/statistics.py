"""The settings of the stage `statistics`."""

from __future__ import annotations

from sgcldff.config.declared import Hypothesis, Interaction
from sgcldff.config.typed import Typed


class ComparedMethod(Typed):
    """role: reference, ablation, baseline, shift or control; paper: the row of the paper's tables that it stands for;
    base: of a shift control, the method that it is a variant of.
    """

    role: str
    paper: str | None
    base: str | None = None


class StatisticsSettings(Typed):
    """What is compared, and how.

    scenarios: name -> pairs of (trained on, tested on); redrawn: the pairs that are tested on the seed's test subset;
    test_train_ratio: images tested over images trained on in a split; equivalence: points within which a difference
    counts as none; families: what Holm's correction is made within; leakage: `honest` and `inflated` datasets, or
    empty; axes: axis of perturbation -> its levels above 0; seeds: those that all methods have. The hypotheses are
    tested on all the seeds of their arms.
    """

    scenarios: dict[str, tuple[tuple[str, str], ...]]
    redrawn: tuple[tuple[str, str], ...]
    test_train_ratio: float
    equivalence: float
    families: dict[str, str]
    hypotheses: dict[str, Hypothesis]
    interactions: dict[str, Interaction]
    leakage: dict[str, str]
    methods: dict[str, ComparedMethod]
    reference: str
    axes: dict[str, tuple[float, ...]]
    seeds: tuple[int, ...]
