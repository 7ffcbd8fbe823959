"""The files that a stage's code consists of, in one file with a digest of each: one input of a job in place of fifty.

Snakemake works out a checksum of every input for each output of a job. As inputs of their own the files of code took
most of the time that it spends on a job.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from sgcldff.tables.checksum import file_sha256

FOLDER = Path(".snakemake/code")  # in the working folder


def write_code_list(name: str, files: Iterable[Path]) -> str:
    """Write the list of this name, in the form of sha256sum, where it is another than the one there; gives its path.

    It is as old as the newest of the files, as an input must be that no output is to be older than for its sake.
    """
    files = list(files)
    content = "".join(f"{file_sha256(file)}  {os.path.relpath(file)}\n" for file in files)
    age = max(file.stat().st_mtime_ns for file in files)
    target = FOLDER / name
    if not target.exists() or target.read_text(encoding="utf-8") != content:
        FOLDER.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{name}.{os.getpid()}.part")
        part.write_text(content, encoding="utf-8")
        os.utime(part, ns=(age, age))
        part.replace(target)
    elif target.stat().st_mtime_ns != age:
        os.utime(target, ns=(age, age))
    return str(target)


def listed(file: str) -> list[str]:
    """The paths in such a list, as seen from the working folder."""
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    return [line.split("  ", 1)[1] for line in lines]
