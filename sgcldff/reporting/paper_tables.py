"""The document paper_tables.md: what was run, the paper's tables measured anew, and what the numbers can say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sgcldff.reporting import markdown as md
from sgcldff.reporting.audit_tables import audit_section
from sgcldff.reporting.claims_table import claims_section
from sgcldff.reporting.costs import costs
from sgcldff.reporting.hypotheses_table import hypotheses
from sgcldff.reporting.interaction_table import interactions
from sgcldff.reporting.labels import caption
from sgcldff.reporting.provenance import fit_rows
from sgcldff.reporting.result_tables import (
    absent_scenario,
    further_metrics,
    per_class,
    scenario_section,
    sections_of,
    table_2,
    table_3,
)
from sgcldff.reporting.robustness_table import robustness_section
from sgcldff.reporting.run import Material
from sgcldff.reporting.significance_table import significance
from sgcldff.reporting.verdicts import verdicts

FIGURES = {
    "roc": "ROC curves of SG-CLDFF, each class against the rest, test subsets of all seeds pooled",
    "precision_recall": "Precision-recall curves of SG-CLDFF; dotted: the prevalence of each class",
    "iou_by_class": "IoU of single images by class; a dot is an image in one seed",
    "iou_by_method": "IoU of single images by method; a dot is an image in one seed",
    "robustness": "Robustness to the stain: scores of each method on test images stain-shifted ever more strongly",
    "hypotheses": "The hypotheses: difference with 95% interval, one-sided lower bound and claimed margin",
    "power": "Power of each hypothesis's test against the number of seeds, at the observed mean and SD",
    "explanations": "Saliency map and Grad-CAM of test images, typical ones and (red) failed ones, first seed",
}
"""File name and caption of each figure."""


def render_paper_tables(
    material: Material,
    provenance: Mapping[str, Any],
    class_scores: pd.DataFrame,
    spent: pd.DataFrame,
    robustness: pd.DataFrame,
    leaked: str,
    datasets: str,
) -> str:
    """The whole document; `class_scores` as `results.per_class_rows` gives them, `spent` as `costs.cost_rows` does,
    `robustness` as `read_robustness`; leaked: the section on a split after augmentation, "" where there is none;
    datasets: that on the datasets."""
    absent_pairs = material.settings.get("absent_pairs", {})
    sections = [
        _header(material),
        _what_was_run(material, provenance),
        _how_to_read(),
        verdicts(material),
        table_2(material),
        table_3(material),
        further_metrics(material),
        per_class(material, class_scores),
        *[scenario_section(material, scenario) for scenario in sections_of(material)],
        *[absent_scenario(material, name) for name in absent_pairs if name not in material.scenarios],
        robustness_section(material, robustness),
        leaked,
        hypotheses(material),
        interactions(material),
        significance(material),
        claims_section(material),
        audit_section(
            "What the paper's printed numbers allow",
            material.audit_comparisons,
            material.audit_findings,
            material.audit_claims,
        ),
        costs(material, spent),
        datasets,
        _figures(material),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _header(material: Material) -> str:
    settings = material.settings
    lines = [f"# SG-CLDFF, measured anew: {settings['name']}"]
    if settings.get("synthetic"):
        lines.append(
            "> **Synthetic.** Every number below was measured on synthetic (generated) images. It shows that the "
            "pipeline works and says nothing about blood smears or about the paper."
        )
    if settings.get("scale"):
        lines.append(f"> **Scale:** {settings['scale']}.")
    return "\n\n".join(lines)


def _what_was_run(material: Material, provenance: Mapping[str, Any]) -> str:
    settings = material.settings
    ran = set(material.runs["method"])
    configured = material.methods()
    commit = provenance["commit"]
    fits = fit_rows(provenance["fits"])
    seconds = pd.to_numeric(fits["seconds"])
    devices = sorted({str(device) for device in fits["device"].dropna()})
    training = ", ".join(_setting(key, value) for key, value in settings.get("training", {}).items())
    versions = ", ".join(f"{name} {number}" for name, number in provenance["versions"].items() if number)
    seeds_run = sorted(int(seed) for seed in material.runs["seed"].unique())
    rows = [
        ("Configuration", settings["name"]),
        ("Datasets", ", ".join(material.dataset_title(name) for name in material.datasets)),
        ("Classes", ", ".join(material.classes)),
        ("Images at", f"{settings['size']}×{settings['size']} pixels"),
        ("Seeds configured", ", ".join(str(seed) for seed in settings["seeds"])),
        ("Seeds with results", ", ".join(str(seed) for seed in seeds_run) or "none"),
        ("Methods run", ", ".join(material.method_title(key) for key in configured if key in ran) or "none"),
        (
            "Configured, not run",
            ", ".join(material.method_title(key) for key in configured if key not in ran) or "none",
        ),
        ("Training", training or md.MISSING),
        ("Device", ", ".join(devices) or md.MISSING),
        ("Fits", f"{len(fits)}, {_duration(seconds.sum())} in all" if seconds.notna().any() else str(len(fits))),
        ("Commit of this report", commit["id"] + (" with uncommitted changes" if commit["modified"] else "")),
        ("Commit of the fits", ", ".join(sorted(set(fits["commit"].dropna()))) or md.MISSING),
        ("Versions of the fits", "; ".join(_fit_versions(provenance["fits"])) or md.MISSING),
        ("Versions of this report", f"Python {provenance['python']}, {versions}"),
        ("Date", provenance["date"]),
    ]
    return "## What was run\n\n" + md.table(["", ""], rows, text_columns=2)


def _fit_versions(fits: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each different set of versions that fits were made with."""
    names = ("python", "torch", "timm", "numpy", "scikit-learn")
    used = [fit.get("used", {}) for fit in fits]
    told = {", ".join(f"{name} {versions[name]}" for name in names if name in versions) for versions in used}
    return sorted(told - {""})


def _setting(key: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{key} ({', '.join(_setting(*each) for each in value.items())})"
    return f"{key} {value}"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _how_to_read() -> str:
    return "\n".join(
        [
            "## How to read the tables",
            "",
            "- **±** is the standard deviation over seeds (n − 1 in the denominator). A seed decides the split, the "
            "initial weights and the order of the images, and is the same for every method. Where a table spans "
            "several datasets, their scores are averaged within each seed first, each dataset counting the same. "
            "Intervals and tests stand further below.",
            "- **Seeds** are those behind the row; a cell with fewer says so. **Images** are those tested in one "
            "seed, summed over the datasets of the row.",
            "- **IoU** is that of the whole cell (cytoplasm and nucleus) against the background, computed image by "
            "image and averaged over the images; an image where both masks are empty has no IoU and is left out. "
            "*Pooled IoU* adds the pixels of all images up first; *mean IoU* is the mean over cell and background. "
            "The paper does not say which one it prints.",
            "- **Precision, recall, F1 and AUC** are macro averages over the classes; AUC is one class against the "
            "rest. Accuracy is in per cent, the others are fractions.",
            "- **Δ** is our mean minus the paper's, in points (hundredths). The paper's values were measured on other "
            "images and other splits: Δ says how far apart the numbers are, and is no test.",
            "- **Controls** mark the ends of the scale. The oracle returns the truth and must stand at the top of "
            "every metric; the chance method returns the majority class and a centred disc and shows what a method "
            "gets that has looked at no image.",
            f"- **{md.MISSING}** is a value that does not exist (the method gives none, or it is undefined, or the "
            f"paper prints none); **{md.NOT_RUN}** is a row that this run did not compute. Neither is a zero.",
        ]
    )


def _figures(material: Material) -> str:
    blocks = ["## Figures"]
    for name, text in FIGURES.items():
        blocks.append(f"![{text}](figures/{name}.png)\n\n{caption(material, text)}")
    blocks.append(
        "Each figure is there as SVG too, and the points of the curves as CSV. `tables/` holds every table as CSV "
        "(results as fractions; comparisons, hypotheses and interactions in points), `provenance.json` the whole "
        "configuration, the versions and every fit."
    )
    return "\n\n".join(blocks)
