"""The files that a forge, a library or a person who wants to cite or to help looks for."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def test_the_licence_is_the_one_that_is_declared_everywhere():
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License\n")
    assert PROJECT["license"] == CITATION["license"] == "MIT"


def test_the_citation_has_what_version_1_2_0_of_the_format_requires():
    assert CITATION["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= set(CITATION)
    assert all({"type", "title", "authors"} <= set(reference) for reference in CITATION["references"])


def test_the_citation_has_the_version_of_the_package():
    assert CITATION["version"] == PROJECT["version"]


def test_the_changelog_has_the_form_that_it_names():
    headings = re.findall(r"^(##+ .+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    kinds = {f"### {kind}" for kind in ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")}
    assert headings[0] == "## Unreleased" and {each for each in headings if each.startswith("###")} <= kinds


def test_of_results_only_the_page_that_says_what_will_lie_there_is_kept(tmp_path):
    shutil.copy(ROOT / ".gitignore", tmp_path)
    for file in ("results/README.md", "results/runs.csv", "results/raw/bccd/image.png"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    listed = ["git", "-C", str(tmp_path), "ls-files", "--others", "--exclude-standard", "results"]
    assert subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split() == ["results/README.md"]


def test_the_page_of_the_results_names_the_files_of_the_stages():
    pattern = r"^\|[^|]*\| `([\w.]+)"  # the first word of the second column
    kept = set(re.findall(pattern, (ROOT / "docs/stages.md").read_text(encoding="utf-8"), flags=re.MULTILINE))
    page = (ROOT / "results/README.md").read_text(encoding="utf-8")
    assert kept and not {name for name in kept if name not in page}
