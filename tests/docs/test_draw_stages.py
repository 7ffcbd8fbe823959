"""The picture of the stages shows the rules that there are, and what each waits for."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from scripts import load_script

ROOT = Path(__file__).resolve().parents[2]
# A network that fetches its weights, and a dataset pooled with another.
EVERY_STAGE = ("methods=[full,segformer]", "scenarios={pooled: all of subtypes together}")
TARGETS = {"all", "data", "checked"}  # collect what others make, and make nothing


@pytest.fixture(scope="module")
def picture() -> ModuleType:
    return load_script(ROOT / "docs/draw_stages.py")


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> tuple[set[str], set[tuple[str, str]]]:
    """Stages, and which waits for which, of a run that has every one."""
    command = ["--snakefile", str(ROOT / "Snakefile"), "--configfile", str(ROOT / "workflow/configs/demo.yaml")]
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", *command, "--rulegraph", "--config", *EVERY_STAGE],
        cwd=tmp_path_factory.mktemp("graph"),
        capture_output=True,
        text=True,
        check=True,
    )
    rules = dict(re.findall(r'(\d+)\[label = "(\w+)"', done.stdout))
    stage = {number: re.sub(r"^(fit|predict)_\w+", r"\1", rule) for number, rule in rules.items()}
    arrows = {(stage[before], stage[after]) for before, after in re.findall(r"(\d+) -> (\d+)", done.stdout)}
    return set(stage.values()), arrows


def waits(arrows: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Every pair of stages of which the second comes after the first, directly or not."""
    while more := {(a, d) for a, b in arrows for c, d in arrows if b == c} - arrows:
        arrows = arrows | more
    return arrows


def test_every_stage_of_the_graph_is_a_box_and_every_box_a_stage(picture, graph):
    assert set(picture.STAGES) == graph[0] - TARGETS


def test_the_arrows_say_what_waits_for_what(picture, graph):
    of_graph = {(a, b) for a, b in waits(graph[1]) if not {a, b} & TARGETS}
    assert waits(set(picture.ARROWS)) == of_graph


def test_no_two_boxes_lie_on_one_another(picture):
    places = [(column, row) for _, column, row in picture.STAGES.values()]
    assert len(set(places)) == len(places)


def test_the_picture_is_what_is_drawn(picture, tmp_path):
    picture.draw(tmp_path / "stages.svg")
    assert picture.FILE.read_text() == (tmp_path / "stages.svg").read_text(), "run `python docs/draw_stages.py`"
