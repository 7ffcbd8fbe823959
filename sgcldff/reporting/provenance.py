"""Where the numbers come from: configuration, commit, versions, devices, times and the images that took part."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from sgcldff.environment import commit, commit_text, installed_version
from sgcldff.errors import InputError
from sgcldff.tables.contract import Contract
from sgcldff.tables.read import read_table

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "sgcldff",
    "torch",
    "timm",
    "numpy",
    "pandas",
    "scikit-learn",
    "scipy",
)  # named in the report
INDEX = Contract(("image_id", "label", "group"), text=("image_id", "label", "group"))  # what is read of an index
DROPPED = Contract(("image_id", "label", "reason"), text=("image_id", "label", "reason"))


def collect(
    configuration: Mapping[str, Any],
    fits: Sequence[Mapping[str, Any]],
    indexes: Mapping[str, Path],
    dropped: Mapping[str, Path],
) -> dict[str, Any]:
    """Everything that provenance.json holds.

    fits: the fit.json of each; indexes, dropped: the tables of each dataset's images that take part, and that do not.
    """
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": code_commit(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "versions": {package: installed_version(package) for package in PACKAGES},
        "fits": list(fits),
        "data": {name: data_counts(index, dropped[name]) for name, index in indexes.items()},
        "configuration": dict(configuration),
    }


def code_commit(folder: Path = ROOT) -> dict[str, Any]:
    """The commit of this code: by git, else by the file COMMIT that the image of a container has beside it.

    The image is built from a checkout that is not looked at: whether it had changes is not known.
    """
    found, file = commit(folder), folder / "COMMIT"
    if found["id"] == "unknown" and file.is_file() and (told := file.read_text(encoding="utf-8").strip()):
        return {"id": told, "modified": None}
    return found


def read_fit(path: Path) -> dict[str, Any]:
    """One fit.json; InputError where it is no JSON object."""
    try:
        fit = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"The file {path} does not exist: run the fit that writes it first.") from error
    except json.JSONDecodeError as error:
        raise InputError(f"The file {path} is not JSON ({error}): delete it and run its fit again.") from error
    if not isinstance(fit, dict):
        raise InputError(f"The file {path} holds no JSON object: delete it and run its fit again.")
    return fit


def data_counts(index_file: Path, dropped_file: Path) -> dict[str, Any]:
    """Images by class and dropped images by label and reason."""
    index, dropped = read_table(index_file, INDEX), read_table(dropped_file, DROPPED)
    return {
        "images": len(index),
        "groups": int(index["group"].nunique()),
        "classes": {str(label): int(n) for label, n in index["label"].value_counts().items()},
        "dropped": [
            {"label": label, "reason": reason, "images": int(n)}
            for (label, reason), n in dropped.groupby(["label", "reason"], sort=True).size().items()
        ],
    }


USED = ("device", "precision", "platform", "commit")  # of the machine and code that made a fit
FIT_COLUMNS = ["dataset", "method", "seed", *USED, "seconds"]


def fit_rows(fits: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """A row a fit, of `FIT_COLUMNS`; missing where a fit.json does not say."""
    rows = []
    for fit in fits:
        asked, used = fit.get("asked", {}), fit.get("used", {})
        row = {"dataset": asked.get("trained_on"), "method": asked.get("method"), "seed": asked.get("seed")}
        if used.get("uncommitted_changes"):
            used = used | {"commit": commit_text(used["commit"], modified=True)}
        rows.append(row | {key: used.get(key) for key in USED} | {"seconds": fit.get("seconds")})
    return pd.DataFrame(rows, columns=FIT_COLUMNS)
