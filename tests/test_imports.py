"""Imports run one way, so that a room can be read, tested and replaced without the ones that are built on it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
GROUND = {"errors", "method", "config"}  # what every room may import
ALLOWED = {  # Room of sgcldff (folder or module) -> the other rooms that it may import
    "errors": set(),
    "environment": set(),
    "layout": set(),
    "variants": set(),
    "config": {"errors", "layout", "tables", "variants"},
    "method": {"errors", "config"},
    "tables": {"errors", "variants"},
    "metrics": {"errors", "method"},
    "data": GROUND | {"tables"},
    "model": GROUND | {"data"},
    "training": GROUND | {"data", "environment", "metrics", "model", "tables"},
    "evaluation": GROUND | {"data", "metrics", "model", "tables", "training", "variants"},
    "statistics": {"errors", "config", "tables", "variants"},
    "reporting": {"errors", "config", "environment", "tables", "variants"},
    "sharing": {"errors", "config", "environment", "layout", "reporting", "tables", "training", "variants"},
}
SEEN_BY_THE_SNAKEFILE = (
    *("config/check", "config/references", "config/python_files", "config/suggestions", "config/experiment"),
    *("errors", "layout", "variants", "data/sources/manual_files", "tables/runs", "tables/contract"),
    *("tables/names", "reporting/files"),
)
DOORS = {"cli", "stages", "__main__"}  # the command line and the stages of the graph call every room


def imported(file: Path) -> set[str]:
    """Every absolute dotted name that a file imports, names of `from` imports included."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file} imports relatively, which this test does not follow"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def rooms(file: Path) -> set[str]:
    """The rooms of sgcldff that a file imports."""
    return {name.split(".")[1] for name in imported(file) if name.startswith("sgcldff.")}


def files_of(room: str) -> list[Path]:
    place = ROOT / "sgcldff" / room
    return sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]


def test_every_room_has_its_rule():
    here = {place.stem for place in (ROOT / "sgcldff").iterdir() if place.suffix == ".py" or any(place.glob("*.py"))}
    assert here - {"__init__"} == set(ALLOWED) | DOORS


@pytest.mark.parametrize("room", ALLOWED)
def test_a_room_imports_only_what_lies_before_it(room):
    strays = {str(file.relative_to(ROOT)): rooms(file) - ALLOWED[room] - {room} for file in files_of(room)}
    assert {file: stray for file, stray in strays.items() if stray} == {}


def test_the_benchmark_never_imports_a_baseline():
    found = [
        file for file in (ROOT / "sgcldff").rglob("*.py") if any(n.startswith("baselines") for n in imported(file))
    ]
    assert found == []


def test_a_baseline_imports_no_evaluation_statistics_or_report():
    for file in (ROOT / "baselines").rglob("*.py"):
        assert rooms(file) <= GROUND | {"data", "model", "training"}, file


def test_what_is_run_by_hand_calls_the_rooms_that_it_measures_and_no_door_or_report():
    for file in (ROOT / "benchmarks").rglob("*.py"):
        measured = {"data", "evaluation", "metrics", "model", "statistics", "tables", "training"}
        assert rooms(file) <= GROUND | {"environment", "layout", *measured}, file


def test_the_statistics_need_numbers_alone():
    packages = {name.split(".")[0] for file in files_of("statistics") for name in imported(file)}
    assert packages - set(sys.stdlib_module_names) <= {"numpy", "scipy", "pandas", "sgcldff"}


@pytest.mark.parametrize("room", ["config", "data", "metrics", "reporting", "statistics", "method", "layout"])
def test_a_room_without_networks_names_no_torch(room):
    heavy = {"torch", "torchvision", "timm", "segmentation_models_pytorch"}
    assert not [file for file in files_of(room) if {name.split(".")[0] for name in imported(file)} & heavy]


@pytest.mark.parametrize(
    "module",
    [
        "sgcldff.cli.main",
        "sgcldff.method",
        "sgcldff.config.check",
        "sgcldff.statistics.every_table",
        "sgcldff.reporting.report",
        "sgcldff.data.prepare",
        "sgcldff.data.cards.card",
        "sgcldff.data.sources.synthetic",
        "sgcldff.evaluation.score",
        "sgcldff.evaluation.predict",
        "baselines.thresholding",
        "baselines.controls",
    ],
)
def test_what_needs_no_network_starts_without_torch(module):
    program = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


def test_the_configuration_is_checked_with_what_snakemake_itself_installs():
    """The Snakefile does so in the environment that Snakemake runs in."""
    files = [file for room in SEEN_BY_THE_SNAKEFILE for file in files_of(room)]
    packages = {name.split(".")[0] for file in files for name in imported(file)}
    assert packages - set(sys.stdlib_module_names) == {"jsonschema", "pydantic", "sgcldff"}
