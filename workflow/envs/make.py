"""Write environment.yml, light.yaml and torch.yaml from the packages of pyproject.toml and the pins of constraints.txt.

light.yaml: the stages without networks; torch.yaml: those with them; environment.yml: everything, for a person.

By conda-forge's name comes what no number depends on, in any version of the pinned one's first number: conda-forge need
not have each pinned version, and one that it lacks is an environment that cannot be made. What computes or prints a
number comes from pip in the pinned version, so that environments do not differ in these, without the second OpenMP
that conda's numpy would bring beside torch's. Torch is the index's own build, with CUDA, and runs without a GPU too.
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
# None of them computes or prints a number, nor pulls in a package that pip installs.
CONDA_FORGE = {
    "hypothesis",
    "jinja2",
    "jsonschema",
    "mkdocs",
    "psutil",
    "pygments",
    "pytest",
    "pytest-xdist",
    "pyyaml",
    "tqdm",
    "urllib3",
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
    named = {package: versions[normalised(package)] for package in packages(groups)}
    conda = [f"  - {package}={version.split('.')[0]}\n" for package, version in named.items() if package in CONDA_FORGE]
    pip = [f"      - {package}=={version}\n" for package, version in named.items() if package not in CONDA_FORGE]
    return "".join([HEADER.format(title=title.capitalize(), name=name, pip=PIP), *conda, "  - pip:\n", *pip])


if __name__ == "__main__":
    for file in FILES:
        (ROOT / file).write_text(environment(file))
