"""The recipe of the container, read without a daemon: what it copies is there, and it installs as `make` does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from dockerfile import instructions, left_out, patterns

ROOT = Path(__file__).resolve().parents[1]
STEPS = instructions((ROOT / "Dockerfile").read_text(encoding="utf-8"))


def steps(kind: str) -> list[str]:
    return [rest for name, rest in STEPS if name == kind]


def copied() -> list[str]:
    return [word for rest in steps("COPY") for word in rest.split()[:-1] if not word.startswith("--")]


def test_what_is_copied_is_there():
    assert copied() and [name for name in copied() if not (ROOT / name).exists()] == []


def test_what_is_copied_is_sent_to_the_daemon_and_nothing_else_is():
    ignored = patterns(ROOT)
    assert [name for name in copied() if left_out(name, ignored)] == []
    everything = [path.name for path in ROOT.iterdir()] + ["results", "sgcldff/stages/__pycache__/fit.pyc"]
    assert {name for name in everything if not left_out(name, ignored)} == set(copied())


@pytest.mark.parametrize("line", ["ADD https://example.org/a /a", "RUN --mount=type=cache true", "RUN <<END"])
def test_an_instruction_that_the_test_cannot_carry_out_is_refused(line):
    with pytest.raises(ValueError, match=re.escape(f"not carried out here: {line}")):
        instructions(f"FROM debian\n# a comment\n{line}\n")


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
