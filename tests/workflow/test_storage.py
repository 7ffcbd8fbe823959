"""The graph with its results in a store, as clusters without a common file system keep them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from scripts import load_script
from workflow_graph import Graph, copy_checkout, generated

kills = load_script(Path(__file__).resolve().parents[2] / "benchmarks/kills.py")


def graph_of(folder: Path) -> Graph:
    return copy_checkout(
        folder,
        {
            "results": "run/results",  # where benchmarks/kills.py looks for what it compares
            "reports": "run/reports",
            "raw": "run/raw",
            "synthetic": True,
            "device": "cpu",
            "size": 64,
            "seeds": [0, 1],
            "datasets": ["rapid"],
            "catalogue": {"datasets": {"rapid": generated(30)}},
            "training": {"epochs": 1, "batch_size": 16},
            "methods": ["full", "chance"],
            "perturbations": dict.fromkeys(
                ("hue", "concentration", "blur", "noise", "illumination", "resolution", "jpeg")
            ),
            "scenarios": {"in_domain": "each of rapid"}
            | dict.fromkeys(("cross_stain", "other_cells", "leave_one_out", "pooled", "domain_shift", "leukaemia")),
        },
    )


def made(folder: Path) -> dict[str, str]:
    """What a run made there; the source of a dataset is no output, and stays where it was fetched."""
    return {file: digest for file, digest in kills.digests(folder).items() if not file.startswith("run/raw/")}


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("rsync"), reason="the plug-in of a folder as a store copies with rsync")
def test_a_run_into_a_store_leaves_there_the_bytes_of_a_run_without(tmp_path):
    plain, stored = graph_of(tmp_path / "plain"), graph_of(tmp_path / "stored")
    store = tmp_path / "store"
    options = ("--default-storage-provider", "fs", "--default-storage-prefix", str(store))
    plain.run()
    stored.run(*options)
    expected = made(plain.folder)
    assert expected and made(store) == expected
    assert os.listdir(stored.folder / "run") == ["raw"]
    assert "Nothing to be done" in stored.run(*options, "--dry-run")
