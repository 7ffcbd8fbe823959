"""What is imported is named and pinned, what is named is used, and what is made from the pins is up to date."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import distributions as installed_distributions
from importlib.metadata import packages_distributions, requires, version
from pathlib import Path

import pytest
import yaml
from scripts import load_script

ROOT = Path(__file__).resolve().parents[1]
PROJECT = {"sgcldff", "baselines"}
NEEDED_UNSEEN = {"pygments", "torchvision"}  # named in pyproject.toml, which says why, and imported nowhere
NEEDED_UNSEEN_BY_TESTS = {"pytest-xdist", "ruff", "snakefmt", "snakemake-storage-plugin-fs"}  # run as commands
HEAVY = {"torch", "timm", "segmentation_models_pytorch", "captum"}

make = load_script(ROOT / "workflow/envs/make.py")

OWN = {make.normalised(name) for name in make.packages(())}
NETWORKS = {make.normalised(name) for name in make.packages(("networks",))} - OWN
EXPORT = {make.normalised(name) for name in make.packages(("export",))} - OWN
DEVELOPMENT = {make.normalised(name) for name in make.packages(("development",))} - OWN
INSTALLED = {make.normalised(each.name) for each in installed_distributions()}
DOCS = {make.normalised(name) for name in make.packages(("docs",))} - OWN


def imported(*places: str) -> dict[str, str]:
    """Third-party package -> one of the files below these places that import it."""
    files: dict[str, str] = {}
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
                files |= {name.split(".")[0]: str(file.relative_to(ROOT)) for name in names}
    own = {path.stem for path in (ROOT / "tests").rglob("*") if path.is_dir() or path.suffix == ".py"}
    return {name: file for name, file in files.items() if name not in {*sys.stdlib_module_names, *PROJECT, *own}}


def distributions(packages: dict[str, str]) -> dict[str, str]:
    """Distribution that installs a package -> a file that imports it."""
    installed = packages_distributions()
    assert not {name: file for name, file in packages.items() if name not in installed}, "imported and not installed"
    return {make.normalised(name): file for package, file in packages.items() for name in installed[package]}


@pytest.mark.parametrize("file", make.FILES)
def test_an_environment_is_what_is_made_from_the_pins(file):
    assert (ROOT / file).read_text() == make.environment(file), "run `python workflow/envs/make.py`"


def named_in(file: str) -> tuple[dict[str, str], dict[str, str]]:
    """Package -> version that an environment asks of conda-forge, and the same of pip."""
    *conda, pip = yaml.safe_load((ROOT / file).read_text())["dependencies"]
    return dict(each.split("=", 1) for each in conda), dict(each.split("==", 1) for each in pip["pip"])


@pytest.mark.parametrize("file", make.FILES)
def test_an_environment_names_each_package_once_and_agrees_with_the_pins(file):
    conda, pip = named_in(file)
    pins = make.pins()
    named = sorted(make.normalised(name) for name in make.packages(make.FILES[file][1]))
    assert sorted([*(conda.keys() - {"python", "pip"}), *map(make.normalised, pip)]) == named
    assert {name: pins[make.normalised(name)] for name in pip} == pip
    assert [name for name in set(named) & set(conda) if conda[name] != pins[name].split(".")[0]] == []


@pytest.mark.parametrize("file", make.FILES)
def test_only_listed_packages_come_from_conda_forge(file):
    assert set(named_in(file)[0]) <= make.CONDA_FORGE | {"python", "pip"}


def required(name: str) -> dict[str, str]:
    """Package that an installed one requires, without its extras -> which versions."""
    named = [each.partition(";")[0].strip() for each in requires(name) or [] if "extra ==" not in each]
    return {make.normalised(match[1]): match[2] for match in (re.match(r"([\w.-]+)(.*)", each) for each in named)}


def test_what_conda_forge_gives_pulls_in_nothing_that_pip_installs():
    found, waiting = set(), sorted(make.CONDA_FORGE)
    while waiting:
        if (name := waiting.pop()) not in found and name in INSTALLED:
            found.add(name)
            waiting += required(name)
    assert found & (OWN | NETWORKS | EXPORT | DEVELOPMENT | DOCS) == make.CONDA_FORGE


def test_no_package_forbids_a_version_that_conda_forge_may_give():
    forbidden = [
        f"{name} wants {package}{versions}"
        for name in sorted(INSTALLED & set(make.pins()))
        for package, versions in required(name).items()
        if package in make.CONDA_FORGE
        for kind, first in re.findall(r"(<=?|===?|~=)\s*(\d+)", versions)
        if kind != "<" or int(first) <= int(make.pins()[package].split(".")[0])
    ]
    assert forbidden == []


def test_the_environments_have_the_python_that_the_project_asks_for():
    assert f"python={sys.version_info.major}.{sys.version_info.minor}\n" in make.HEADER


def test_what_the_project_imports_is_named():
    needed = distributions(imported("sgcldff", "baselines", "workflow/rules"))
    assert {name: file for name, file in needed.items() if name not in OWN | NETWORKS | EXPORT} == {}


def test_what_the_tests_import_is_named():
    needed = distributions(imported("tests"))
    assert {name: file for name, file in needed.items() if name not in OWN | NETWORKS | EXPORT | DEVELOPMENT} == {}


def test_what_is_named_is_used():
    used = set(distributions(imported("sgcldff", "baselines", "workflow/rules"))) | {"snakemake"}
    assert (OWN | NETWORKS | EXPORT) - used == NEEDED_UNSEEN


def test_what_is_named_for_the_documentation_is_used():
    imported_there = set(distributions(imported("docs")))
    assert imported_there - OWN == DOCS - {"mkdocs-material"}  # the theme is named in mkdocs.yml


def test_what_is_named_for_the_tests_is_used():
    assert DEVELOPMENT - set(distributions(imported("tests"))) == NEEDED_UNSEEN_BY_TESTS


def test_no_package_is_named_or_pinned_twice():
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = [*groups["dependencies"], *(name for group in groups["optional-dependencies"].values() for name in group)]
    pinned = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line and not line.startswith("#")]
    for names in (named, [line.partition("==")[0] for line in pinned]):
        assert len({make.normalised(name) for name in names}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.+]*", line) for line in pinned)


@pytest.mark.parametrize("name", sorted(OWN | NETWORKS | EXPORT | DEVELOPMENT | DOCS))
def test_the_installed_version_is_the_pinned_one(name):
    # A build for one kind of device adds +cpu or +cu130 to the version.
    assert version(name).split("+")[0] == make.pins()[name]
