"""Render the paper's tables and figures from finished results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from sgcldff.config.experiment import IN_DOMAIN, Experiment
from sgcldff.reporting.asked import check_asked
from sgcldff.reporting.files import ReportFiles
from sgcldff.reporting.report import render
from sgcldff.stages.job import Job
from sgcldff.tables.names import STATISTICS, TABLES


def run(job: Job) -> None:
    experiment = Experiment.model_validate(job.settings)
    datasets = list(experiment.datasets)
    twice = list(experiment.leakage.model_dump().values()) if experiment.leakage else []
    splits = _each(twice, job.several("splits"), len(experiment.seeds))
    tables = [*TABLES, *(name for name in experiment.scenarios if name != IN_DOMAIN)]
    files = ReportFiles(
        runs=job.input("runs"),
        scores=job.input("scores"),
        confusion=job.input("confusion"),
        statistics=_named(STATISTICS, job.several("statistics")),
        predictions=job.several("predictions"),
        fits=job.several("fits"),
        histories=job.several("histories"),
        costs=job.several("costs"),
        architecture=job.input("architecture"),
        explanations=_by_dataset(job.several("explanations")),
        explained=_by_dataset(job.several("explained")),
        indexes=_named(datasets, job.several("index")),
        dropped=_named(datasets, job.several("dropped")),
        facts=_named(datasets, job.several("facts")),
        cards=_named(datasets, job.several("cards")),
        splits=splits,
        duplicates_by_dataset=job.input("by_dataset"),
        leakage_by_test=job.input("by_test"),
        document=job.output("document"),
        html=job.output("html"),
        pages=_by_stem(job.several_outputs("pages")),
        provenance=job.output("provenance"),
        tables=_named(tables, job.several_outputs("tables")),
        figures={
            svg.stem: (svg, png)
            for svg, png in zip(job.several_outputs("svg"), job.several_outputs("png"), strict=True)
        },
        curves=_by_stem(job.several_outputs("curves")),
    )
    check_asked(experiment, files.fits)
    render(experiment, files)


def _named(names: Iterable[str], files: Iterable[Path]) -> Mapping[str, Path]:
    """The files by name; both stand in the order of the rule."""
    return dict(zip(names, files, strict=True))


def _by_stem(files: Iterable[Path]) -> Mapping[str, Path]:
    """Files that are called what they show: which of them there are, the graph decides."""
    return {file.stem: file for file in files}


def _by_dataset(files: Iterable[Path]) -> Mapping[str, Path]:
    """Explanations, which stand in a folder of their dataset and one of their method."""
    return {file.parent.parent.name: file for file in files}


def _each(names: Iterable[str], files: list[Path], count: int) -> Mapping[str, list[Path]]:
    """So many of the files for each name."""
    return {name: files[first * count : (first + 1) * count] for first, name in enumerate(names)}
