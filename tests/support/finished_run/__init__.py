"""A finished experiment in miniature: every file that a report reads, with numbers drawn from a seed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from finished_run import measurements, paper_claims, statistics_tables
from finished_run.configuration import NETWORKS, SKILL
from finished_run.data_files import write_architecture, write_audit, write_card, write_explanations, write_prepared
from sgcldff.config.experiment import Experiment
from sgcldff.reporting.contents import figures_of, pages_of
from sgcldff.reporting.files import CURVES, ReportFiles
from sgcldff.reporting.methods import ReportedMethod, reported_methods
from sgcldff.reporting.results import Results
from sgcldff.reporting.scenarios import Scenario, reported_scenarios
from sgcldff.reporting.shown import CONTRACTS
from sgcldff.reporting.titles import Titles
from sgcldff.tables.names import TABLES
from sgcldff.tables.read import read_table
from sgcldff.tables.runs import RUNS


@dataclass
class FinishedRun:
    """The configuration, which a test may change, and the files of the report; the rest follows from them."""

    settings: dict[str, Any]
    files: ReportFiles

    @property
    def experiment(self) -> Experiment:
        return Experiment.model_validate(self.settings)

    @property
    def titles(self) -> Titles:
        return Titles.of(self.experiment)

    @property
    def methods(self) -> list[ReportedMethod]:
        return reported_methods(self.experiment, self.titles)

    @property
    def scenarios(self) -> dict[str, Scenario]:
        return reported_scenarios(self.experiment)

    @property
    def results(self) -> Results:
        return Results(read_table(self.files.runs, RUNS), self.table("summary"))

    def table(self, name: str) -> pd.DataFrame:
        """A table of the statistics."""
        return read_table(self.files.statistics[name], CONTRACTS[name])

    def change(self, name: str, function: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
        """Write a table of the statistics, or `runs`, as `function` makes it."""
        file = self.files.runs if name == "runs" else self.files.statistics[name]
        function(pd.read_csv(file)).to_csv(file, index=False)

    def with_files(self, **changes: Any) -> FinishedRun:
        return FinishedRun(self.settings, replace(self.files, **changes))

    def copy(self, folder: Path, settings: dict[str, Any]) -> FinishedRun:
        """Runs, scores and statistics copied into `folder`, where the report is written too."""
        statistics = {name: Path(shutil.copy(file, folder)) for name, file in self.files.statistics.items()}
        runs, scores = (Path(shutil.copy(file, folder)) for file in (self.files.runs, self.files.scores))
        changes = outputs(folder / "reports", settings)
        return FinishedRun(settings, replace(self.files, runs=runs, scores=scores, statistics=statistics, **changes))


def outputs(folder: Path, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The files that a report consists of, as the graph lists them."""
    scenarios = [name for name in settings["scenarios"] if name != "in_domain"]
    experiment = Experiment.model_validate(settings)
    figures, drawn = folder / "figures", figures_of(experiment)
    return {
        "document": folder / "paper_tables.md",
        "html": folder / "report.html",
        "pages": {name: folder / "pages" / f"{name}.md" for name in pages_of(experiment)},
        "provenance": folder / "provenance.json",
        "tables": {name: folder / "tables" / f"{name}.csv" for name in (*TABLES, *scenarios)},
        "figures": {name: (figures / f"{name}.svg", figures / f"{name}.png") for name in drawn},
        "curves": {name: figures / f"{name}.csv" for name in CURVES if name in drawn},
    }


def write_run(folder: Path, settings: dict[str, Any], images: int = 40) -> FinishedRun:
    """Writes the files into `folder`.

    The methods of SKILL have runs in every scenario; the others of the configuration have none.
    """
    datasets = list(settings["datasets"])
    fits, costs = _write_fits(folder, settings)
    runs, predictions = _write_measurements(folder, settings, images)
    prepared = {name: write_prepared(folder / "data" / name, images) for name in datasets}
    cards = {name: write_card(folder / "cards" / name) for name in datasets}
    audit = write_audit(folder / "leakage", datasets)
    explanations = {name: write_explanations(folder / "explanations" / f"{name}.npz") for name in datasets}
    return FinishedRun(
        settings,
        ReportFiles(
            runs=folder / "runs.csv",
            scores=folder / "scores.parquet",
            confusion=folder / "confusion.csv",
            statistics=_write_statistics(folder / "statistics", settings, runs),
            predictions=predictions,
            fits=fits,
            histories=[file.with_name("history.csv") for file in fits],
            costs=costs,
            architecture=write_architecture(folder / "architecture.csv"),
            explanations=explanations,
            explained={name: file.with_suffix(".csv") for name, file in explanations.items()},
            indexes={name: place / "index.csv" for name, place in prepared.items()},
            dropped={name: place / "dropped.csv" for name, place in prepared.items()},
            facts={name: place / "facts.json" for name, place in cards.items()},
            cards={name: place / "README.md" for name, place in cards.items()},
            splits={},
            duplicates_by_dataset=audit / "duplicates_by_dataset.csv",
            leakage_by_test=audit / "leakage_by_test.csv",
            **outputs(folder / "reports", settings),
        ),
    )


def _write_fits(folder: Path, settings: Mapping[str, Any]) -> tuple[list[Path], list[Path]]:
    """The records of the fits, and their costs."""
    fits, costs = [], []
    for method in [key for key in settings["methods"] if key in SKILL]:
        for seed in settings["seeds"]:
            for trained_on in settings["datasets"]:
                place = folder / "fits" / trained_on / method / f"seed-{seed}"
                place.mkdir(parents=True)
                asked = {"trained_on": trained_on, "method": method, "seed": seed}
                asked |= {"training": {"learning_rate": 4e-4}, "arguments": {}}
                used = {"device": "CPU", "commit": "c0ffee", "python": "3.11.9", "torch": "2.0"}
                used |= {"epochs": 20 if method in NETWORKS else 0}
                fits.append(place / "fit.json")
                fits[-1].write_text(json.dumps({"asked": asked, "used": used, "seconds": 12.5}))
                measurements.history(used["epochs"]).to_csv(place / "history.csv", index=False)
                cost: dict[str, Any] = {"trained_on": trained_on, "method": method, "seed": seed}
                cost |= {"images": 50, "seconds": 0.25, "device": "CPU", "parameters": 12, "multiply_adds": None}
                cost |= {"memory_bytes": None, "latency_ms": 6.5}
                if method in NETWORKS:
                    cost |= {"parameters": 4_200_000, "multiply_adds": 350_000_000, "memory_bytes": 40_000_000}
                costs.append(place / "cost.json")
                costs[-1].write_text(json.dumps(cost))
    return fits, costs


def _write_measurements(folder: Path, settings: Mapping[str, Any], images: int) -> tuple[pd.DataFrame, list[Path]]:
    """The runs, and the files of predictions."""
    generator = np.random.default_rng(0)
    runs, scores, confusions, predictions = [], [], [], []
    pairs = sorted({tuple(pair) for scenario in settings["scenarios"].values() for pair in scenario})
    for method in [key for key in settings["methods"] if key in SKILL]:
        for seed in settings["seeds"]:
            for trained_on, tested_on in pairs:
                skill = SKILL[method] - (0.0 if trained_on == tested_on or method == "oracle" else 0.2)
                frame = measurements.prediction(generator, trained_on, tested_on, method, seed, skill, images)
                file = folder / "predictions" / trained_on / method / f"seed-{seed}" / f"{tested_on}.parquet"
                file.parent.mkdir(parents=True, exist_ok=True)
                frame.to_parquet(file)
                predictions.append(file)
                runs.append(measurements.run(generator, trained_on, tested_on, method, seed, skill, images))
                scores.append(measurements.scores(generator, frame, skill))
                confusions.append(measurements.confusion(frame))
    table = pd.DataFrame(runs)
    table.to_csv(folder / "runs.csv", index=False)
    pd.concat(scores).to_parquet(folder / "scores.parquet")
    pd.concat(confusions).to_csv(folder / "confusion.csv", index=False)
    return table, predictions


def _write_statistics(folder: Path, settings: Mapping[str, Any], runs: pd.DataFrame) -> dict[str, Path]:
    tables = {
        "summary": statistics_tables.summary(runs, settings),
        "comparisons": statistics_tables.comparisons(settings),
        "hypotheses": statistics_tables.hypotheses(settings),
        "interactions": statistics_tables.interactions(settings),
        "power": statistics_tables.power(settings),
        "robustness": pd.DataFrame(),
        "leakage": pd.DataFrame(),
        "shift_controls": pd.DataFrame(),
        "ranks": statistics_tables.ranks(settings),
        "attention": statistics_tables.attention(),
        "strata": statistics_tables.strata(settings),
        "claims": paper_claims.claims(),
        "spreads": pd.DataFrame(paper_claims.SPREADS),
        "audit_comparisons": pd.DataFrame(paper_claims.AUDIT_COMPARISONS),
        "audit_findings": pd.DataFrame(paper_claims.AUDIT_FINDINGS),
        "audit_claims": pd.DataFrame(paper_claims.AUDIT_CLAIMS),
    }
    folder.mkdir()
    files = {name: folder / f"{name}.csv" for name in tables}
    for name, table in tables.items():
        table.reindex(columns=list(CONTRACTS[name].columns)).to_csv(files[name], index=False)
    return files
