"""One report.html for all tests of it, with stand-ins for its figures, and its elements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from finished_run import FinishedRun
from finished_run.configuration import configuration
from PIL import Image

from sgcldff.reporting import report
from sgcldff.reporting.files import FIGURES
from sgcldff.reporting.html.page import write_html

LARGE = "roc"  # the figure whose SVG is too large to be embedded


@dataclass
class WrittenReport:
    """The run, the arguments that report.html was made from, and its text."""

    run: FinishedRun
    arguments: tuple[Any, ...] = ()

    @property
    def file(self) -> Path:
        return self.run.files.html

    @property
    def text(self) -> str:
        return self.file.read_text(encoding="utf-8")

    @property
    def elements(self) -> list[tuple[str, dict[str, str]]]:
        return elements(self.text)


@dataclass
class _Elements(HTMLParser):
    found: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def elements(text: str) -> list[tuple[str, dict[str, str]]]:
    """Every element of HTML in its order: its tag, and its attributes."""
    parser = _Elements()
    parser.feed(text)
    return parser.found


def _draw(_: Any, svg: Path, png: Path) -> None:
    svg.parent.mkdir(parents=True, exist_ok=True)
    padding = " " * (400_000 if svg.stem == LARGE else 0)
    circle = '<circle cx="300" cy="200" r="150"/>'
    size = 'width="600" height="400" viewBox="0 0 600 400"'
    svg.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{circle}{padding}</svg>')
    Image.new("RGB", (600, 400)).save(png)


@pytest.fixture(scope="session")
def written(finished: FinishedRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WrittenReport]:
    """Marked as synthetic and of a small scale."""
    settings = configuration() | {"synthetic": True, "scale": "a small-scale run"}
    run = finished.copy(tmp_path_factory.mktemp("written"), settings)
    made = WrittenReport(run.with_files(predictions=()))  # what the figures alone are drawn from

    def note(*arguments: Any) -> None:
        made.arguments = arguments
        write_html(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report, "_figures", lambda *_: dict.fromkeys(FIGURES))
        patch.setattr(report, "save", _draw)
        patch.setattr(report, "write_html", note)
        report.render(made.run.experiment, made.run.files)
    yield made
