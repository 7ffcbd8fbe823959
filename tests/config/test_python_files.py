from __future__ import annotations

import ast
from pathlib import Path

import pytest
from configuration import resolved

from sgcldff.config import python_files as sources
from sgcldff.config.python_files import (
    MissingClass,
    ancestors,
    constructor_arguments,
    is_class,
    module_files,
    text_constant,
)

METHODS = resolved({"methods": "all"})["methods"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch) -> Path:
    """A project of a few modules that import each other in every way that Python has."""
    files = {
        "sgcldff/__init__.py": "",
        "sgcldff/alone.py": "import numpy\nimport json",
        "sgcldff/plain.py": "import sgcldff.alone",
        "sgcldff/late.py": "def f():\n    from sgcldff import alone",
        "sgcldff/chain.py": "from sgcldff.plain import f",
        "sgcldff/circle.py": "import sgcldff.square",
        "sgcldff/square.py": "from sgcldff.circle import g",
        "sgcldff/room/__init__.py": "from .one import One",
        "sgcldff/room/one.py": """
from . import two
from ..alone import h
class One:
    def __init__(self, a, b=1): ...
""",
        "sgcldff/room/two.py": "",
        "sgcldff/classes.py": """
import sgcldff.room.one
import sgcldff.room.one as numbers
from sgcldff.room import One
from sgcldff.room.one import One as Single
from torch import nn
class Kept(One): ...
class Passed(Single):
    def __init__(self, c, *, d, e=2, **shared): ...
class Closed(numbers.One):
    def __init__(self, f): ...
class Dotted(sgcldff.room.one.One, nn.Module): ...
class Grandchild(Passed):
    def __init__(self, g=None, **rest): ...
class Foreign(nn.Module): ...
""",
    }
    for name, text in files.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    monkeypatch.setattr(sources, "ROOT", tmp_path)
    return tmp_path


def names(files: list[Path], root: Path) -> list[str]:
    return [str(file.relative_to(root)) for file in files]


@pytest.mark.parametrize(
    ("module", "files"),
    [
        ("sgcldff.alone", ["sgcldff/alone.py"]),
        ("sgcldff.plain", ["sgcldff/alone.py", "sgcldff/plain.py"]),
        ("sgcldff.late", ["sgcldff/alone.py", "sgcldff/late.py"]),
        ("sgcldff.chain", ["sgcldff/alone.py", "sgcldff/chain.py", "sgcldff/plain.py"]),
        ("sgcldff.circle", ["sgcldff/circle.py", "sgcldff/square.py"]),
        ("numpy", []),
    ],
)
def test_imports_are_followed_through_every_module_of_the_project(project, module, files):
    assert names(module_files(module), project) == files


def test_relative_imports_and_the_packages_around_a_module_are_followed(project):
    files = ["sgcldff/alone.py", "sgcldff/room/__init__.py", "sgcldff/room/one.py", "sgcldff/room/two.py"]
    for module in ("sgcldff.room", "sgcldff.room.one"):
        assert names(module_files(module), project) == files


def test_the_files_of_several_modules_are_named_once(project):
    assert names(module_files("sgcldff.plain", "sgcldff.late"), project) == [
        *("sgcldff/alone.py", "sgcldff/late.py", "sgcldff/plain.py")
    ]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("Kept", {"a": True, "b": False}),
        ("Passed", {"a": False, "b": False, "c": True, "d": True, "e": False}),
        ("Closed", {"f": True}),
        ("Dotted", {"a": True, "b": False}),
        ("Grandchild", {"a": False, "b": False, "c": False, "d": False, "e": False, "g": False}),
        ("Foreign", {}),
        ("Single", {"a": True, "b": False}),
    ],
)
def test_arguments_are_read_through_the_bases_where_they_are_passed_on(project, name, arguments):
    assert constructor_arguments(f"sgcldff.classes.{name}") == arguments


def test_the_ancestors_of_a_class_are_named_by_where_they_are_defined(project):
    assert ancestors("sgcldff.classes.Grandchild") == [
        *("sgcldff.classes.Grandchild", "sgcldff.classes.Passed", "sgcldff.room.one.One")
    ]
    assert ancestors("sgcldff.room.One") == ["sgcldff.room.one.One"]
    assert ancestors("sgcldff.classes.Dotted")[1:] == ["sgcldff.room.one.One"]


@pytest.mark.parametrize("path", ["sgcldff.none.One", "sgcldff.classes.None_", "sgcldff.classes.nn", "torch.nn.Module"])
def test_a_class_that_the_project_does_not_have_is_missing(project, path):
    with pytest.raises(MissingClass, match=path.rpartition(".")[0]):
        constructor_arguments(path)


@pytest.mark.parametrize("kind", ["methods", "datasets"])
def test_what_is_read_from_the_source_is_what_python_would_say(kind):
    import importlib
    import inspect

    for entry in resolved({"methods": "all"})[kind].values():
        module, _, name = entry["class"].rpartition(".")
        found = getattr(importlib.import_module(module), name)
        ours = [base for base in inspect.getmro(found) if base.__module__.split(".")[0] in sources.PACKAGES]
        assert set(ancestors(entry["class"])) == {f"{base.__module__}.{base.__qualname__}" for base in ours}
        declared = {
            parameter.name
            for base in ours
            for parameter in inspect.signature(base.__init__).parameters.values()
            if parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL) and parameter.name != "self"
        }
        assert set(constructor_arguments(entry["class"])) == declared


def module_of(method: str) -> str:
    return METHODS[method]["class"].rpartition(".")[0]


FAMILIES = (  # baselines that share code: an edit of one may make the other again
    {"unet", "unetpp"},
    {"unet", "segformer", "transunet", "lite0_networks"},
    {"segnet", "vgg_unet"},
    {"swin_unet", "efficientswin"},
    {"kmeans", "self_supervised_svm"},
)


def same_family(one, other):
    """Two methods of one module, or of modules that share parts."""
    modules = {module_of(method).split(".")[-1] for method in (one, other)}
    return len(modules) == 1 or any(modules <= family for family in FAMILIES)


def test_the_file_of_one_baseline_belongs_to_no_other_method_but_its_family():
    files = {method: set(module_files("sgcldff.training.fit", module_of(method))) for method in METHODS}
    baselines = [method for method in METHODS if module_of(method).startswith("baselines.")]
    assert baselines
    for method in baselines:
        own = sources.ROOT.joinpath(*module_of(method).split(".")).with_suffix(".py")
        assert own in files[method]
        assert not [other for other in files if not same_family(other, method) and own in files[other]]


@pytest.mark.parametrize("stage", ["sgcldff.training.fit", "sgcldff.evaluation.predict", "sgcldff.data.prepare"])
def test_what_makes_tables_and_tests_is_no_part_of_what_is_trained(stage):
    rooms = ("sgcldff/reporting/", "sgcldff/statistics/", "sgcldff/cli/", "sgcldff/config/check.py")
    files = names(module_files(stage, *{module_of(method) for method in METHODS}), sources.ROOT)
    assert not [file for file in files if file.startswith(rooms)]


def test_the_code_of_a_network_is_followed_down_to_its_components():
    files = names(module_files(module_of("full")), sources.ROOT)
    assert {"sgcldff/model/saliency.py", "sgcldff/model/fusion.py", "sgcldff/training/loop.py"} <= set(files)


def test_no_import_of_the_project_is_made_from_a_string():
    """Nothing but the builder and the runner of stages imports what the source does not name: the rules know it."""
    found = [
        str(file.relative_to(sources.ROOT))
        for package in sources.PACKAGES
        for file in (sources.ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr == "import_module"
        or isinstance(node, ast.Name)
        and node.id == "__import__"
    ]
    # The last loads libraries, and the runner of stages.
    assert set(found) == {"sgcldff/method.py", "sgcldff/stages/run.py", "sgcldff/stages/warm_process.py"}


@pytest.mark.parametrize(
    ("value", "known"),
    [
        ("sgcldff.data.sources.bccd.BCCD", True),
        ("sgcldff.data.sources.bccd.Nothing", False),
        ("rapid", False),
        (3, False),
    ],
)
def test_a_value_may_be_the_path_of_a_class(value, known):
    assert is_class(value) == known


def test_a_text_in_the_body_of_a_class_is_read_without_importing_it():
    assert text_constant("sgcldff.data.sources.lisc.LISC", "obtain").startswith("put LISC Database.zip")
    assert text_constant("sgcldff.data.sources.bccd.BCCD", "obtain") == ""
