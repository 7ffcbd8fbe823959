"""What can be known of the project's modules from their source, without importing them.

Snakemake reruns a rule when one of its inputs changes, and a Python module is no input by itself: each rule lists the
files that its module imports, directly or through others. So an edit of one baseline reruns that baseline alone.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("sgcldff", "baselines")


class MissingClass(Exception):
    """The dotted path names no class of a module of this project."""


def module_files(*modules: str) -> list[Path]:
    """The files of these modules and of every project module that they import, in a stable order.

    The packages around a module count as imported where their __init__.py holds anything.
    """
    return list(_closure(ROOT, modules))


@cache
def _closure(root: Path, modules: tuple[str, ...]) -> tuple[Path, ...]:
    """`module_files`, followed once: a graph of a thousand jobs asks for the same few sets of modules."""
    reached: set[Path] = set()
    waiting = [file for module in modules for file in _files(root, module)]
    while waiting:
        file = waiting.pop()
        if file not in reached:
            reached.add(file)
            waiting += _imported_files(root, file)
    return tuple(sorted(reached))


def ancestors(class_path: str) -> list[str]:
    """The dotted paths of the project's classes from which a class is derived, itself first.

    Each is the path of its definition. Raises MissingClass where the module or the class does not exist.
    """
    path, file, node = _definition(class_path)
    inherited = [ancestor for base in _bases(path, file, node) for ancestor in ancestors(base)]
    return list(dict.fromkeys([path, *inherited]))


def is_class(value: object) -> bool:
    """Whether a value of a configuration is the dotted path of a class of the project."""
    try:
        return isinstance(value, str) and _ours(value) and bool(ancestors(value))
    except MissingClass:
        return False


def text_constant(class_path: str, name: str) -> str:
    """The text that a class, or the nearest of its bases that does, gives to a name in its body; "" where none does.

    Raises MissingClass where the module or the class does not exist.
    """
    for path in ancestors(class_path):
        for statement in _definition(path)[2].body:
            targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
            if any(isinstance(target, ast.Name) and target.id == name for target in targets):
                value = statement.value
                return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""
    return ""


def constructor_arguments(class_path: str) -> dict[str, bool]:
    """The constructor's arguments and whether each must be given, those of its bases included where it passes them on.

    Raises MissingClass where the module or the class does not exist.
    """
    path, file, node = _definition(class_path)
    constructor = next((n for n in node.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"), None)
    inherited = {
        argument: must for base in _bases(path, file, node) for argument, must in constructor_arguments(base).items()
    }
    if constructor is None:
        return inherited
    # What is passed on by ** may be given by the class itself.
    passed_on = dict.fromkeys(inherited, False) if constructor.args.kwarg is not None else {}
    return passed_on | _signature(constructor.args)


def argument_types(class_path: str) -> dict[str, list[type | str]]:
    """What the annotations of the constructor's arguments admit: types, and the texts of a Literal.

    Only what a configuration can hold is named (bool, int, float, str, dict, and any of them or None); an argument
    annotated otherwise is left out.
    """
    path, file, node = _definition(class_path)
    types = {name: found for base in _bases(path, file, node) for name, found in argument_types(base).items()}
    constructor = next((n for n in node.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"), None)
    if constructor is not None:
        for argument in constructor.args.args[1:] + constructor.args.kwonlyargs:
            found = _admitted(argument.annotation)
            types.pop(argument.arg, None)
            if found:
                types[argument.arg] = found
    return types


def _admitted(annotation: ast.expr | None) -> list[type | str]:
    """The types and literal texts of an annotation; none where it says something else."""
    plain = {"bool": bool, "int": int, "float": float, "str": str, "dict": dict}
    if isinstance(annotation, ast.Name) and annotation.id in plain:
        return [plain[annotation.id]]
    if isinstance(annotation, ast.BinOp) and ast.unparse(annotation.right) == "None":
        admitted = _admitted(annotation.left)
        return [*admitted, type(None)] if admitted else []
    if isinstance(annotation, ast.BinOp):
        sides = [_admitted(annotation.left), _admitted(annotation.right)]
        return sides[0] + sides[1] if all(sides) else []
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Literal":
        values = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        return [value.value for value in values if isinstance(value, ast.Constant)]
    return []


def _signature(arguments: ast.arguments) -> dict[str, bool]:
    """The names that a call may give, and whether they have no default."""
    positional = arguments.args[1:]
    defaults = [None] * (len(arguments.args) - len(arguments.defaults)) + arguments.defaults
    pairs = [
        *zip(positional, defaults[1:], strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return {argument.arg: default is None for argument, default in pairs}


def _definition(class_path: str) -> tuple[str, Path, ast.ClassDef]:
    """Where a class is defined, also when it is named by a module that imports it: dotted path, file and statement."""
    module, _, name = class_path.rpartition(".")
    file = _file(ROOT, module)
    if file is None:
        raise MissingClass(f"there is no module {module}")
    for node in _tree(file).body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            return class_path, file, node
    imported = _names(file).get(name)
    if imported is None or not _ours(imported):
        raise MissingClass(f"the module {module} has no class {name}")
    return _definition(imported)


def _bases(path: str, file: Path, node: ast.ClassDef) -> list[str]:
    """The dotted paths of a class's bases, as far as they are the project's."""
    module = path.rpartition(".")[0]
    known = _names(file) | {n.name: f"{module}.{n.name}" for n in _tree(file).body if isinstance(n, ast.ClassDef)}
    bases = []
    for base in node.bases:
        first, dot, rest = ast.unparse(base).partition(".")
        bases.append(known.get(first, first) + dot + rest)
    return [base for base in bases if _ours(base)]


def _ours(name: str) -> bool:
    return name.split(".")[0] in PACKAGES


def _file(root: Path, module: str) -> Path | None:
    """The file of a project module, or None for a module of another package."""
    if not _ours(module):
        return None
    path = root.joinpath(*module.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


@cache
def _files(root: Path, module: str) -> tuple[Path, ...]:
    """The files of a project module and of the packages around it; none for another package's.

    An empty __init__.py is left out: it belongs to nothing until something is written in it.
    """
    if _file(root, module) is None:
        return ()
    parts = module.split(".")
    files = [_file(root, ".".join(parts[:depth])) for depth in range(1, len(parts) + 1)]
    return tuple(file for file in files if file and (file.name != "__init__.py" or file.stat().st_size))


@cache
def _imported_files(root: Path, file: Path) -> tuple[Path, ...]:
    """The project's files that a file imports itself."""
    return tuple(imported for name in _imported(file) for imported in _files(root, name))


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def _imported(file: Path) -> list[str]:
    """Every dotted name that the file may import: `from a import b` may mean the module a.b as well as a name in a."""
    names: list[str] = []
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            origin = _origin(file, node)
            names += [origin, *(f"{origin}.{alias.name}" for alias in node.names)]
    return names


@cache
def _names(file: Path) -> dict[str, str]:
    """The names under which a file knows what it imports, with their dotted paths."""
    names: dict[str, str] = {}
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.Import):
            names |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom):
            origin = _origin(file, node)
            names |= {alias.asname or alias.name: f"{origin}.{alias.name}" for alias in node.names}
    return names


def _origin(file: Path, node: ast.ImportFrom) -> str:
    """The module that a `from` names, written out where it is relative to the file's package."""
    if not node.level:
        return node.module or ""
    package = file.relative_to(ROOT).parts[: -node.level]
    return ".".join([*package, *([node.module] if node.module else [])])
