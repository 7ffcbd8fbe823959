"""A Dockerfile carried out in a chroot, without a daemon: the instructions that the project's has, and no others."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path
from string import Template

from chroot import Chroot

KNOWN = {"FROM", "RUN", "COPY", "USER", "WORKDIR", "ENV", "ARG", "ENTRYPOINT", "CMD"}
# The variables of the image of Python.
BASE = {"PATH": "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}


def instructions(text: str) -> list[tuple[str, str]]:
    """The instructions of a Dockerfile, each with the rest of its line; ValueError at one that is not known here."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    steps = [line.split(maxsplit=1) for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines()]
    for name, rest in steps:
        if name not in KNOWN or "<<" in rest or (rest.startswith("--") and name != "COPY"):
            raise ValueError(f"not carried out here: {name} {rest}")
    return [(name, rest) for name, rest in steps]


def patterns(context: Path) -> list[str]:
    """The lines of the .dockerignore of a folder."""
    lines = (context / ".dockerignore").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def left_out(path: str, ignored: list[str]) -> bool:
    """Whether a .dockerignore leaves out a path: the last pattern that fits it or a folder above it decides."""
    parts, verdict = path.split("/"), False
    for pattern in ignored:
        name = pattern.removeprefix("!")
        anywhere = name.removeprefix("**/")
        if "/" in anywhere:
            raise ValueError(f"a pattern that is not known here: {pattern}")
        if any(fnmatch(part, anywhere) for part in (parts[:1] if anywhere == name else parts)):
            verdict = not pattern.startswith("!")
    return verdict


@dataclass(frozen=True)
class Image:
    """What a Dockerfile has made so far."""

    root: Chroot
    environment: Mapping[str, str] = field(default_factory=lambda: dict(BASE))
    arguments: Mapping[str, str] = field(default_factory=dict)
    user: str = "root"
    folder: str = "/"
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()

    def run(self, *arguments: str, user: str = "", environment: Mapping[str, str] | None = None, **volumes):
        """`docker run` with these arguments, or those of CMD."""
        return self.root.run(
            [*self.entrypoint, *(arguments or self.command)],
            user=user or self.user,
            folder=self.folder,
            environment={**self.environment, **(environment or {})},
            **volumes,
        )


def built(root: Chroot, context: Path, arguments: Mapping[str, str]) -> Image:
    """The image of the Dockerfile in the context, on a chroot in place of its base."""
    image = Image(root)
    ignored = patterns(context)
    for name, rest in instructions((context / "Dockerfile").read_text(encoding="utf-8")):
        values = {**image.arguments, **image.environment}
        if name == "ARG":
            key, _, value = rest.partition("=")
            image = replace(image, arguments={**image.arguments, key: arguments.get(key, value)})
        elif name == "ENV":
            pairs = dict(word.split("=", 1) for word in shlex.split(Template(rest).substitute(values)))
            image = replace(image, environment={**image.environment, **pairs})
        elif name == "USER":
            image = replace(image, user=rest)
        elif name == "WORKDIR":
            image = replace(image, folder=os.path.join(image.folder, rest))
            _inside(root, image.folder).mkdir(parents=True, exist_ok=True)
        elif name == "COPY":
            _copy(image, context, rest.split(), ignored)
        elif name == "RUN":
            done = root.run(["sh", "-c", rest], user=image.user, folder=image.folder, environment=values)
            if done.returncode:
                raise RuntimeError(f"RUN {rest}\n{done.stdout}")
        elif name in ("ENTRYPOINT", "CMD"):
            key = "entrypoint" if name == "ENTRYPOINT" else "command"
            image = replace(image, **{key: tuple(json.loads(rest))})
    return image


def _inside(root: Chroot, path: str) -> Path:
    return root.path / path.lstrip("/")


def _copy(image: Image, context: Path, words: list[str], ignored: list[str]) -> None:
    """A file into a folder, or what a folder holds into another, owned by root or by the user of --chown."""
    owner = "root"
    while words[0].startswith("--"):
        option, _, owner = words.pop(0).partition("=")
        if option != "--chown":
            raise ValueError(f"not carried out here: COPY {option}")
    *names, place = words
    if len(names) > 1 and not place.endswith("/"):
        raise ValueError(f"COPY of several files to {place}, which does not end with /")
    number, group, _ = image.root.identity(owner)
    target = _inside(image.root, os.path.join(image.folder, place))
    for name in names:
        for source in sorted(path for path in [context / name, *(context / name).rglob("*")] if path.is_file()):
            if left_out(source.relative_to(context).as_posix(), ignored):
                continue
            single = target / name if place.endswith("/") else target
            copy = target / source.relative_to(context / name) if (context / name).is_dir() else single
            made = [folder for folder in copy.parents if not folder.exists()]
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy)
            for path in (copy, *made):
                os.chown(path, number, group)
        if not target.exists() or (place.endswith("/") and not (target / name).exists()):
            raise FileNotFoundError(f"COPY {name}: not there, or left out by .dockerignore")
