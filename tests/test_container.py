"""The recipe of the container, read without a daemon: what it copies is there, and it installs as `make` does."""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEXT = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
STEPS = [line.split(maxsplit=1) for line in TEXT.splitlines() if line and not line.startswith("#")]


def steps(kind: str) -> list[str]:
    return [rest for name, rest in STEPS if name == kind]


def copied() -> list[str]:
    return [word for rest in steps("COPY") for word in rest.split()[:-1] if not word.startswith("--")]


def test_what_is_copied_is_there():
    assert copied() and [name for name in copied() if not (ROOT / name).exists()] == []


def test_what_the_graph_and_the_package_are_made_of_is_copied():
    needed = ["Snakefile", "config.yaml", "workflow", "sgcldff", "baselines", "constraints.txt", "pyproject.toml"]
    assert [name for name in needed if name not in copied()] == []


def test_it_installs_with_the_command_of_the_makefile_and_no_other():
    runs = " && ".join(steps("RUN"))
    assert "make .venv/ready" in runs and "pip" not in runs
    recipe = (ROOT / "Makefile").read_text().split("\n.venv/ready:")[1].split("\n\n")[0]
    needed = recipe.splitlines()[0].split()
    assert "-c constraints.txt" in recipe and set(needed) <= set(copied())


def test_the_base_image_is_one_version_with_the_python_that_the_project_asks_for():
    (base,) = steps("FROM")
    assert re.fullmatch(r"python:3\.11\.\d+-slim-bookworm(@sha256:[0-9a-f]{64})?", base)


def test_what_is_installed_and_run_is_not_run_by_root():
    kinds = [name for name, _ in STEPS]
    user = kinds.index("USER")
    assert steps("USER") != ["root"]
    assert [rest for name, rest in STEPS[:user] if name in ("COPY", "ENTRYPOINT") or "make .venv" in rest] == []


def test_it_starts_snakemake_with_the_graph_that_it_holds():
    program, option, graph = json.loads(steps("ENTRYPOINT")[0])
    places = [rest for rest in steps("WORKDIR")]
    assert (program, option) == ("snakemake", "--snakefile") and graph == f"{places[0]}/Snakefile"
    assert f"{places[0]}/.venv/bin" in steps("ENV")[0]
