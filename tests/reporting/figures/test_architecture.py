from __future__ import annotations

import pandas as pd
import pytest
from finished_run import FinishedRun
from matplotlib.figure import Figure

from sgcldff.reporting.figures.architecture import draw_architecture
from sgcldff.tables.architecture import ARCHITECTURE
from sgcldff.tables.read import read_table


@pytest.fixture
def blocks(run: FinishedRun) -> pd.DataFrame:
    return read_table(run.files.architecture, ARCHITECTURE)


def written(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts if text.get_text()]


def test_each_block_has_its_shape_its_parameters_and_its_multiply_adds(run, blocks):
    texts = written(draw_architecture(run.titles, "full", blocks))
    at = texts.index("Swin pair, F1")
    assert texts[at + 1 : at + 4] == ["64×16×16", "102 k parameters", "5.82 M mult.-adds"]


def test_the_sums_of_the_blocks_stand_beside_them(run, blocks):
    texts = written(draw_architecture(run.titles, "full", blocks))
    assert "All blocks\n1.50 M parameters\n30.0 M multiply-adds" in texts


def test_a_block_without_parameters_has_its_shape_alone(run, blocks):
    texts = written(draw_architecture(run.titles, "full", blocks))
    assert texts[texts.index("Gate by S") + 2] == "Swin pair, F1"


def test_an_arrow_leads_to_a_block_from_each_that_it_reads(run, blocks):
    axes = draw_architecture(run.titles, "full", blocks).axes[0]
    arrows = [text for text in axes.texts if getattr(text, "arrow_patch", None) is not None]
    assert len(arrows) == blocks["reads"].str.split().str.len().sum()


def test_the_loss_is_named_where_there_is_a_prior_alone(run, blocks):
    assert any("loss between" in text for text in written(draw_architecture(run.titles, "full", blocks)))
    without = blocks[blocks["block"] != "prior"]
    assert not any("loss" in text for text in written(draw_architecture(run.titles, "full", without)))


def test_a_gate_at_the_image_and_a_single_head_find_a_place(run, blocks):
    changed = blocks[~blocks["block"].isin(["segment", "cnn1"])].replace({"block": {"gate1": "gate"}})
    first = pd.DataFrame([["cnn1", "gate", "24×16×16", 1.0, 1.0]], columns=blocks.columns)
    changed = pd.concat([changed.replace({"reads": {"cnn1 saliency": "input saliency", "gate1": "cnn1"}}), first])
    texts = written(draw_architecture(run.titles, "full", changed))
    assert "Gate by S" in texts and "Segmentation head" not in texts


def test_of_a_fit_that_failed_the_figure_says_so(run, blocks):
    assert written(draw_architecture(run.titles, "full", blocks.head(0))) == ["no network: the fit failed"]
