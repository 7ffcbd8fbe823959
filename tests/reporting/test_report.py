from __future__ import annotations

import json
import subprocess
import sys

import pandas as pd
import pytest
from finished_run import FinishedRun, outputs
from finished_run.configuration import dataset

from sgcldff.errors import InputError
from sgcldff.reporting import report
from sgcldff.reporting.files import FIGURES
from sgcldff.reporting.report import render
from sgcldff.reporting.shown import CONTRACTS
from sgcldff.tables.names import STATISTICS, TABLES


@pytest.fixture
def small(run: FinishedRun) -> FinishedRun:
    """One dataset is enough to go through everything, in a fraction of the time."""
    run.settings["datasets"] = {"bccd": dataset("BCCD")}
    run.settings["scenarios"] = {"in_domain": [["bccd", "bccd"]]}
    names = ("explanations", "explained", "indexes", "dropped", "facts", "cards")
    changes = {name: {"bccd": getattr(run.files, name)["bccd"]} for name in names}
    return run.with_files(**changes, **outputs(run.files.document.parent, run.settings))


def test_the_report_has_its_document_tables_figures_and_provenance(small):
    render(small.experiment, small.files)
    texts = (small.files.document, small.files.html, *small.files.pages.values())
    assert all(file.stat().st_size > 60 for file in texts)
    for name, file in small.files.tables.items():
        assert len(pd.read_csv(file)) > 0 or name in ("robustness", "leakage", "shift_controls")
    written = [*small.files.curves.values(), *(file for pair in small.files.figures.values() for file in pair)]
    assert all(file.stat().st_size > 0 for file in written)
    assert json.loads(small.files.provenance.read_text())["configuration"]["seeds"] == [0, 1, 2]


def test_the_graph_lists_the_tables_that_the_report_reads_and_writes(run, document):
    document(run)
    assert set(run.files.tables) == {*TABLES, "cross_stain", "domain_shift"}
    assert all(file.exists() for file in run.files.tables.values())
    assert set(CONTRACTS) == set(STATISTICS)


def test_links_lead_from_the_pages_to_the_files_that_were_given(run, document):
    elsewhere = run.files.document.parent.parent / "cards"
    figures = {name: (elsewhere / f"{name}.svg", elsewhere / f"{name}.png") for name in FIGURES}
    cards = {name: elsewhere / name / "README.md" for name in run.files.cards}
    tables = run.files.tables | {"comparisons": elsewhere / "all.csv"}
    text = document(run.with_files(figures=figures, cards=cards, tables=tables))
    assert "](../../cards/roc.png)" in text and "[BCCD](../../cards/bccd/README.md)" in text
    assert "`../../cards/all.csv` has every other metric" in text


def test_what_is_synthetic_says_so_on_every_page_and_in_every_table_and_figure(small, monkeypatch):
    small.settings |= {"synthetic": True, "scale": "a small-scale run"}
    texts = {}
    monkeypatch.setattr(
        report,
        "save",
        lambda figure, svg, png: texts.update({svg.stem: " ".join(text.get_text() for text in figure.texts)}),
    )
    monkeypatch.setattr(report, "write_html", lambda *_: None)
    render(small.experiment, small.files)
    pages = {"first": small.files.document} | small.files.pages
    texts_of_pages = {name: file.read_text() for name, file in pages.items()}
    assert all("> **Synthetic.**" in text.split("\n## ")[0] for text in texts_of_pages.values())
    # The audit is of the paper's numbers: nothing in it was measured here.
    measured = "\n".join(text for name, text in texts_of_pages.items() if name != "audit")
    captions = [line for line in measured.splitlines() if line.startswith("**")]
    assert len(captions) > 10
    assert all("(Synthetic images; a small-scale run)" in line for line in captions)
    assert all("synthetic" in pd.read_csv(file).columns for file in small.files.tables.values())
    assert list(texts) == list(small.files.figures)
    assert all(text.endswith("Synthetic images; a small-scale run") for text in texts.values())


def test_real_images_are_not_called_synthetic(small, document):
    assert "ynthetic" not in document(small)


def test_a_paper_row_that_does_not_exist_stops_before_anything_is_written(small):
    small.settings["methods"]["unetpp"]["paper"] = "UNet++ (2018)"
    with pytest.raises(InputError):
        render(small.experiment, small.files)
    assert not small.files.document.parent.exists()


def test_a_damaged_explanations_file_is_named(small, tmp_path):
    damaged = tmp_path / "seed-0.npz"
    damaged.write_bytes(b"PK")
    small = small.with_files(explanations={"bccd": damaged})
    with pytest.raises(InputError, match=r"seed-0\.npz holds no explanations"):
        render(small.experiment, small.files)


def test_a_file_that_holds_no_scores_is_named(small):
    small.files.scores.write_text("no parquet")
    with pytest.raises(InputError, match=r"scores\.parquet holds no scores"):
        render(small.experiment, small.files)


def test_reporting_imports_no_torch_and_no_other_room():
    code = (
        "import sys, sgcldff.reporting.report; "
        "rooms = ('evaluation', 'model', 'training', 'data', 'statistics'); "
        "print([m for m in sys.modules if m == 'torch' or m.startswith(tuple('sgcldff.' + room for room in rooms))])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_names_of_the_files_and_the_papers_rows_need_the_standard_library_alone():
    code = (
        "import sys, sgcldff.reporting.files, sgcldff.reporting.paper_values, sgcldff.tables.names; "
        "print([name for name in ('pandas', 'numpy', 'matplotlib', 'pydantic') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
