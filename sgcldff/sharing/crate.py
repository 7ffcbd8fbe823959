"""The RO-Crate of a bundle: what each file is, and its checksum (https://w3id.org/ro/crate).

`rocrate` writes it and is imported late: whoever verifies a bundle needs the standard library alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from sgcldff.errors import InputError
from sgcldff.tables.checksum import file_sha256

METADATA = "ro-crate-metadata.json"
LICENCE = "https://spdx.org/licenses/MIT"  # of the project, and of what it measures
PREPRINT = "https://arxiv.org/abs/2510.17278"
TYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".html": "text/html",
}
ABOUT = {  # pattern of a place in the bundle -> what stands there; the first that fits
    "paper_tables.md": "first page of the report",
    "provenance.json": "configuration, commit, versions, machines, seconds of every fit",
    "pages/*": "page of the report",
    "tables/*": "table of the report",
    "figures/*": "figure of the report",
    "datasets/*": "card of a dataset",
    "results/runs.csv": "a row a run: scores as fractions",
    "results/scores.parquet": "a row an image and metric: score as a fraction",
    "results/confusion.csv": "a row a run, true and predicted class",
    "results/cells.csv": "what the true mask of an image shows",
    "results/statistics/*": "table of the statistics",
    "results/attention/*": "where a network looks, a row an image",
    "results/predictions/*.json": "what the predictions of a fit cost",
    "results/predictions/*": "predictions of the reference on its own test images: class probabilities and masks",
    "results/fits/*.json": "what a fit was asked for, its machine, versions and seconds",
    "results/fits/*": "losses and validation scores of a fit by epoch",
    "results/splits/*": "which images are for training, validation and test",
    "results/data/overlaps/*": "images of two datasets that show the same",
    "results/explanations/*": "what was measured of the images that are shown",
    "results/architecture/*": "blocks of the network",
    "results/data.csv": "checksums of the prepared images and masks",
    "results/leakage/*": "images that show the same, and whether a test saw its training",
    "paper/*": "what the paper prints and claims",
    "*": "further file of the report",
}


def write_crate(folder: Path, files: Mapping[str, Path], provenance: Mapping[str, Any], images: bool) -> None:
    """Copy the files into a new folder and describe them. files: place in the crate -> file."""
    from rocrate.rocrate import ROCrate

    configuration = provenance["configuration"]
    crate = ROCrate()
    crate.name = f"SG-CLDFF, measured again: {configuration['name']}"
    left_out = "" if images else " What shows pictures of the datasets was left out."
    marks = [configuration.get("scale") or "", "synthetic images" if configuration["synthetic"] else ""]
    crate.description = (
        f"Report, statistics and scores of a run.{''.join(f' {mark}.' for mark in marks if mark)}{left_out} "
        "`sgcldff verify` on this folder works every table out again."
    )
    crate.license = LICENCE
    crate.root_dataset["datePublished"] = provenance["date"]
    crate.root_dataset["isBasedOn"] = {"@id": PREPRINT}
    for place, file in files.items():
        about = {"description": next(text for pattern, text in ABOUT.items() if fnmatch(place, pattern))}
        about |= {"encodingFormat": TYPES.get(file.suffix, "application/octet-stream")}
        about |= {"contentSize": str(file.stat().st_size), "sha256": file_sha256(file)}
        crate.add_file(str(file), place, properties={"name": place, **about})
    crate.write(folder)


def first_changed(folder: Path, listed: Mapping[str, str]) -> str | None:
    """The first file of a crate that is missing or is not what its checksum says; None where all are.

    listed: as `checksums` gives it.
    """
    for place, checksum in listed.items():
        file = folder / place
        if not file.is_file() or file_sha256(file) != checksum:
            return place
    return None


def first_unlisted(folder: Path, listed: Mapping[str, str]) -> str | None:
    """The first file in the folder of a crate that the crate does not list; None where it lists all."""
    places = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    return next((place for place in places if place not in listed and place != METADATA), None)


def checksums(folder: Path) -> dict[str, str]:
    """Place of each file that the crate lists -> its SHA-256. Raises InputError where the folder has no crate."""
    try:
        graph = json.loads((folder / METADATA).read_text(encoding="utf-8"))["@graph"]
        return {entity["@id"]: entity["sha256"] for entity in graph if "sha256" in entity}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{folder} is no bundle: its {METADATA} is missing or damaged.") from error
