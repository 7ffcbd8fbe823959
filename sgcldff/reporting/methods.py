"""The methods of a report, in the order of its tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sgcldff.config.experiment import Experiment
from sgcldff.reporting.titles import Titles

ROLES = ("reference", "ablation", "baseline", "shift", "control")  # in the order of the tables


@dataclass(frozen=True)
class ReportedMethod:
    """paper: the row of the paper that it stands for; weights: where its first weights come from, where it has any;
    base: of a shift control, the method that it is a variant of; at_test: what is done when that one's fit predicts.
    """

    key: str
    title: str
    role: str
    paper: str | None = None
    weights: str | None = None
    base: str | None = None
    at_test: str | None = None

    @property
    def cell(self) -> str:
        """Its title in a table: the reference is bold."""
        return f"**{self.title}**" if self.role == "reference" else self.title


def reported_methods(experiment: Experiment, titles: Titles) -> list[ReportedMethod]:
    """The methods of the experiment by role, those of one role in the order of the configuration."""
    return [
        ReportedMethod(key, titles.method(key), role, entry.paper, _weights(entry.arguments), entry.base, entry.at_test)
        for role in ROLES
        for key, entry in experiment.methods.items()
        if entry.role == role
    ]


def _weights(arguments: Mapping[str, Any]) -> str | None:
    """Where first weights come from: a file stands for itself."""
    weights = arguments.get("weights")
    return "file" if isinstance(weights, Mapping) else weights


def of_roles(methods: Iterable[ReportedMethod], *roles: str) -> list[ReportedMethod]:
    """Those of the given roles, in the order of the roles."""
    methods = list(methods)
    return [method for role in roles for method in methods if method.role == role]
