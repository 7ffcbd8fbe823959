"""A chroot with Debian and the Python of the tests, as the official image of Python is one with Debian and its own."""

from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PYTHON = "/usr/local"  # where the image has it
# What the slim image has beside Debian's smallest: certificates, and the libraries that Python is linked with.
PACKAGES = "ca-certificates,netbase,tzdata,libffi8,libgdbm6,libncursesw6,libnsl2,libreadline8,libsqlite3-0,libssl3"
PROXIES = ("http_proxy", "https_proxy", "no_proxy")  # which `docker build` hands in by itself
MOUNTED = """set -e
root=$1; shift
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
while [ "$1" != -- ]; do
    if [ -d "$1" ]; then mkdir -p "$root$2"; else mkdir -p "$(dirname "$root$2")"; touch "$root$2"; fi
    mount --bind "$1" "$root$2"
    [ "$3" = rw ] || mount -o remount,bind,ro "$root$2"
    shift 3
done
shift
exec "$@"
"""
# Mounts and processes of a name space of their own: both are gone with its first process, however that ends.
APART = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]


def missing() -> str:
    """Why no chroot can be made here, "" where one can."""
    if os.getuid():
        return "a chroot is made by root"
    absent = [each for each in ("debootstrap", "unshare", "chroot") if not shutil.which(each)]
    if absent:
        return f"no {', '.join(absent)}: apt-get install --no-install-recommends debootstrap"
    if not importlib.util.find_spec("pip"):
        return "no pip, whose settings the chroot takes over"
    return f"Python is the system's own, in {sys.base_prefix}" if sys.base_prefix == "/usr" else ""


def pip_settings() -> tuple[dict[str, str], list[str]]:
    """pip's settings here as variables, and the files and folders that they name."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    environment, paths = {}, set()
    for line in sorted(listed, key=lambda line: line.startswith(":env:")):  # a variable overrules a file
        place, _, value = line.partition("=")
        section, _, key = place.rpartition(".")
        if section in (":env:", "global", "install") and key != "config-file":
            environment["PIP_" + key.upper().replace("-", "_")] = " ".join(ast.literal_eval(value).split())
    for word in " ".join(environment.values()).split():
        # A local index has its files beside its pages.
        path = Path(word.removeprefix("file://")).parent if word.startswith("file://") else Path(word)
        if path.is_absolute() and path.exists():
            paths.add(str(path))
    return environment, sorted(paths)


@dataclass(frozen=True)
class Chroot:
    path: Path

    @classmethod
    def of_debian(cls, path: Path, suite: str) -> Chroot:
        """OSError where Debian or packages of Python cannot be fetched, or Python does not run on it."""
        command = [*APART, "debootstrap", "--variant=minbase", f"--include={PACKAGES}", suite, str(path)]
        made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if made.returncode:
            raise OSError(f"debootstrap could not make Debian's {suite}: {made.stdout.strip().splitlines()[-1]}")
        chroot = cls(path)
        started = chroot.run(["sh", "-c", f"ldconfig && {PYTHON}/bin/python3 -c 'import ssl, sqlite3, readline'"])
        if started.returncode:
            raise OSError(f"the Python of the tests does not run on Debian's {suite}: {started.stdout.strip()}")
        # Any small package: without an index every build fails, and that says nothing about the recipe.
        fetch = ["download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest=/tmp/fetched", "tabulate"]
        fetched = chroot.run([f"{PYTHON}/bin/python3", "-m", "pip", *fetch], environment={"PIP_RETRIES": "1"})
        if fetched.returncode:
            raise OSError(f"pip cannot fetch packages in the chroot: {fetched.stdout.strip().splitlines()[-1]}")
        return chroot

    def identity(self, user: str) -> tuple[int, int, str]:
        """Number, group and home of a user by name or number, who need not be there by number."""
        for line in (self.path / "etc/passwd").read_text().splitlines():
            name, _, number, group, _, home, _ = line.split(":")
            if user in (name, number):
                return int(number), int(group), home
        return int(user), 0, "/"

    def run(
        self,
        command: list[str],
        *,
        user: str = "root",
        folder: str = "/",
        environment: Mapping[str, str] | None = None,
        volumes: Mapping[Path, str] | None = None,
    ) -> subprocess.CompletedProcess:
        """Run a command with these variables and no others; volumes: folder here -> where the command sees it."""
        number, group, home = self.identity(user)
        settings, paths = pip_settings()
        proxies = {name: value for name, value in os.environ.items() if name.lower() in PROXIES}
        variables = {"HOME": home, **settings, **proxies, **(environment or {})}
        mounts = [sys.base_prefix, PYTHON, "ro"]
        for path in paths:
            mounts += [path, path, "ro"]
        for here, there in (volumes or {}).items():
            mounts += [str(here), there, "rw"]
        inside = ["chroot", f"--userspec={number}:{group}", "--groups=", str(self.path), "env", "-i", "-C", folder]
        inside += [f"{name}={value}" for name, value in variables.items()]
        return subprocess.run(
            [*APART, "sh", "-c", MOUNTED, "sh", str(self.path), *mounts, "--", *inside, *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def remove(self) -> None:
        """Of the disk, and of no disk that is mounted in it: this must not delete what it was lent."""
        subprocess.run(["rm", "-rf", "--one-file-system", str(self.path)], check=True)
