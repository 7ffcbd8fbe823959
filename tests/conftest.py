"""Fixtures that more than one room of tests uses."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def mirror() -> str:
    """The folder with the real files, laid out by URL: SGCLDFF_MIRROR, or `shared/mirror` beside the checkout."""
    folder = os.environ.get("SGCLDFF_MIRROR") or Path(__file__).resolve().parents[2] / "shared" / "mirror"
    if not Path(folder).is_dir():
        pytest.skip("the real files are not here: set SGCLDFF_MIRROR to a mirror of them")
    return str(folder)
