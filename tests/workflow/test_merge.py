"""Two machines, a seed each: joined, their fits give the report of one run of both seeds, and none is made again."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml
from workflow_graph import Graph, copy_checkout, generated

pytestmark = pytest.mark.slow
CONFIGURATION = {
    "synthetic": True,
    "device": "cpu",
    "fit_threads": 1,
    "size": 64,
    "training": {"epochs": 1, "batch_size": 16},
    "datasets": ["rapid"],
    "methods": ["full", "chance"],
    "scenarios": {"in_domain": "each of rapid"}
    | dict.fromkeys(("cross_stain", "domain_shift", "leave_one_out", "pooled", "stain_hue", "stain_concentration"))
    | dict.fromkeys(("blur", "noise", "illumination", "resolution", "jpeg")),
    "catalogue": {"datasets": {"rapid": generated(60)}},
}
# Keys and columns of what every run measures anew: times, and the peak of memory.
TIMED = "date|started|seconds|latency_ms|predict_milliseconds|fit_seconds|memory_bytes"
HEADED = r"\((ms|min|MB)\)"


def finished(folder: Path, seeds: list[int]) -> Graph:
    graph = copy_checkout(folder, CONFIGURATION | {"seeds": seeds})
    graph.run()
    return graph


def sgcldff(folder: Path, *arguments: str | Path) -> None:
    command = [sys.executable, "-m", "sgcldff", *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> tuple[Graph, Graph, Graph]:
    """Runs of seed 1, of seed 0, and one of both."""
    folder = tmp_path_factory.mktemp("machines")
    return finished(folder / "there", [1]), finished(folder / "here", [0]), finished(folder / "one", [0, 1])


def joined(machines: tuple[Graph, Graph, Graph], folder: Path, kind: str, seeds: list[int]) -> Graph:
    """The run of seed 0 with that of seed 1, brought as results or as a bundle; seeds: those asked for then."""
    other, here, _ = machines
    graph = Graph(shutil.copytree(here.folder, folder / "here", symlinks=True))
    part = other.results
    if kind == "bundle":
        part = graph.folder / "seed-1"
        sgcldff(graph.folder, "bundle", other.results, other.reports, "--out", part)
    sgcldff(graph.folder, "merge", part, "--into", graph.results)
    settings = graph.folder / "small.yaml"
    settings.write_text(yaml.safe_dump(yaml.safe_load(settings.read_text()) | {"seeds": seeds}))
    return graph


@pytest.fixture(scope="module", params=["results", "bundle"])
def union(
    machines: tuple[Graph, Graph, Graph], request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Graph, Graph, list[str]]:
    """Joined runs of seeds 0 and 1 with their report, one run of both, and the jobs planned after joining."""
    graph = joined(machines, tmp_path_factory.mktemp(request.param), request.param, [0, 1])
    planned = graph.planned()
    graph.run()
    return graph, machines[2], planned


def test_a_fit_that_came_with_a_bundle_is_not_made_again_to_explain_its_images(machines, tmp_path):
    planned = joined(machines, tmp_path, "bundle", [1, 0]).planned()
    made = {job.split()[0] for job in planned}
    assert "report" in made and not made & {"fit", "predict", "attention", "explain"}, planned


def test_no_fit_or_prediction_is_made_again(union):
    _, _, planned = union
    made = {job.split()[0] for job in planned}
    assert {"score", "gather", "statistics", "report"} <= made
    assert not made & {"fit", "predict", "attention", "explain", "architecture", "prepare", "split", "overlaps"}


def test_the_report_is_that_of_one_run_apart_from_times(union):
    graph, one, _ = union
    files = [path.relative_to(one.reports) for path in one.reports.rglob("*") if path.is_file()]
    assert len(files) > 60
    assert [str(name) for name in files if untimed(graph.reports / name) != untimed(one.reports / name)] == []


def untimed(file: Path) -> object:
    """What a file of a report says, without what is a date or took time."""
    if file.suffix == ".json":
        return re.sub(rf'"({TIMED})": [^\n]+', "", json.dumps(json.loads(file.read_text()), indent=1))
    if file.name == "costs.csv":
        table = pd.read_csv(file, dtype=str)
        return table.loc[:, ~table.columns.str.fullmatch(TIMED)].to_csv()
    if file.suffix == ".html":  # its numbers are those of the pages
        return re.sub(r'<td class="number".*|\d+ s in all|\d{4}-\d\d-\d\dT[\d:+]+', "", file.read_text())
    if file.suffix == ".md":
        return untimed_page(file.read_text())
    return file.read_bytes()


def untimed_page(text: str) -> list[list[str]]:
    """The cells of each line, without columns of tables that are headed by a unit of time."""
    lines, timed = [], set()
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.sub(r"\d+ s in all|^\| Date .*", "", line).split("|")]
        if re.search(HEADED, line):
            timed = {number for number, cell in enumerate(cells) if re.search(HEADED, cell)}
        elif not line.startswith("|"):
            timed = set()
        if not re.fullmatch(r"[|:-]+", line):
            lines.append([cell for number, cell in enumerate(cells) if number not in timed])
    return lines


def test_scores_and_statistics_are_the_bytes_of_one_run(union):
    graph, one, _ = union
    measured = [path.relative_to(one.results) for path in one.results.glob("*.csv")]
    measured += [path.relative_to(one.results) for path in one.results.glob("statistics/*.csv")]
    assert len(measured) > 15
    assert [str(name) for name in measured if untimed(graph.results / name) != untimed(one.results / name)] == []
