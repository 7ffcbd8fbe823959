from __future__ import annotations

import json
import subprocess
import sys

import pandas as pd
import pytest

from sgcldff.errors import InputError
from sgcldff.reporting.report import render

FIGURES = [
    "roc",
    "precision_recall",
    "iou_by_class",
    "iou_by_method",
    "hypotheses",
    "power",
    "robustness",
    "explanations",
]


@pytest.fixture
def small(experiment):
    """One dataset and one seed's files are enough to go through everything, in a fraction of the time."""
    experiment["settings"]["datasets"] = {"bccd": {"title": "BCCD", "space": "subtypes"}}
    experiment["settings"]["scenarios"] = {"in_domain": [["bccd", "bccd"]]}
    for files in ("prepared", "explanations", "cards"):
        experiment[files] = {"bccd": experiment[files]["bccd"]}
    return experiment


def test_the_report_has_its_document_tables_figures_and_provenance(small):
    render(**small)
    reports = small["reports"]
    assert (reports / "paper_tables.md").stat().st_size > 5000
    tables = ["table2", "table3", "hypotheses", "interactions", "comparisons", "claims", "runs", "per_class"]
    tables += ["further_metrics", "costs", "audit_comparisons", "audit_findings", "audit_claims"]
    tables += ["duplicates_by_dataset", "leakage_by_test"]
    for name in tables:
        assert len(pd.read_csv(reports / "tables" / f"{name}.csv")) > 0
    assert all((reports / "figures" / f"{name}.{kind}").exists() for name in FIGURES for kind in ("png", "svg"))
    assert json.loads((reports / "provenance.json").read_text())["configuration"]["seeds"] == [0, 1, 2]


def test_what_is_synthetic_says_so_in_the_document_and_in_every_table_and_figure(small, monkeypatch):
    small["settings"] |= {"synthetic": True, "scale": "a small-scale run"}
    texts = {}
    monkeypatch.setattr(
        "sgcldff.reporting.report.save",
        lambda figure, folder, name: texts.update({name: " ".join(text.get_text() for text in figure.texts)}),
    )
    render(**small)
    document = (small["reports"] / "paper_tables.md").read_text()
    assert document.index("> **Synthetic.**") < document.index("## What was run")
    # The audit is of the paper's numbers: nothing in it was measured here.
    before, _, after = document.partition("## What the paper's printed numbers allow")
    measured = before + after[after.index("\n## ") :]
    captions = [line for line in measured.splitlines() if line.startswith("**")]
    assert all("(Synthetic images; a small-scale run)" in line for line in captions)
    assert all("synthetic" in pd.read_csv(path).columns for path in (small["reports"] / "tables").iterdir())
    assert list(texts) == FIGURES
    assert all(text.endswith("Synthetic images; a small-scale run") for text in texts.values())


def test_real_images_are_not_called_synthetic(small, monkeypatch):
    monkeypatch.setattr("sgcldff.reporting.report._write_figures", lambda *_: None)
    render(**small)
    assert "ynthetic" not in (small["reports"] / "paper_tables.md").read_text()


def test_a_paper_row_that_does_not_exist_stops_before_anything_is_written(small):
    small["settings"]["methods"]["unetpp"]["paper"] = "UNet++ (2018)"
    with pytest.raises(InputError):
        render(**small)
    assert not small["reports"].exists()


def test_a_damaged_explanations_file_is_named(small, tmp_path):
    damaged = tmp_path / "seed-0.npz"
    damaged.write_bytes(b"PK")
    small["explanations"] = {"bccd": damaged}
    with pytest.raises(InputError, match=r"seed-0\.npz holds no explanations"):
        render(**small)


def test_a_file_that_holds_no_scores_is_named(small):
    small["scores"].write_text("no parquet")
    with pytest.raises(InputError, match=r"scores\.parquet holds no scores"):
        render(**small)


def test_reporting_imports_no_torch_and_no_other_room():
    code = (
        "import sys, sgcldff.reporting.report; "
        "rooms = ('evaluation', 'model', 'training', 'data', 'statistics'); "
        "print([m for m in sys.modules if m == 'torch' or m.startswith(tuple('sgcldff.' + room for room in rooms))])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
