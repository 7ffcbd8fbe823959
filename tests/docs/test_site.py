"""The documentation is built as `make docs` builds it, and opens without a network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built strictly: a page that is in no menu or a link that leads nowhere would end it."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_first_page_is_the_readme(site):
    assert "Mehdi Zekriyapanah Gashti" in (site / "index.html").read_text(encoding="utf-8")


def test_every_page_of_docs_is_in_the_site(site):
    pages = [page.stem for page in (ROOT / "docs").glob("*.md")]
    assert pages and [page for page in pages if not (site / f"{page}.html").exists()] == []


def test_links_lead_to_files_of_the_site(site):
    for page in site.rglob("*.html"):
        text = re.sub(r"<(code|pre)\b.*?</\1>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        links = re.findall(r'(?:href|src)="(?!\w+:|#|/)([^"#?]+)', text)
        assert [link for link in links if not (page.parent / link).exists()] == [], page


def test_nothing_is_loaded_from_the_network(site):
    elements = re.compile(r"<(?:script|img|iframe|link)\b[^>]*>")
    for page in site.rglob("*.html"):
        loaded = [each for each in elements.findall(page.read_text(encoding="utf-8")) if "//" in each]
        assert [each for each in loaded if 'rel="canonical"' not in each] == [], page


def test_programs_of_the_documentation_are_no_part_of_it(site):
    assert list(site.glob("*.py")) == []
