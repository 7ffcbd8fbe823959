from __future__ import annotations

import json

import pytest

from sgcldff.reporting.figures.training_curves import training_curves
from sgcldff.reporting.sections.training import training_section


@pytest.fixture
def curves(run):
    fits = [json.loads(file.read_text()) for file in run.files.fits]
    return training_curves(fits, run.files.histories)


def rows(section: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if "|" in line][2:]


def test_each_method_and_dataset_has_its_epochs_and_how_many_fits_were_not_flat(run, curves):
    last = (curves["method"] == "full") & (curves["trained_on"] == "jtsc") & (curves["seed"] == 1)
    curves.loc[last, "best"] = (curves.loc[last, "epoch"] == 20).astype(int)
    curves.loc[last, "rises_to_the_end"] = 1
    section = training_section(run.titles, run.methods, curves)
    assert "Of 27 fits with epochs, 1 had" in section
    found = {(row[0], row[1]): row[2:] for row in rows(section)}
    assert found["**SG-CLDFF**", "JTSC"] == ["20", "11 to 20", "1 of 3"]
    assert found["UNet++", "BCCD"] == ["20", "11", "0 of 3"]


def test_without_epochs_there_is_no_section(run, curves):
    assert training_section(run.titles, run.methods, curves.head(0)) == ""
