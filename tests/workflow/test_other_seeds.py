"""A run that goes on with fewer seeds or more plans what is missing, and what was edited meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from workflow_graph import Graph, copy_checkout, generated


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    configuration = {
        "synthetic": True,
        "device": "cpu",
        "seeds": [0, 1],
        "size": 64,
        "datasets": ["rapid"],
        "methods": ["full", "chance"],
        "scenarios": {"cross_stain": None},
        "catalogue": {"datasets": {"rapid": generated(24)}},
    }
    return copy_checkout(tmp_path / "checkout", configuration)


def choose_seeds(graph: Graph, *seeds: int) -> None:
    settings = graph.folder / "small.yaml"
    settings.write_text(yaml.safe_dump(yaml.safe_load(settings.read_text()) | {"seeds": list(seeds)}))


def test_a_run_with_fewer_seeds_than_were_divided_goes_on_to_its_report(graph: Graph) -> None:
    graph.run("data")
    choose_seeds(graph, 0)
    planned = graph.planned()
    assert "report" in planned and "fit chance on rapid, seed 0" in planned


def test_one_more_seed_does_not_hide_an_edit_of_what_was_fitted(graph: Graph) -> None:
    graph.run("--until", "fit_chance")
    choose_seeds(graph, 0, 1, 2)
    assert [job for job in graph.planned() if job.startswith("fit chance")] == ["fit chance on rapid, seed 2"]
    with (graph.folder / "baselines/controls.py").open("a", encoding="utf-8") as stream:
        stream.write("\nEDITED = True\n")
    assert {f"fit chance on rapid, seed {seed}" for seed in range(3)} <= set(graph.planned())
