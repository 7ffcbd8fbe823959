from __future__ import annotations

import pytest

from sgcldff.reporting.sections.strata import STRATA, shown_methods, strata_section


@pytest.fixture
def section(run) -> str:
    return rendered(run, run.table("strata"))


def rendered(run, table) -> str:
    in_domain = run.scenarios["in_domain"]
    methods = shown_methods(run.results, in_domain, run.methods)
    return strata_section(run.titles, methods, in_domain.pairs, table, 3, "tables/strata.csv")


def cells(section: str, metric: str, dataset: str, method: str) -> list[str]:
    lines = section.split(f"**{metric} by kind of image**")[1].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return next(row for row in rows if row[:2] == [dataset, method])[2:]


def test_the_reference_stands_first_and_then_the_best_others_without_controls(run):
    methods = shown_methods(run.results, run.scenarios["in_domain"], run.methods)
    assert [method.key for method in methods] == ["full", "no_fusion", "unetpp", "thresholding"]


def test_each_kind_has_its_column(section):
    found = cells(section, "IoU", "JTSC", "**SG-CLDFF**")
    assert len(found) == len(STRATA) == 7
    assert found[:2] == ["0.930 ± 0.010", "0.880 ± 0.010"]
    assert cells(section, "Accuracy", "JTSC", "**SG-CLDFF**")[0] == "93.0 ± 1.0"


def test_a_kind_without_an_image_is_a_dash_and_counts_none(section):
    assert cells(section, "IoU", "BCCD", "UNet++")[-1] == "—"
    assert cells(section, "IoU", "BCCD", "*images a seed*")[-2:] == ["4.5", "0"]


def test_a_mean_over_fewer_seeds_says_so(run):
    table = run.table("strata")
    table.loc[table["stratum"] == "small", "n_seeds"] = 2
    assert cells(rendered(run, table), "IoU", "BCCD", "UNet++")[2].endswith("(n = 2)")


def test_without_masks_there_is_no_section(run):
    assert rendered(run, run.table("strata").head(0)) == ""
