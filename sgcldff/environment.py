"""What a number may depend on beside its settings: the commit of this code and the versions that are installed."""

from __future__ import annotations

import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any


def commit(folder: Path) -> dict[str, Any]:
    """The commit that the folder is checked out from, and whether tracked files differ from it.

    {"id": "unknown", "modified": None} outside a repository or without git.
    """
    try:
        head = _git(folder, "rev-parse", "HEAD")
        changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return {"id": "unknown", "modified": None}
    return {"id": head, "modified": bool(changed)}


def commit_text(name: str, modified: bool | None) -> str:
    """A commit as reports and refusals name it.

    >>> commit_text("c0ffee", True)
    'c0ffee with uncommitted changes'
    """
    return f"{name} with uncommitted changes" if modified else name


def installed_version(package: str) -> str | None:
    """The version that the package's metadata states, without importing it; None where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=30).stdout.strip()
