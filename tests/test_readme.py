"""Every command that a page shows can be typed: each `snakemake` line is run dry, each link leads somewhere.

And README.md is the door: the paper first, short, with what was found as a run's tables have it.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from scripts import load_script

ROOT = Path(__file__).resolve().parents[1]
README, RUNNING, COMPARE = ROOT / "README.md", ROOT / "docs/running.md", ROOT / "docs/compare.md"
PAGES = [
    *(README, ROOT / "CONTRIBUTING.md", ROOT / "results/README.md", ROOT / "baselines/README.md"),
    *(ROOT / "sgcldff/data/README.md", ROOT / "sgcldff/statistics/README.md", *sorted((ROOT / "docs").glob("*.md"))),
]
WORDS = 500  # of the README, without code and tables
FINISHED = "--report"  # asks for a finished run


def commands() -> list[str]:
    """The Snakemake commands that stand in code of any page, each once."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in PAGES)
    code = re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL) + re.findall(r"`(snakemake [^`\n]+)`", text)
    code += re.findall(r"^ {4}(snakemake .+)$", text, flags=re.MULTILINE)
    return sorted(
        {line.strip() for block in code for line in block.splitlines() if line.strip().startswith("snakemake")}
    )


def dry_run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The command with -n, from another folder, without what asks for its program even for a dry run."""
    words = command.removeprefix("snakemake").replace("--use-conda", "").replace("--sdm apptainer", "").split()
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
    if "workflow/profiles/slurm" in words and not importlib.util.find_spec("snakemake_executor_plugin_slurm"):
        pytest.skip("the executor for Slurm is not installed: `make slurm` runs the graph with it")
    done = dry_run(command, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


AUDITS = re.findall(r"^ {4}(sgcldff audit sgcldff/.+)$", COMPARE.read_text(encoding="utf-8"), flags=re.MULTILINE)


@pytest.mark.parametrize("command", AUDITS)
def test_a_documented_audit_of_the_paper_finds_what_does_not_add_up(command):
    words = shlex.split(command)[1:]
    done = subprocess.run(
        [sys.executable, "-m", "sgcldff", *words], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0 and "average 0.813 and not 0.82" in done.stdout, done.stderr


def example() -> str:
    """The configuration of one's own that the page on running shows."""
    return re.search(r"```yaml\n(# mine\.yaml.*?)```", RUNNING.read_text(encoding="utf-8"), flags=re.DOTALL)[1]


def test_the_example_of_a_configuration_is_one():
    assert {"name", "datasets", "methods", "scenarios", "catalogue"} <= set(yaml.safe_load(example()))


@pytest.mark.parametrize("page", PAGES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert not [target for target in targets if not (page.parent / target).exists()]


def test_the_first_line_names_cites_and_links_the_paper():
    first = README.read_text(encoding="utf-8").splitlines()[0]
    (paper, preprint) = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["references"]
    names = [author["family-names"] for author in paper["authors"]]
    assert len(names) == 3
    assert all(each in first for each in [paper["title"], str(paper["year"]), preprint["url"], *names])


def test_the_readme_is_short():
    text = re.sub(r"<!--.*?-->|^( {4}|\|).*$", "", README.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert "```" not in text and len(text.split()) <= WORDS


def test_every_page_of_docs_is_reached_from_the_readme():
    reached, pages = set(), [README]
    while pages:
        page = pages.pop()
        reached.add(page)
        links = re.findall(r"\]\((?!https?:|#)([^)#]+\.md)", page.read_text(encoding="utf-8"))
        pages += {(page.parent / link).resolve() for link in links} - reached
    assert set((ROOT / "docs").glob("*.md")) <= reached


def test_what_was_found_is_what_the_named_run_found():
    program = load_script(ROOT / "docs/what_was_found.py")
    text = README.read_text(encoding="utf-8")
    (run,) = program.BLOCK.findall(text)
    assert text == program.written(text, run), f"run `python docs/what_was_found.py {run}`"
