"""The tables of docs/findings.md, from a run that the project ships.

    python docs/findings_tables.py reports/reference/reference

writes what stands between the marks `<!-- name -->` and `<!-- /name -->` of the page.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from tabulate import tabulate

from sgcldff.reporting import markdown as md
from sgcldff.tables.comparisons import decided

ROOT = Path(__file__).resolve().parents[1]
PAGE = Path(__file__).with_name("findings.md")
ELSEWHERE = ROOT / "benchmarks/no_saliency_float32.csv"  # the same seeds fitted on another machine
TITLES = {"bccd": "BCCD", "jtsc": "JTSC", "cellavision": "CellaVision"}
PARTS = {
    "no_saliency": "saliency module",
    "no_fusion": "cross-layer fusion",
    "neither": "both of these",
    "no_alignment": "alignment loss",
    "shuffled_prior": "the image's own prior",
    "no_augmentation": "augmentation",
    "no_class_weights": "class weights",
    "segmentation_alone": "naming the cell beside outlining it",
    "classification_alone": "outlining the cell beside naming it",
}
PLACES = {
    "F1 in domain": ("in_domain", "f1"),
    "IoU in domain": ("in_domain", "iou"),
    "F1, other dataset": ("domain_shift", "f1"),
    "IoU, other dataset": ("domain_shift", "iou"),
    "IoU, other stain": ("cross_stain", "iou"),
}
OUTLINERS = {
    "full": "SG-CLDFF",
    "reinhard": "SG-CLDFF, tested images in the training set's colours (Reinhard)",
    "adabn": "SG-CLDFF, AdaBN",
    "stain_augmentation": "SG-CLDFF, stain augmentation",
    "no_fusion": "SG-CLDFF without fusion",
    "unetpp_classes": "UNet++ + class head",
    "unetpp_reinhard": "UNet++ + class head, Reinhard",
    "deep_features_mask": "Deep features CNN-style + mask head",
    "saliency_only": "Saliency and boundary (Asha)-style",
    "thresholding": "Nucleus-seeded watershed",
    "chance": "a disc in the middle",
}


def table(rows: Sequence[dict[str, str]]) -> str:
    return tabulate(pd.DataFrame(rows), headers="keys", showindex=False, tablefmt="github", disable_numparse=True)


def fusion(run: Path) -> str:
    """F1 with fusion minus that without, by seed, of each pair of datasets and of their mean."""
    runs = pd.read_csv(run / "results/runs.csv")
    runs = runs[runs["tested_on"].isin(TITLES) & (runs["trained_on"] != runs["tested_on"])]
    scores = runs[runs["method"].isin(["full", "no_fusion"])].pivot_table(
        index=["trained_on", "tested_on"], columns=["method", "seed"], values="f1", sort=False
    )
    gains = 100 * (scores["full"] - scores["no_fusion"])
    named = {f"{TITLES[one]} → {TITLES[other]}": gains.loc[(one, other)] for one, other in gains.index}
    named["mean of the six"] = gains.mean()
    return table(
        [
            {
                "F1 gained by fusion": name,
                "mean": md.points(of_pair.mean()),
                "SD": f"{of_pair.std(ddof=1):.1f}",
                "least": md.points(of_pair.min()),
                "most": md.points(of_pair.max()),
            }
            for name, of_pair in named.items()
        ]
    )


def parts(run: Path) -> str:
    """What each part of SG-CLDFF gains, with the 95% interval that the report has."""
    comparisons = pd.read_csv(run / "tables/comparisons.csv")
    comparisons = comparisons[comparisons["pair"].isna() & (comparisons["reference"] == "full")]
    rows = []
    for key, title in PARTS.items():
        of_part = comparisons[comparisons["against"] == key]
        if of_part.empty:
            continue
        cells = {"points gained by": title, "seeds": f"{of_part['n'].max():.0f}"}
        for name, (scenario, metric) in PLACES.items():
            cells[name] = md.MISSING
            # One test, or none where a network does one of the two tasks.
            for test in of_part[(of_part["scenario"] == scenario) & (of_part["metric"] == metric)].itertuples():
                deciding = decided(test)
                cells[name] = f"{md.points(test.mean)} ({md.interval(deciding.low, deciding.high, 1)})"
        rows.append(cells)
    return table(rows)


def stains(run: Path) -> str:
    """IoU from one stain to the other, mean and SD over the seeds that every method has."""
    runs = pd.read_csv(run / "results/runs.csv")
    seeds = set(runs.loc[runs["method"] == "chance", "seed"])
    rows = []
    for key, title in OUTLINERS.items():
        if key not in set(runs["method"]):
            continue
        cells = {"IoU": title}
        for one, other in (("jtsc", "cellavision"), ("cellavision", "jtsc")):
            of_pair = (runs["method"] == key) & (runs["trained_on"] == one) & (runs["tested_on"] == other)
            values = runs.loc[of_pair & runs["seed"].isin(seeds), "iou"]
            cells[f"{TITLES[one]} → {TITLES[other]}"] = f"{values.mean():.2f} ± {values.std(ddof=1):.2f}"
        rows.append(cells)
    return table(rows)


def machines(run: Path) -> str:
    """How far fits of one seed on two machines lie apart, beside fits of two seeds on one of them."""
    runs = pd.read_csv(run / "results/runs.csv")
    here = runs[(runs["method"] == "no_saliency") & runs["tested_on"].isin(TITLES)]
    there = pd.read_csv(ELSEWHERE)
    keys = ["trained_on", "tested_on", "seed"]
    both = here[[*keys, "f1", "iou"]].merge(there, on=keys, suffixes=("", "_there"))
    own = both["trained_on"] == both["tested_on"]
    rows = []
    for name, chosen in (("in domain", both[own]), ("on another dataset", both[~own])):
        cells = {"points between two fits, on average": name}
        for metric, title in (("f1", "F1"), ("iou", "IoU")):
            same = 100 * (chosen[metric] - chosen[f"{metric}_there"]).abs().mean()
            others = [
                100 * abs(first - second)
                for _, of_pair in chosen.groupby(keys[:2])
                for first, second in combinations(of_pair[metric], 2)
            ]
            cells |= {f"{title}, same seed": f"{same:.1f}", f"{title}, other seed": f"{np.mean(others):.1f}"}
        rows.append(cells)
    return table(rows)


TABLES: dict[str, Callable[[Path], str]] = {"fusion": fusion, "parts": parts, "stains": stains, "machines": machines}


def written(page: str, run: Path) -> str:
    """The page with the tables of this run."""
    for name, made in TABLES.items():
        block = re.compile(rf"<!-- {name} -->\n.*?<!-- /{name} -->", flags=re.DOTALL)
        text = f"<!-- {name} -->\n\n{made(run)}\n\n<!-- /{name} -->"
        page, count = block.subn(lambda _, text=text: text, page)
        if count != 1:
            raise SystemExit(f"{PAGE}: the mark <!-- {name} --> stands {count} times in it and not once.")
    return page


def main(arguments: Sequence[str]) -> None:
    (folder,) = arguments
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), ROOT / folder.rstrip("/")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
