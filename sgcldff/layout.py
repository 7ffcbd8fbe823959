"""Where every stop of the way of the data stands; the one place that knows paths.

Arguments may be values or Snakemake's wildcards in braces.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PREPARED_FILES = ("images.npy", "masks.npy", "index.csv", "dropped.csv")
KEYPOINT_FILES = tuple(f"{name}.npy" for name in ("points", "sizes", "angles", "descriptors", "offsets", "shapes"))
LEAKAGE_FILES = ("duplicates_by_dataset.csv", "leakage_by_test.csv")
FIT_FILES = ("weights.safetensors", "history.csv", "fit.json")
STATISTICS_FILES = (
    *("summary.csv", "comparisons.csv", "hypotheses.csv", "interactions.csv", "claims.csv", "power.csv"),
    *("robustness.csv", "leakage.csv"),
    *("audit_comparisons.csv", "audit_findings.csv", "audit_claims.csv"),
)

FILES_OF_DATA = ("checked", "overlaps")
"""What stands beside the datasets' folders; none of them has such a name."""

TABLES = (
    *("table2", "table3", "further_metrics", "per_class", "costs", "hypotheses", "interactions", "comparisons"),
    *("robustness", "leakage", "claims", "audit_comparisons", "audit_findings", "audit_claims", "runs"),
    *("duplicates_by_dataset", "leakage_by_test"),
)
"""The tables of a report, as CSV; every scenario but the in-domain one has one of its own name beside them."""


@dataclass(frozen=True)
class Layout:
    """Paths under the `results` folder of a configuration."""

    results: Path

    def prepared(self, dataset: str) -> Path:
        return self.results / "data" / dataset

    def keypoints(self, dataset: str) -> Path:
        """Folder of what overlapping images are found by; nothing that is fitted reads it."""
        return self.prepared(dataset) / "keypoints"

    def duplicates(self, dataset: str) -> Path:
        """Pairs of images of a dataset that show the same."""
        return self.prepared(dataset) / "duplicates.csv"

    def overlaps(self, one: str, other: str) -> Path:
        """Pairs of images of two datasets that show the same; the same file whichever is named first."""
        return self.results / "data" / FILES_OF_DATA[1] / f"{'--'.join(sorted((one, other)))}.csv"

    def leakage(self) -> Path:
        """Folder of the tables of what fits have seen of the images that they are tested on."""
        return self.results / "leakage"

    def split(self, dataset: str, seed: int | str) -> Path:
        return self.results / "splits" / dataset / f"seed-{seed}.csv"

    def checked(self) -> Path:
        """Stands once every dataset is prepared and divided."""
        return self.results / "data" / FILES_OF_DATA[0]

    def fit(self, trained_on: str, method: str, seed: int | str) -> Path:
        return self.results / "fits" / trained_on / method / f"seed-{seed}"

    def prediction(self, trained_on: str, method: str, seed: int | str, tested_on: str) -> Path:
        return self.results / "predictions" / trained_on / method / f"seed-{seed}" / f"{tested_on}.parquet"

    def explanations(self, dataset: str, method: str, seed: int | str) -> Path:
        return self.results / "explanations" / dataset / method / f"seed-{seed}.npz"

    def method_runs(self, method: str) -> Path:
        return self.results / "scores" / f"{method}.csv"

    def method_scores(self, method: str) -> Path:
        return self.results / "scores" / f"{method}.parquet"

    def cost(self, trained_on: str, method: str, seed: int | str) -> Path:
        """What the predictions of a fit cost."""
        return self.results / "predictions" / trained_on / method / f"seed-{seed}" / "cost.json"

    def request(self, method: str) -> Path:
        """Touched when a single method's target is asked for: newer than its fits, so they are made again."""
        return self.results / "requests" / method


def arm(method: str) -> str:
    """The folder, under `results` and `reports`, of what a single method's target computes beside the whole run."""
    return f"arms/{method}/"
