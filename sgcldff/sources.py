"""What can be known of the project's modules from their source, without importing them.

Snakemake reruns a rule when one of its inputs changes, and a Python module is no input by itself: each rule lists the
files that its module imports, directly or through others. So an edit of one baseline reruns that baseline alone.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("sgcldff", "baselines")
IMPLICIT = ("self", "classes", "size")
"""Constructor arguments that the benchmark gives, not the configuration."""


class MissingClass(Exception):
    """The dotted path names no class of a module of this project."""


def module_files(*modules: str) -> list[Path]:
    """The files of these modules and of every project module that they import, in a stable order."""
    found: set[Path] = set()
    waiting = [file for module in modules if (file := _file(module))]
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            waiting += [imported for name in _imported(file) if (imported := _file(name))]
    return sorted(found)


def constructor_arguments(class_path: str) -> list[str]:
    """The arguments that a configuration may give to a class, those of its bases included where it passes them on.

    Raises MissingClass where the module or the class does not exist.
    """
    module, _, name = class_path.rpartition(".")
    file = _file(module)
    if file is None:
        raise MissingClass(f"there is no module {module}")
    tree = _tree(file)
    found = next((node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name), None)
    if found is None:
        imported = _imported_from(tree, name)
        if imported is None or not imported.startswith(PACKAGES):
            raise MissingClass(f"the module {module} has no class {name}")
        return constructor_arguments(imported)
    constructor = next((n for n in found.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"), None)
    own = [] if constructor is None else [a.arg for a in constructor.args.args + constructor.args.kwonlyargs]
    arguments = [argument for argument in own if argument not in IMPLICIT]
    if constructor is None or constructor.args.kwarg is not None:
        for base in (node.id for node in found.bases if isinstance(node, ast.Name)):
            defined_here = any(isinstance(node, ast.ClassDef) and node.name == base for node in tree.body)
            path = f"{module}.{base}" if defined_here else _imported_from(tree, base)
            if path and path.startswith(PACKAGES):
                arguments += constructor_arguments(path)
    return arguments


def _file(module: str) -> Path | None:
    """The file of a project module, or None for a module of another package."""
    if module.split(".")[0] not in PACKAGES:
        return None
    path = ROOT.joinpath(*module.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def _imported(file: Path) -> list[str]:
    """Every dotted name that the file may import: `from a import b` may mean the module a.b as well as a name in a."""
    names: list[str] = []
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names


def _imported_from(tree: ast.Module, name: str) -> str | None:
    """The dotted path under which a module imports a name, or None."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return f"{node.module}.{alias.name}"
    return None
