"""The top of the document: its title with the marks, what was run, and how to read the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sgcldff.config.training import Training
from sgcldff.environment import commit_text
from sgcldff.reporting import markdown as md
from sgcldff.reporting.methods import ReportedMethod
from sgcldff.reporting.provenance import fit_rows
from sgcldff.reporting.sections.machines import machine_count

# Whose claims are tested; a report is read without the project beside it.
PAPER = (
    "The paper: M. Zekriyapanah Gashti, M. Mohammadpour and G. Farjamnia, *Saliency-Enhanced Deep Learning Framework "
    "for Stain-Robust White Blood Cell Segmentation and Classification*, 2025 "
    "([its preprint, under another title](https://arxiv.org/abs/2510.17278))."
)


def header(name: str, synthetic: bool, scale: str | None) -> str:
    """name, synthetic and scale are those of the configuration."""
    lines = [f"# SG-CLDFF, measured again: {name}"]
    if synthetic:
        lines.append(
            "> **Synthetic.** Every number below was measured on synthetic (generated) images. It shows that the "
            "pipeline works and says nothing about blood smears or about the paper."
        )
    if scale:
        lines.append(f"> **Scale:** {scale}.")
    return "\n\n".join(lines)


def in_three_lines(
    *,
    datasets: Sequence[str],
    classes: Sequence[str],
    size: int,
    seeds: Sequence[int],
    further_seeds: Sequence[int],
    epochs: int,
    methods: Sequence[ReportedMethod],
    runs: pd.DataFrame,
    provenance: Mapping[str, Any],
    failed: int,
    page: str,
) -> str:
    """What was run, for the first page. seeds: those with results; failed: fits; page: where all of it stands."""
    run = [method for method in methods if method.key in set(runs["method"])]
    fits = fit_rows(provenance["fits"])
    seconds = pd.to_numeric(fits["seconds"])
    devices = ", ".join(sorted({str(device) for device in fits["device"].dropna()})) or md.MISSING
    commit = provenance["commit"]
    machines = machine_count(provenance["fits"])
    where = f", {machines} machines" if machines > 1 else ""
    more = f" and {len(further_seeds)} more for the hypotheses" if further_seeds else ""
    lines = [
        f"Images: {', '.join(datasets)}, {size}×{size} pixels, classes {', '.join(classes)}.",
        f"Methods: {len(run)} of {len(methods)} configured, {md.seeds(len(seeds))}{more}, at most {epochs} epochs, "
        f"{len(fits)} fits ({_duration(seconds.sum())} in all on {devices}{where})"
        + (f". **{failed} fits failed**" if failed else "")
        + ".",
        f"Made on {provenance['date'][:10]} from commit {commit_text(commit['id'][:10], commit['modified'])}: "
        f"[settings, versions, failures, how to read the tables]({page}).",
    ]
    return "\n".join(f"- {line}" for line in lines)


def what_was_run(
    *,
    name: str,
    datasets: Sequence[str],
    classes: Sequence[str],
    size: int,
    seeds: Sequence[int],
    further_seeds: Sequence[int],
    training: Training,
    methods: Sequence[ReportedMethod],
    runs: pd.DataFrame,
    provenance: Mapping[str, Any],
) -> str:
    """datasets: titles; size: pixels along a side; runs: runs.csv; provenance: as `collect` gives it."""
    methods_run = set(runs["method"])
    commit = provenance["commit"]
    fits = fit_rows(provenance["fits"])
    seconds = pd.to_numeric(fits["seconds"])
    devices = sorted({str(device) for device in fits["device"].dropna()})
    versions = ", ".join(f"{package} {number}" for package, number in provenance["versions"].items() if number)
    seeds_run = sorted(int(seed) for seed in runs["seed"].unique())
    rows = [
        ("Configuration", name),
        ("Datasets", ", ".join(datasets)),
        ("Classes", ", ".join(classes)),
        ("Images at", f"{size}×{size} pixels"),
        ("Seeds configured", ", ".join(map(str, seeds))),
        *([("Seeds of the hypotheses' arms alone", ", ".join(map(str, further_seeds)))] if further_seeds else []),
        ("Seeds with results", ", ".join(map(str, seeds_run)) or "none"),
        ("Methods run", " · ".join(method.title for method in methods if method.key in methods_run) or "none"),
        (
            "Configured, not run",
            " · ".join(method.title for method in methods if method.key not in methods_run) or "none",
        ),
        (
            "Training (keys of the configuration)",
            ", ".join(_setting(key, value) for key, value in training.model_dump().items()),
        ),
        ("Device", ", ".join(devices) or md.MISSING),
        ("Fits", f"{len(fits)}, {_duration(seconds.sum())} in all" if seconds.notna().any() else str(len(fits))),
        ("Commit of this report", commit_text(commit["id"], commit["modified"])),
        ("Commit of the fits", ", ".join(sorted(set(fits["commit"].dropna()))) or md.MISSING),
        ("Versions of the fits", " · ".join(_fit_versions(provenance["fits"])) or md.MISSING),
        ("Versions of this report", f"Python {provenance['python']}, {versions}"),
        ("Date", provenance["date"]),
    ]
    return "## What was run\n\n" + md.table(["", ""], rows, text_columns=2)


def _fit_versions(fits: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each different set of versions that fits were made with."""
    packages = ("python", "torch", "timm", "numpy", "scikit-learn")
    used = [fit.get("used", {}) for fit in fits]
    sets = {
        ", ".join(f"{package} {versions[package]}" for package in packages if package in versions) for versions in used
    }
    return sorted(sets - {""})


def _setting(key: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{key} ({', '.join(_setting(*setting) for setting in value.items())})"
    return f"{key} {str(value).removesuffix('.0')}"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def how_to_read() -> str:
    return "\n".join(
        [
            "## How to read the tables",
            "",
            "- **±** is the standard deviation over seeds (n − 1 in the denominator). A seed decides the split, the "
            "initial weights and the order of the images, and is the same for every method. Where a table spans "
            "several datasets, their scores are averaged within each seed first, each dataset counting the same. "
            "Intervals and tests stand on the pages of the hypotheses, of significance and of the claims.",
            "- **Seeds** are those behind the row. A cell with fewer says so. **Images** are those tested in one "
            "seed, summed over the pairs of datasets of the row: an image that two fits are tested on counts twice.",
            "- **IoU** is that of the whole cell (cytoplasm and nucleus) against the background, computed image by "
            "image and averaged over the images. An image where both masks are empty has no IoU and is left out. "
            "*Pooled IoU* adds the pixels of all images up first, *mean IoU* is the mean over cell and background. "
            "The paper does not say which one it prints.",
            "- **Precision, recall, F1 and AUC** are macro averages over the classes. AUC is one class against the "
            "rest. Accuracy is in per cent, the others are fractions.",
            "- **Δ** is our mean minus the paper's, in points (hundredths). The paper's values were measured on other "
            "images and other splits: Δ says how far apart the numbers are, and is no test.",
            "- **Controls** mark the ends of the scale. The oracle returns the truth and must stand at the top of "
            "every metric. The chance method returns the majority class and a centred disc, and shows what a method "
            "gets that has looked at no image.",
            f"- **{md.MISSING}** is a value that does not exist (the method gives none, or it is undefined, or the "
            f"paper prints none). **{md.NOT_RUN}** is a row that this run did not compute. Neither is a zero.",
        ]
    )
