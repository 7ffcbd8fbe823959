"""A hook of MkDocs (mkdocs.yml): pages that lie beside what they describe, and not in docs/, are pages of the site too.

README.md is its first page. Every link stands in its page as a forge follows it, and is turned here into one that the
site follows; a file that is linked, such as a method's code, is taken along. A link that leads nowhere fails the strict
build.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "results/README.md", "reports/reference/README.md"),
    *("baselines/README.md", "sgcldff/data/README.md", "sgcldff/statistics/README.md"),
    *("benchmarks/README.md", "benchmarks/compare.md", "benchmarks/preparation.md"),
    # The reports that are shipped whole, with the pages that they link.
    *(
        page.relative_to(ROOT).as_posix()
        for crate in sorted(ROOT.glob("reports/reference/*/ro-crate-metadata.json"))
        for page in [crate.parent / "paper_tables.md", *sorted(crate.parent.glob("pages/*.md"))]
    ),
]
LINK = re.compile(r"(?<=\]\()(?!\w+:|#)([^)#\s]+)")


def target(page: str, link: str) -> str:
    """The file of the repository that a link of one of its pages names."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), link))


def place(file: str) -> str:
    """Where a file of the repository stands in the site."""
    return file.removeprefix("docs/")


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages from elsewhere, and what any page links to."""
    pages = [*PAGES, *(f"docs/{file.src_uri}" for file in files.documentation_pages())]
    linked = [target(page, link) for page in pages for link in LINK.findall((ROOT / page).read_text(encoding="utf-8"))]
    for name in dict.fromkeys([*PAGES, *linked]):
        if files.get_file_from_path(place(name)) is None and (ROOT / name).is_file():
            files.append(File.generated(config, place(name), abs_src_path=str(ROOT / name)))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links from page to page of the site."""
    source = Path(page.file.abs_src_path).relative_to(ROOT).as_posix()
    here = posixpath.dirname(place(source))
    return LINK.sub(lambda link: posixpath.relpath(place(target(source, link[1])), here or "."), markdown)
