"""The finished run that the tests of the report share, and what they change of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from finished_run import FinishedRun, outputs, statistics_tables, write_run
from finished_run.configuration import configuration, stain_axes

from sgcldff.reporting import report
from sgcldff.reporting.files import FIGURES


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> FinishedRun:
    """Written once; no test changes these files."""
    return write_run(tmp_path_factory.mktemp("experiment"), configuration(), images=12)


@pytest.fixture
def run(finished: FinishedRun, tmp_path: Path) -> FinishedRun:
    """Its configuration, runs, scores and statistics are copies and may be changed."""
    return finished.copy(tmp_path, configuration())


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> Callable[[FinishedRun], FinishedRun]:
    """Writes the report of a run, without its figures and report.html, which holds them."""
    monkeypatch.setattr(report, "_figures", lambda *_: dict.fromkeys(FIGURES))
    monkeypatch.setattr(report, "save", lambda *_: None)
    monkeypatch.setattr(report, "write_html", lambda *_: None)

    def render(run: FinishedRun) -> FinishedRun:
        listed = outputs(run.files.document.parent, run.settings)  # a test may have changed the settings
        given = {
            kind: {name: getattr(run.files, kind).get(name, file) for name, file in listed[kind].items()}
            for kind in ("tables", "pages", "figures", "curves")
        }
        run = run.with_files(predictions=(), **given)
        report.render(run.experiment, run.files)
        return run

    return render


@pytest.fixture
def first_page(rendered: Callable[[FinishedRun], FinishedRun]) -> Callable[[FinishedRun], str]:
    """What paper_tables.md holds."""
    return lambda run: rendered(run).files.document.read_text(encoding="utf-8")


@pytest.fixture
def document(rendered: Callable[[FinishedRun], FinishedRun]) -> Callable[[FinishedRun], str]:
    """What the pages hold that the first one links, one after the other."""
    return lambda run: "\n".join(file.read_text(encoding="utf-8") for file in rendered(run).files.pages.values())


@pytest.fixture
def perturbations() -> dict[str, Any]:
    return stain_axes()


@pytest.fixture
def stain_shifted(run: FinishedRun, perturbations: dict[str, Any]) -> FinishedRun:
    """The run with scenarios along both axes of the stain shift."""
    run.settings["perturbations"] = perturbations
    for axis in perturbations:
        run.settings["scenarios"][f"stain_{axis}"] = [[name, f"{name}@{axis}"] for name in ("bccd", "jtsc")]
    return run


@pytest.fixture
def curves(perturbations: dict[str, Any]) -> pd.DataFrame:
    """robustness.csv of the methods with runs: each loses 3 points at level 0.5 and 20 at level 1, the oracle nothing.

    Thresholding gives masks alone.
    """
    return statistics_tables.curves(perturbations)
