from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from finished_run import FinishedRun

from sgcldff.reporting.sections.attention import attention_section


def section(run: FinishedRun, table: pd.DataFrame) -> str:
    return attention_section(run.titles, "full", run.methods, table, "tables/attention.csv")


def cells(text: str, table: str, title: str) -> list[str]:
    lines = text[text.index(table) :].splitlines()
    line = next(line for line in lines if line.startswith(f"| {title}"))
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.fixture
def table(run: FinishedRun) -> pd.DataFrame:
    return run.table("attention")


def test_a_method_has_its_map_of_s_with_the_references_lead(run, table):
    shown = cells(section(run, table), "**The saliency map S", "Without fusion")
    assert shown[1:3] == ["0.200 (0.150 to 0.250)", "0.0 (−5.0 to +5.0)"]
    assert shown[5:] == ["0.400 (0.350 to 0.450)", "0.200", "3"]


def test_grad_cam_stands_beside_that_of_random_weights(run, table):
    shown = cells(section(run, table), "**Grad-CAM", "UNet++")
    assert shown[1:4] == ["0.600 (0.550 to 0.650)", "−30.0 (−35.0 to −25.0)", "0.700"]


def test_the_first_line_is_what_a_uniform_map_has(run, table):
    text = section(run, table)
    assert cells(text, "**The saliency map S", "*a uniform map*")[5:7] == ["0.750", "0.250"]
    assert cells(text, "**Grad-CAM", "*a uniform map*")[1:6] == ["0.750", "—", "—", "0.100", "0.250"]


def test_the_references_control_has_a_line_and_the_difference_to_it(run, table):
    shown = cells(section(run, table), "**Grad-CAM", "*Control: SG-CLDFF, random weights*")
    assert shown[1:4] == ["0.700 (0.650 to 0.750)", "−40.0 (−45.0 to −35.0)", "—"]


def test_a_network_without_s_is_in_the_table_of_grad_cam_alone(run, table):
    text = section(run, table)
    assert "UNet++" not in text[: text.index("**Grad-CAM")] and "UNet++" in text[text.index("**Grad-CAM") :]


def test_what_has_no_interval_or_no_value_shows_so(run, table):
    mine = table["method"] == "unetpp"
    table.loc[mine, ["ci_low", "ci_high"]] = np.nan
    table = table[~(mine & (table["metric"] == "deletion"))]
    shown = cells(section(run, table), "**Grad-CAM", "UNet++")
    assert shown[1] == "0.600" and shown[7] == "—"


def test_without_measures_there_is_no_section(run, table):
    assert section(run, table.head(0)) == ""


def test_the_document_has_the_section_before_the_tests(run, document):
    text = document(run)
    assert text.index("## Table 3") < text.index("## Attention, measured") < text.index("## SG-CLDFF against")
    assert "tables/attention.csv`" in text
