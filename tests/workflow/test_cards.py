"""What is planned must not hang on the cards of the machine that plans."""

from __future__ import annotations

import pytest
from workflow_graph import copy_checkout, driver_of, generated

AXES = ("hue", "concentration", "blur", "noise", "illumination", "resolution", "jpeg")
SCENARIOS = ("stain_hue", "stain_concentration", *AXES[2:])  # along them

# In the place of every stage: what is asked here is the graph's.
TOUCH = """
from pathlib import Path

for file in map(Path, snakemake.output):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.mkdir(exist_ok=True) if file.name == "keypoints" else file.touch()
"""


@pytest.mark.slow
def test_what_was_made_beside_cards_is_not_planned_again_where_there_are_none(tmp_path):
    graph = copy_checkout(
        tmp_path / "checkout",
        {
            "synthetic": True,
            "device": "auto",
            "fit_threads": 8,  # more than a job beside a card takes
            "size": 64,
            "seeds": [0],
            "datasets": ["rapid"],
            "catalogue": {"datasets": {"rapid": generated(30)}},
            "methods": ["full", "chance"],
            "perturbations": dict.fromkeys(AXES),
            "scenarios": {
                **dict.fromkeys(("cross_stain", "leave_one_out", "pooled", "domain_shift", *SCENARIOS)),
                "in_domain": "each of rapid",
            },
        },
    )
    (graph.folder / "workflow/scripts/stage.py").write_text(TOUCH)
    driver_of(graph.folder / "bin", "GPU-one")
    graph.run()
    (graph.folder / "bin/nvidia-smi").unlink()
    assert graph.planned() == []
