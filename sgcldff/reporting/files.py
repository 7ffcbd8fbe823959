"""The files that a report is made from, and those that it consists of.

Only the standard library is imported: the graph lists its files by these names, and those of `sgcldff.tables.names`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# Name of each figure -> its caption, in the report and in that of Snakemake; the n of the runs is put behind it. First
# the answer, then the figures that the paper has.
FIGURES = {
    "answer": "The hypotheses: mean difference with its 95% interval, beside what is claimed (red)",
    "architecture": "The network of SG-CLDFF as it was built (the paper's Figure 1): output shape of each block, its "
    "parameters, and the multiply-adds that torch counts for one image",
    "explanations": "The paper's Figure 2: prior A, saliency S, Grad-CAM and mask of SG-CLDFF on test images chosen by "
    "rule, one seed of each dataset. Red: named wrongly",
    "roc": "ROC curves of SG-CLDFF (the paper's Figure 3), each class against the rest, test subsets of all seeds "
    "pooled, with mean and SD of the AUC over seeds. Black: the macro average, grey: its SD. Inset, where all "
    "curves pass through it: the corner of few false positives. Paper: the AUC that it prints. n in the panels: the "
    "tests of all seeds",
    "precision_recall": "Precision-recall curves of SG-CLDFF (the paper's Figure 4), by dataset and combined, test "
    "subsets of all seeds pooled, with mean and SD of the average precision over seeds, each by itself. Dotted: the "
    "prevalence of each class. The paper prints no average precision",
    "iou_by_class": "IoU of single images by class (the paper's Figure 5). A dot is an image in one seed, at most 150 "
    "in a box. Red: the mean IoU that its caption prints for a class (line) and for all (dotted)",
    "hypotheses": "The hypotheses by direction: difference with 95% interval, claimed margin (dashed). Ticks: the "
    "one-sided 95% bounds. Thin: the interval if images, like seeds, are a sample of more",
    "power": "Power of each hypothesis's test against the number of seeds, at the observed mean and SD. Dot: "
    "the seeds that were run. Dashed: four times in five",
    "paired_dots": "Both arms of each hypothesis by seed: a line is a seed, a dot its mean over the scenario's pairs. "
    "Black: the means. Orange: seeds in which the first arm is not above",
    "comparisons": "SG-CLDFF against every other method: mean difference and 95% interval, in-domain and in the "
    "scenarios of the hypotheses. Outlined: primary endpoints, over all seeds of their arms. "
    "Dashed red: their margins",
    "critical_difference": "Mean ranks by F1 and IoU: where two intervals overlap, Nemenyi's test (Demsar 2006) does "
    "not tell the two apart. Red: that of the best. Black: not told apart from it. Ranked in each pair of datasets and "
    "seed. None: does not do the task. Seeds of a pair share images, so that the intervals are rather too short",
    "transfer": "SG-CLDFF by what it was trained and tested on, mean over seeds, and its lead on the hypotheses' other "
    "arms, over all seeds of both. Framed: tested on the test subset of its own dataset. Grey: not run",
    "robustness": "Robustness: scores on test images without and with a perturbation, at each strength that was "
    "run. The band is the 95% interval of SG-CLDFF. Remedies, and methods that "
    "do one of the two tasks, stand in the tables",
    "iou_by_method": "IoU of single images by method. A dot is an image in one seed, at most 150 in a box. ‹: so many "
    "lie below the axis, which differs between datasets",
    "confusion": "Confusion matrices of SG-CLDFF in-domain, images of all seeds. Shade: share of the true class",
    "reliability": "Reliability of SG-CLDFF in-domain: how often predictions of a confidence are right, seeds pooled",
    "cost_quality": "Quality against cost in-domain: mean and SD over seeds beside the multiply-adds of one image. In "
    "the grey strip: methods that run nothing in torch. Left out: those that predict with another's fit, at its cost",
    "attention": "Attention leakage: share of S and of Grad-CAM outside the cell, with 95% interval. "
    "Dashed: that of a map which is the same everywhere. Grey: the network with random weights",
    "training_curves": "Training of SG-CLDFF and its ablations: validation scores and loss by epoch, a line a "
    "seed. Not flat: fits whose best epoch lies in the last tenth of those run",
    "training_curves_others": "Training of the other networks: validation scores and loss by epoch, a line "
    "a seed. Not flat: fits whose best epoch lies in the last tenth of those run",
}
# Name of each page that the first one, paper_tables.md, links -> its title, and what stands there.
PAGES = {
    "tables": ("Tables 1, 2 and 3 in full", "each dataset by itself, with the paper's SD and the difference"),
    "classes": ("Further metrics and classes", "calibration, outlines, each class, kinds of images"),
    "transfer": ("Other stains, other datasets", "each direction by itself, and what else buys robustness"),
    "robustness": ("Perturbed images", "scores against the strength of each perturbation"),
    "attention": ("Attention", "where S and Grad-CAM look"),
    "leakage": ("A split that leaks", "what a split made after augmentation inflates"),
    "hypotheses": ("The hypotheses", "tests, power, seeds needed, interactions"),
    "significance": ("SG-CLDFF against each method", "every paired test, corrected"),
    "claims": ("Every claim of the paper", "the printed number, ours and a verdict"),
    "audit": ("The paper's printed numbers", "what they allow, and where they contradict each other"),
    "costs": ("What each method costs", "time, memory, parameters"),
    "datasets": ("The datasets", "images, classes, duplicates, what was left out"),
    "training": ("Training", "the epochs of every fit, and which had not levelled off"),
    "figures": ("Figures", "all of them, with captions; in the browser a click enlarges one"),
    "run": ("The run, and how to read the tables", "settings, versions, failures, definitions"),
}
# The figures whose points are written as CSV.
CURVES = ("roc", "precision_recall", "reliability", "power", "training_curves")

# What report.html is made of beside the pages: its template, and the styles and scripts that it carries.
_HTML = Path(__file__).parent / "html"
HTML_TEMPLATE = _HTML / "templates/page.html"
HTML_STYLES = tuple(
    _HTML / name for name in ("vendor/bootstrap.min.css", "vendor/dataTables.bootstrap5.min.css", "templates/page.css")
)
HTML_SCRIPTS = tuple(
    _HTML / name
    for name in (
        *("vendor/jquery.min.js", "vendor/bootstrap.bundle.min.js", "vendor/dataTables.min.js"),
        *("vendor/dataTables.bootstrap5.min.js", "templates/page.js"),
    )
)


@dataclass(frozen=True)
class TableFiles:
    """What the tables of a report are made from, and the points of its figures.

    runs: runs.csv; confusion: confusion.csv; statistics: STATISTICS by name. predictions, fits, costs: files of the
    shown methods, the records (fit.json) and costs (cost.json) of their fits; histories: the history.csv of each
    record; explained: what was measured of the images that are shown of the reference, by dataset.
    duplicates_by_dataset, leakage_by_test: the audit.
    """

    runs: Path
    confusion: Path
    statistics: Mapping[str, Path]
    predictions: Sequence[Path]
    fits: Sequence[Path]
    histories: Sequence[Path]
    costs: Sequence[Path]
    explained: Mapping[str, Path]
    duplicates_by_dataset: Path
    leakage_by_test: Path


@dataclass(frozen=True)
class WrittenFiles:
    """What a report consists of.

    document: paper_tables.md; html: report.html; provenance: provenance.json; tables: TABLES and scenarios by name.
    pages, figures (SVG, PNG), curves: those of PAGES, FIGURES and CURVES by name that `sgcldff.reporting.contents` has
    for this run; all pages are in one folder. cards: README.md of each dataset's card.
    """

    document: Path
    html: Path
    pages: Mapping[str, Path]
    provenance: Path
    tables: Mapping[str, Path]
    figures: Mapping[str, tuple[Path, Path]]
    curves: Mapping[str, Path]
    cards: Mapping[str, Path]


@dataclass(frozen=True)
class ReportFiles(TableFiles, WrittenFiles):
    """What is written, what its tables are made from, and what else is read.

    scores: scores.parquet; architecture: the blocks of the reference's network; explanations: the maps of the images
    that are shown of the reference, by dataset. indexes, dropped: tables of each prepared dataset; facts: facts.json of
    its card; splits: those of the seeds, of the datasets that show what a leaking split is worth.
    """

    scores: Path
    architecture: Path
    explanations: Mapping[str, Path]
    indexes: Mapping[str, Path]
    dropped: Mapping[str, Path]
    facts: Mapping[str, Path]
    splits: Mapping[str, Sequence[Path]]
