"""The configuration and the catalogue that the project ships, as the tests read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from snakemake.utils import update_config

from sgcldff.config.check import check

ROOT = Path(__file__).resolve().parents[2]


def read(file: str) -> dict[str, Any]:
    """A YAML file of the checkout."""
    return yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))


CONFIG = read("config.yaml")
CATALOGUE = read("workflow/catalogue/datasets.yaml") | {"methods": read("workflow/catalogue/methods.yaml")}
SCHEMAS = [read(f"workflow/schemas/{name}.schema.yaml") for name in ("config", "catalogue")]


def configuration(*layers: dict[str, Any]) -> dict[str, Any]:
    """config.yaml with these laid over it, as Snakemake does it (which leaves no two keys one mapping)."""
    config: dict[str, Any] = {}
    for layer in (CONFIG, *layers):
        update_config(config, layer)
    return config


def resolved(*layers: dict[str, Any]) -> dict[str, Any]:
    """What config.yaml comes to with these laid over it."""
    return check(configuration(*layers), CATALOGUE, *SCHEMAS)[0]
