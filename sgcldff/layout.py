"""Where the files of every stage stand; the one place that knows paths, read by the graph and by what shares a run.

Arguments may be values or Snakemake's wildcards in braces.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

OVERLAPS = "overlaps"  # stands beside the datasets' folders; none of them has such a name


@dataclass(frozen=True)
class Layout:
    """Paths under the `results` folder of a configuration."""

    results: Path

    def prepared(self, dataset: str) -> dict[str, Path]:
        """What is read of a prepared dataset, by the names of the rules."""
        folder = self.results / "data" / dataset
        return {"images": folder / "images.npy", "masks": folder / "masks.npy", "index": folder / "index.csv"}

    def dropped(self, dataset: str) -> Path:
        """The images of a dataset that were left out, and why."""
        return self.results / "data" / dataset / "dropped.csv"

    def keypoints(self, dataset: str) -> Path:
        """Folder of what overlapping images are found by; nothing that is fitted reads it."""
        return self.results / "data" / dataset / "keypoints"

    def duplicates(self, dataset: str) -> Path:
        """Pairs of images of a dataset that show the same."""
        return self.results / "data" / dataset / "duplicates.csv"

    def overlaps(self, dataset: str, other: str) -> Path:
        """Pairs of images of two datasets that show the same; the same file whichever is named first."""
        return self.results / "data" / OVERLAPS / f"{'--'.join(sorted((dataset, other)))}.csv"

    def leakage(self) -> dict[str, Path]:
        """What fits have seen of the images that they are tested on, by the names of the rules."""
        folder = self.results / "leakage"
        return {"by_dataset": folder / "duplicates_by_dataset.csv", "by_test": folder / "leakage_by_test.csv"}

    def split(self, dataset: str, seed: int | str) -> Path:
        return self.results / "splits" / dataset / f"seed-{seed}.csv"

    def checked(self, trained_on: str) -> Path:
        """Stands once every dataset was prepared and divided: nothing is fitted on this one before."""
        return self.results / "checked" / trained_on

    def weights(self, method: str) -> Path:
        """Stands once a method's pretrained weights are in the hub's cache."""
        return self.results / "weights" / f"{method}.fetched"

    def fit(self, trained_on: str, method: str, seed: int | str) -> dict[str, Path]:
        """The files of a fit, by the names of the rules."""
        folder = self.results / "fits" / trained_on / method / f"seed-{seed}"
        return {
            "weights": folder / "weights.safetensors",
            "history": folder / "history.csv",
            "record": folder / "fit.json",
        }

    def prediction(self, trained_on: str, method: str, seed: int | str, tested_on: str) -> Path:
        return self.results / "predictions" / trained_on / method / f"seed-{seed}" / f"{tested_on}.parquet"

    def cost(self, trained_on: str, method: str, seed: int | str) -> Path:
        """What the predictions of a fit cost."""
        return self.results / "predictions" / trained_on / method / f"seed-{seed}" / "cost.json"

    def explanations(self, dataset: str, method: str, seed: int | str) -> dict[str, Path]:
        """The maps of the images that are shown, and what was measured of each, by the names of the rules."""
        folder = self.results / "explanations" / dataset / method
        return {"maps": folder / f"seed-{seed}.npz", "facts": folder / f"seed-{seed}.csv"}

    def architecture(self, trained_on: str, method: str, seed: int | str) -> Path:
        """The blocks of the network of a fit."""
        return self.results / "architecture" / trained_on / method / f"seed-{seed}.csv"

    def attention(self, dataset: str, method: str, seed: int | str) -> Path:
        return self.results / "attention" / dataset / method / f"seed-{seed}.csv"

    def method_runs(self, method: str) -> Path:
        return self.results / "scores" / f"{method}.csv"

    def method_scores(self, method: str) -> Path:
        return self.results / "scores" / f"{method}.parquet"

    def method_confusion(self, method: str) -> Path:
        return self.results / "scores" / f"{method}-confusion.csv"

    def method_cells(self, method: str) -> Path:
        """What the true masks of the images show that the method was tested on."""
        return self.results / "scores" / f"{method}-cells.csv"

    def joined(self) -> Path:
        """Folder of the scores that were joined from bundles, each in a folder of its own (`sgcldff.tables.joined`)."""
        return self.results / "joined"

    def log(self, *parts: str) -> Path:
        return self.results.joinpath("logs", *parts).with_suffix(".log")


def arm(method: str) -> str:
    """The folder, under `results` and `reports`, of what a single method's target computes beside the whole run."""
    return f"arms/{method}/"
