"""docs/findings.md shows the tables of the run that it is about."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from scripts import load_script

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / "reports/reference/reference"


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    return load_script(ROOT / "docs/findings_tables.py")


def test_the_tables_of_the_page_are_those_of_the_shipped_run(tables: ModuleType) -> None:
    page = tables.PAGE.read_text(encoding="utf-8")
    assert page == tables.written(page, RUN)


def test_a_mark_that_is_missing_is_named(tables: ModuleType) -> None:
    page = tables.PAGE.read_text(encoding="utf-8").replace("<!-- parts -->", "")
    with pytest.raises(SystemExit, match="<!-- parts --> stands 0 times"):
        tables.written(page, RUN)
