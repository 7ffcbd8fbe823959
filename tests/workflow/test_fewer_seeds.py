"""A run that goes on with fewer seeds than were divided plans what is missing."""

from __future__ import annotations

from pathlib import Path

import yaml
from workflow_graph import copy_checkout, generated


def test_a_run_with_fewer_seeds_than_were_divided_goes_on_to_its_report(tmp_path: Path) -> None:
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
    graph = copy_checkout(tmp_path / "checkout", configuration)
    graph.run("data")
    settings = graph.folder / "small.yaml"
    settings.write_text(yaml.safe_dump(yaml.safe_load(settings.read_text()) | {"seeds": [0]}))
    planned = graph.planned()
    assert "report" in planned and "fit chance on rapid, seed 0" in planned
