"""docs/stages.md names what a run writes."""

from __future__ import annotations

import re
from pathlib import Path

from sgcldff.reporting.files import PAGES

TEXT = (Path(__file__).resolve().parents[2] / "docs/stages.md").read_text(encoding="utf-8")


def test_every_page_of_the_report_is_described():
    assert re.findall(r"^ +\| `(\w+)\.md` \|", TEXT, flags=re.MULTILINE) == list(PAGES)
