"""What is imported is pinned, what is pinned is used, and the two lists of pins and the installation agree."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
PROJECT = {"sgcldff", "baselines"}
NEEDED_UNSEEN = {
    "pygments": "`snakemake --report` colours the code of the rules with it",
    "torchvision": "timm and segmentation-models-pytorch import it, and each torch has one version of it",
    "statsmodels": "provenance.json names its version, and the statistics are held to it",
}
"""Pinned in requirements.txt, imported nowhere in the project, and why it stands there."""
NEEDED_UNSEEN_BY_TESTS = {
    "pytest-xdist": "`make test` runs on several cores with it",
    "ruff": "tests/test_style.py runs it as a command",
    "snakefmt": "tests/test_style.py runs it as a command",
}


def normalised(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lines: list[str]) -> dict[str, str]:
    """Distribution -> version; every line must pin one."""
    found = {}
    for line in lines:
        text = line.split("#")[0].strip()
        if text:
            name, separator, number = text.partition("==")
            assert separator and re.fullmatch(r"[0-9][0-9A-Za-z.+]*", number), f"{line!r} pins no version"
            assert normalised(name) not in found, f"{name} is pinned twice"
            found[normalised(name)] = number
    return found


def pins_of(name: str) -> dict[str, str]:
    return pins((ROOT / name).read_text().splitlines())


REQUIREMENTS = pins_of("requirements.txt")
DEVELOPMENT = pins_of("requirements-dev.txt")
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]


def imported(*places: str) -> dict[str, str]:
    """Third-party package -> one of the files below these places that import it."""
    found = {}
    for place in places:
        for file in sorted((ROOT / place).rglob("*")):
            if file.suffix not in (".py", ".smk"):
                continue
            # A rule file is no Python, so its imports are read as lines; they stand at its head.
            text = file.read_text(encoding="utf-8")
            if file.suffix == ".smk":
                text = "\n".join(line for line in text.splitlines() if re.match(r"(import|from) [\w., ]+$", line))
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                else:
                    names = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
                found |= {name.split(".")[0]: str(file.relative_to(ROOT)) for name in names}
    own = {file.stem for file in (ROOT / "tests").rglob("*.py")}
    return {name: file for name, file in found.items() if name not in {*sys.stdlib_module_names, *PROJECT, *own}}


def distributions(packages: dict[str, str]) -> dict[str, str]:
    """Distribution that installs a package -> a file that imports it."""
    installed = packages_distributions()
    assert not {name: file for name, file in packages.items() if name not in installed}, "imported and not installed"
    return {normalised(name): file for package, file in packages.items() for name in installed[package]}


def test_conda_installs_what_pip_installs():
    pip = next(entry["pip"] for entry in CONDA if isinstance(entry, dict))
    assert pins(pip) == REQUIREMENTS


def test_conda_has_the_python_that_the_project_asks_for():
    assert f"python={sys.version_info.major}.{sys.version_info.minor}" in CONDA


def test_what_the_project_imports_is_pinned():
    needed = distributions(imported("sgcldff", "baselines", "workflow"))
    assert {name: file for name, file in needed.items() if name not in REQUIREMENTS} == {}


def test_what_the_tests_import_is_pinned():
    needed = distributions(imported("tests"))
    assert {name: file for name, file in needed.items() if name not in REQUIREMENTS | DEVELOPMENT} == {}


def test_what_is_pinned_is_used():
    used = set(distributions(imported("sgcldff", "baselines", "workflow"))) | {"snakemake"}
    assert set(REQUIREMENTS) - used == set(NEEDED_UNSEEN)


def test_what_is_pinned_for_the_tests_is_used():
    assert set(DEVELOPMENT) - set(distributions(imported("tests"))) == set(NEEDED_UNSEEN_BY_TESTS)


def test_no_package_is_pinned_in_two_lists():
    constraints = set(pins_of("constraints.txt"))
    assert not set(REQUIREMENTS) & set(DEVELOPMENT) and not constraints & (set(REQUIREMENTS) | set(DEVELOPMENT))


@pytest.mark.parametrize(("name", "pin"), sorted((REQUIREMENTS | DEVELOPMENT).items()))
def test_the_installed_version_is_the_pinned_one(name, pin):
    # A build for one kind of device adds +cpu or +cu130 to the version.
    assert version(name).split("+")[0] == pin
