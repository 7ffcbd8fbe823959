"""Write environment.yml, light.yaml and torch.yaml from the packages of pyproject.toml and the pins of constraints.txt.

light.yaml: the stages without networks; torch.yaml: those with them; environment.yml: everything, for a person. Torch
comes as the index's own build, which carries CUDA and runs without a GPU too.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = {  # file -> what it is, and the groups of pyproject.toml that it holds
    "environment.yml": (
        "everything, tests, style checks and documentation too",
        ("networks", "export", "development", "docs"),
    ),
    "workflow/envs/light.yaml": ("the stages without networks: split, score, statistics, tables", ()),
    "workflow/envs/torch.yaml": ("the stages that run methods", ("networks",)),
}
HEADER = """\
# {title}. Made by workflow/envs/make.py from pyproject.toml and constraints.txt.
name: {name}
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python=3.11
  - pip={pip}
  - pip:
"""
PIP = "25.3"


def normalised(package: str) -> str:
    """A package's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", package).lower()


def pins() -> dict[str, str]:
    """Package -> version, from constraints.txt."""
    lines = (line.partition("#")[0].strip() for line in (ROOT / "constraints.txt").read_text().splitlines())
    return {normalised(name): version for name, _, version in (line.partition("==") for line in lines if line)}


def packages(groups: tuple[str, ...]) -> list[str]:
    """The packages that the project needs itself, with those of the groups, sorted."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return sorted(
        [*project["dependencies"], *(each for group in groups for each in project["optional-dependencies"][group])]
    )


def environment(file: str) -> str:
    """The content of one of FILES."""
    title, groups = FILES[file]
    name = "sgcldff" if "/" not in file else f"sgcldff-{Path(file).stem}"
    versions = pins()
    lines = [f"      - {package}=={versions[normalised(package)]}\n" for package in packages(groups)]
    return HEADER.format(title=title.capitalize(), name=name, pip=PIP) + "".join(lines)


if __name__ == "__main__":
    for file in FILES:
        (ROOT / file).write_text(environment(file))
