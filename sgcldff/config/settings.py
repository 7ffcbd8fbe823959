"""The settings of each stage, made from the experiment: the one place where a configuration becomes settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sgcldff.config.experiment import REFERENCE, Experiment
from sgcldff.config.perturbation import Perturbation
from sgcldff.config.stages.attention import AttentionSettings
from sgcldff.config.stages.card import CardSettings
from sgcldff.config.stages.fetch import FetchSettings
from sgcldff.config.stages.fit import FitSettings
from sgcldff.config.stages.leakage import LeakageSettings
from sgcldff.config.stages.predict import PredictSettings
from sgcldff.config.stages.prepare import PrepareSettings
from sgcldff.config.stages.score import ScoreSettings
from sgcldff.config.stages.split import SplitSettings
from sgcldff.config.stages.statistics import ComparedMethod, StatisticsSettings
from sgcldff.config.stages.weights import WeightsSettings
from sgcldff.variants import parse_variant


def fetch_settings(experiment: Experiment, dataset: str, manual_files: str) -> FetchSettings:
    entry = experiment.datasets[dataset]
    return FetchSettings(class_path=entry.class_path, arguments=entry.arguments, manual_files=manual_files)


def prepare_settings(experiment: Experiment, dataset: str) -> PrepareSettings:
    entry = experiment.datasets[dataset]
    return PrepareSettings(
        dataset=dataset,
        class_path=entry.class_path,
        arguments=entry.arguments,
        labels=experiment.own_labels(dataset),
        classes=experiment.classes(dataset),
        size=experiment.size,
    )


def split_settings(experiment: Experiment, dataset: str) -> SplitSettings:
    return SplitSettings(**experiment.split.model_dump(), grouped=experiment.datasets[dataset].grouped)


def leakage_settings(experiment: Experiment) -> LeakageSettings:
    datasets = list(experiment.datasets)
    return LeakageSettings(
        datasets=datasets,
        seeds=experiment.every_seed,
        tests={
            trained_on: [name for name in tested_on if name in datasets]
            for trained_on, tested_on in experiment.tests().items()
        },
        pools={name: pool.members for name, pool in experiment.pools.items()},
    )


def card_settings(experiment: Experiment, dataset: str) -> CardSettings:
    entry = experiment.datasets[dataset]
    return CardSettings(
        dataset=dataset,
        title=entry.title,
        class_path=entry.class_path,
        arguments=entry.arguments,
        grouped=entry.grouped,
        space=entry.space,
        labels=entry.labels,
        classes={name: space.classes for name, space in experiment.label_spaces.items()},
        seeds=experiment.seeds,
    )


def weights_settings(experiment: Experiment, method: str) -> WeightsSettings:
    entry = experiment.methods[method]
    return WeightsSettings(
        class_path=entry.class_path,
        arguments=entry.arguments,
        classes=experiment.classes(next(iter(experiment.tests()))),
        size=experiment.size,
    )


def fit_settings(experiment: Experiment, trained_on: str, method: str, seed: int) -> FitSettings:
    entry = experiment.methods[method]
    return FitSettings(
        trained_on=trained_on,
        members=experiment.members(trained_on),
        method=method,
        class_path=entry.class_path,
        arguments=entry.arguments,
        classes=experiment.classes(trained_on),
        size=experiment.size,
        seed=seed,
        training=experiment.training,
        device=experiment.device,
    )


def predict_settings(
    experiment: Experiment, trained_on: str, tested_on: Sequence[str], method: str, seed: int
) -> PredictSettings:
    variants = [parse_variant(name) for name in tested_on]
    axes = dict.fromkeys(axis for _, axis, _ in variants if axis is not None)
    return PredictSettings(
        trained_on=trained_on,
        members=experiment.members(trained_on),
        tested_on=tested_on,
        datasets=list(dict.fromkeys(dataset for dataset, _, _ in variants)),
        axes={
            name: Perturbation(kind=axis.kind, strongest=axis.strongest)
            for name, axis in experiment.perturbations.items()
            if name in axes
        },
        labels={name: experiment.foreign_labels(trained_on, name) for name in tested_on},
        method=method,
        at_test=experiment.methods[method].at_test,
        seed=seed,
        classes=experiment.classes(trained_on),
        device=experiment.device,
    )


def attention_settings(experiment: Experiment, dataset: str, method: str, seed: int) -> AttentionSettings:
    return AttentionSettings(dataset=dataset, method=method, seed=seed, device=experiment.device)


def score_settings(experiment: Experiment) -> ScoreSettings:
    return ScoreSettings(axes=_levels(experiment), tests=experiment.tests())


def statistics_settings(experiment: Experiment) -> StatisticsSettings:
    return StatisticsSettings(
        scenarios=experiment.scenarios,
        redrawn=experiment.own_test_pairs(),
        test_train_ratio=experiment.split.test / experiment.split.train,
        equivalence=experiment.equivalence,
        families=experiment.families,
        hypotheses=experiment.hypotheses,
        interactions=experiment.interactions,
        leakage=experiment.leakage.model_dump() if experiment.leakage else {},
        methods={
            name: ComparedMethod(role=entry.role, paper=entry.paper, base=entry.base)
            for name, entry in experiment.methods.items()
        },
        reference=REFERENCE,
        axes=_levels(experiment),
        seeds=experiment.seeds,
    )


def _levels(experiment: Experiment) -> Mapping[str, tuple[float, ...]]:
    return {name: axis.levels for name, axis in experiment.axes().items()}
