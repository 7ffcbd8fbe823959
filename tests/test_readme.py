"""Every command that a README shows can be typed: each `snakemake` line is run dry, each link leads somewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
READMES = [ROOT / "README.md", ROOT / "baselines/README.md", ROOT / "sgcldff/data/README.md"]
FINISHED = "--report"  # asks for a finished run


def commands() -> list[str]:
    """The Snakemake commands that stand in code of any README, each once."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in READMES)
    code = re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL) + re.findall(r"`(snakemake [^`\n]+)`", text)
    code += re.findall(r"^ {4}(snakemake .+)$", text, flags=re.MULTILINE)
    return sorted(
        {line.strip() for block in code for line in block.splitlines() if line.strip().startswith("snakemake")}
    )


def dry_run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The command with -n, from another folder, without conda (which asks for its program even for a dry run)."""
    words = command.removeprefix("snakemake").replace("--use-conda", "").split()
    words = [str(ROOT / word) if word.startswith("workflow/") else word for word in words]
    program = [
        sys.executable,
        "-m",
        "snakemake",
        "--snakefile",
        str(ROOT / "Snakefile"),
        "--dry-run",
        "--quiet",
        "rules",
    ]
    return subprocess.run(
        [*program, *words], cwd=folder, env=os.environ, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.parametrize("command", [each for each in commands() if FINISHED not in each and "/path/to" not in each])
def test_a_documented_command_builds_its_graph(command, tmp_path):
    words = command.split()
    if "mine.yaml" in words:
        (tmp_path / "mine.yaml").write_text(example())
    if "method_nearest_colour" in words:
        pytest.skip("the method of the page's example is added by tests/workflow")
    done = dry_run(command, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def example() -> str:
    """The configuration of one's own that the README shows."""
    return re.search(r"```yaml\n(# mine\.yaml.*?)```", READMES[0].read_text(), flags=re.DOTALL)[1]


def test_the_example_of_a_configuration_is_one():
    assert {"name", "datasets", "methods", "scenarios", "catalogue"} <= set(yaml.safe_load(example()))


@pytest.mark.parametrize("readme", READMES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_link_leads_somewhere(readme):
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", readme.read_text(encoding="utf-8"))
    assert targets and not [target for target in targets if not (readme.parent / target).exists()]
