"""baselines/README.md and the configuration name the same methods."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from configuration import CONFIG, resolved

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "baselines/README.md").read_text(encoding="utf-8")
EVERY = resolved({"methods": "all"})["methods"]
METHODS = {name: entry for name, entry in EVERY.items() if entry["class"].startswith("baselines.")}
ROWS = [line.split("|")[1:3] for line in README.splitlines() if line.startswith("| `")]


def test_every_method_has_its_row_and_every_row_its_method() -> None:
    assert {key for keys, _ in ROWS for key in re.findall(r"`(\w+)`", keys)} == set(METHODS)


def test_those_that_config_yaml_does_not_choose_are_marked() -> None:
    marked = {key for keys, _ in ROWS for key in re.findall(r"`(\w+)` ○", keys)}
    assert marked == set(METHODS) - set(CONFIG["methods"])


@pytest.mark.parametrize("name", METHODS)
def test_a_row_names_the_file_of_its_class(name: str) -> None:
    file = METHODS[name]["class"].split(".")[1] + ".py"
    assert any(f"`{name}`" in keys and f"({file})" in files for keys, files in ROWS)


def test_every_link_leads_somewhere() -> None:
    assert all((ROOT / "baselines" / target).exists() for target in re.findall(r"\]\((\w+\.py)\)", README))
