"""The graph from another folder: as a module of another workflow, with the profile, and what its targets say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULE = """
TINY = {"name": "tiny", "results": "r", "reports": "p", "raw": "w", "seeds": [0], "synthetic": True}
TINY |= {"datasets": ["rapid", "standard"], "methods": ["full", "chance"]}

module bench:
    snakefile: "ROOT/Snakefile"
    config: TINY

use rule * from bench as bench_*

rule everything:
    default_target: True
    input: rules.bench_all.input
"""


def snakemake(folder: Path, *arguments: str | Path) -> str:
    command = [sys.executable, "-m", "snakemake", *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_graph_is_a_module_of_another_workflow(tmp_path):
    (tmp_path / "Snakefile").write_text(MODULE.replace("ROOT", str(ROOT)))
    planned = snakemake(tmp_path, "--dry-run", "--cores", "2", "--quiet", "rules")
    assert re.search(r"^bench_fit_full +3$", planned, flags=re.MULTILINE) and "bench_report" in planned


def test_the_profile_of_one_machine_is_taken(tmp_path):
    paths = ("--snakefile", ROOT / "Snakefile", "--workflow-profile", ROOT / "workflow/profiles/default")
    overlay = ("--configfile", ROOT / "workflow/configs/demo.yaml")
    assert "fit_full" in snakemake(tmp_path, *paths, "--dry-run", "--quiet", "rules", *overlay)


def test_each_target_is_explained_in_a_line():
    listed = snakemake(ROOT, "--list-target-rules").splitlines()
    for target in ("all", "data", "cards", "ablation_no_fusion", "method_otsu"):
        assert [line for line in listed if re.fullmatch(rf"{target} \(.{{10,}}\)", line)], target
