"""Whose attention the graph measures: that of networks that name the class, on the datasets of their own fits."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]


def test_attention_is_measured_of_fitted_networks_that_name_the_class(tmp_path):
    methods = ["full", "no_saliency", "unetpp_classes", "unet", "deep_features", "reinhard", "thresholding", "chance"]
    settings = {"name": "tiny", "datasets": ["rapid", "standard"], "methods": methods, "seeds": [0, 1]}
    paths = {"results": "r", "reports": "p", "raw": "w", "synthetic": True}
    (tmp_path / "tiny.yaml").write_text(yaml.safe_dump(settings | paths))
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--dry-run", "--cores", "1"]
    done = subprocess.run(
        [*command, "--configfile", "tiny.yaml"], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    planned = re.findall(r"^ *Job \d+: attention of (\S+) on (\S+), seed (\d)$", done.stdout, flags=re.MULTILINE)
    assert sorted(planned) == sorted(
        (method, dataset, seed) for method in methods[:3] for dataset in ("rapid", "standard") for seed in "01"
    )
