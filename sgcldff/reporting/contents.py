"""Which figures and pages a report has: what a configuration asks no runs for is neither made nor linked.

Decided here alone. The graph lists the files, and the report writes those that the graph lists.
"""

from __future__ import annotations

from sgcldff.config.experiment import IN_DOMAIN, REFERENCE, Experiment
from sgcldff.config.python_files import ancestors, is_class
from sgcldff.reporting.files import FIGURES, PAGES

NETWORK = "sgcldff.training.network_method.NetworkMethod"


def figures_of(experiment: Experiment) -> list[str]:
    """Those of FIGURES that the experiment has runs for, in their order."""
    others = _others(experiment)
    needed = {
        "comparisons": bool(others),
        "critical_difference": any(experiment.methods[name].role != "control" for name in others),
        "transfer": _is_shifted(experiment),
        "robustness": bool(experiment.axes()),
        "training_curves_others": any(
            experiment.methods[name].role in ("baseline", "shift")
            and experiment.fitted_as(name) == name
            and _has_epochs(experiment.methods[name].class_path)
            for name in others
        ),
    }
    needed |= dict.fromkeys(("answer", "hypotheses", "power", "paired_dots"), bool(experiment.hypotheses))
    return [name for name in FIGURES if needed.get(name, True)]


def pages_of(experiment: Experiment) -> list[str]:
    """Those of PAGES that the experiment has runs for, in their order."""
    needed = {
        "transfer": _is_shifted(experiment) or bool(experiment.absent_pairs),
        "robustness": bool(experiment.axes()),
        "leakage": experiment.leakage is not None,
        "hypotheses": bool(experiment.hypotheses or experiment.interactions),
        "significance": bool(_others(experiment)),
    }
    return [name for name in PAGES if needed.get(name, True)]


def _others(experiment: Experiment) -> list[str]:
    return [name for name in experiment.methods if name != REFERENCE]


def _has_epochs(class_path: str) -> bool:
    """Whether it is a network, as a class from elsewhere is taken to be."""
    return not is_class(class_path) or NETWORK in ancestors(class_path)


def _is_shifted(experiment: Experiment) -> bool:
    """Whether a scenario beside the in-domain one tests on images as they are."""
    shifted = (name for name in experiment.scenarios if name != IN_DOMAIN)
    return any(tested_on in experiment.datasets for name in shifted for _, tested_on in experiment.scenarios[name])
