"""`--sdm apptainer`: a program that stands in for it, and runs what it is given without a container."""

from __future__ import annotations

from pathlib import Path

from workflow_graph import copy_checkout, generated

STAND_IN = """#!/bin/bash
[ "$1" != --version ] || { echo "apptainer version 1.3.6"; exit; }
echo "$@" >> {asked}
while [ "$1" != sh ] && [ "$1" != bash ]; do shift; done
exec "$@"
"""


def test_jobs_run_in_the_image_that_the_configuration_names(tmp_path: Path) -> None:
    configuration = {
        "synthetic": True,
        "device": "cpu",
        "seeds": [0],
        "size": 64,
        "container": "sgcldff.sif",
        "datasets": ["rapid"],
        "methods": ["full", "chance"],
        "scenarios": {"cross_stain": None},
        "catalogue": {"datasets": {"rapid": generated(24)}},
    }
    graph = copy_checkout(tmp_path / "checkout", configuration)
    (graph.folder / "sgcldff.sif").touch()
    (graph.folder / "bin").mkdir()
    program, asked = graph.folder / "bin/apptainer", tmp_path / "asked"
    program.write_text(STAND_IN.replace("{asked}", str(asked)))
    program.chmod(0o755)
    graph.run("results/raw/rapid.fetched", "--sdm", "apptainer")
    assert "sgcldff.sif" in asked.read_text() and "stage.py" in asked.read_text()
