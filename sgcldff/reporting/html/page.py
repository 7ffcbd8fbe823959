"""report.html: the Markdown pages, the datasets' cards, the figures, the gallery, the provenance and the configuration
in one file.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
import yaml

from sgcldff.reporting import markdown as md
from sgcldff.reporting.figures.explanations import PREDICTED, TRUE
from sgcldff.reporting.files import HTML_SCRIPTS, HTML_STYLES, HTML_TEMPLATE, PAGES, WrittenFiles
from sgcldff.reporting.html.gallery import OUTCOMES, Shown
from sgcldff.reporting.html.text import Targets, to_html
from sgcldff.reporting.pages import FIRST, NOTHING_TO_SHOW
from sgcldff.reporting.provenance import fit_rows
from sgcldff.reporting.titles import Titles
from sgcldff.tables.files import write_text

FIRST_ANCHOR = "first"
MADE = ("date", "commit", "python", "platform", "versions", "data")  # of the provenance, shown as it is
OF_IMAGES = ("explanations",)  # the figures that show images of the datasets
CONTACT_SHEET = "contact_sheet.png"  # stands beside a dataset's card
LARGEST_SVG = 300_000  # bytes: a larger figure is embedded as PNG


@dataclass(frozen=True)
class Section:
    """One page: its anchor, its title, what stands there, its HTML, and whether this run has anything to show there."""

    anchor: str
    title: str
    about: str
    body: str
    empty: bool = False


def write_html(
    texts: Mapping[str, str],
    files: WrittenFiles,
    titles: Titles,
    provenance: Mapping[str, Any],
    images: Sequence[Shown] | None,
    file: Path,
) -> None:
    """Write the file; the same inputs give the same bytes, with links as from `files.html`.

    texts: the Markdown of FIRST and of the pages by name; files: of the report, whose figures must have been written;
    images: the gallery, or None in a report that is passed on without images of the datasets.
    """
    targets = _targets(files, images is not None)
    sections = [Section(FIRST_ANCHOR, "The answer", "", to_html(texts[FIRST], files.document, targets, FIRST_ANCHOR))]
    for name, page in files.pages.items():
        title, about = PAGES[name]
        text = texts[name].replace(f"\n## {title}\n", "\n", 1)  # the title of the page says it
        body = to_html(text, page, targets, name)
        sections.append(Section(name, title, about, body, empty=NOTHING_TO_SHOW in text))
    for name, card in files.cards.items():
        heading, _, text = card.read_text(encoding="utf-8").partition("\n")
        title = f"Card of {heading.removeprefix('# ')}"
        sections.append(Section(_card(name), title, "", to_html(text, card, targets, _card(name))))
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    text = environment.from_string(HTML_TEMPLATE.read_text(encoding="utf-8")).render(
        title=texts[FIRST].partition("\n")[0].removeprefix("# "),
        marks=titles.marks,
        styles=_inlined(HTML_STYLES),
        scripts=_inlined(HTML_SCRIPTS),
        sections=sections,
        images=images or [],
        outcomes=OUTCOMES,
        colours={"annotated": TRUE, "predicted": PREDICTED},
        fits=to_html(_fits(titles, provenance), files.document, targets, "fits"),
        made=json.dumps({name: provenance[name] for name in MADE}, indent=2, default=str, ensure_ascii=False),
        provenance_file=targets.path(files.provenance.absolute()),
        configuration=yaml.safe_dump(provenance["configuration"], sort_keys=False, allow_unicode=True),
    )
    write_text(text, file)


def _targets(files: WrittenFiles, images: bool) -> Targets:
    figures = {}
    for name, (svg, png) in files.figures.items():
        embedded = images or name not in OF_IMAGES
        figures[png.absolute()] = _data_uri(svg if svg.stat().st_size < LARGEST_SVG else png) if embedded else ""
    for card in files.cards.values():
        sheet = card.with_name(CONTACT_SHEET)
        figures[sheet.absolute()] = _data_uri(sheet) if images and sheet.exists() else ""
    written = {*files.tables.values(), *(file.parent for file in files.tables.values()), files.provenance}
    return Targets(
        folder=files.html.parent,
        anchors={
            files.document.absolute(): FIRST_ANCHOR,
            **{file.absolute(): name for name, file in files.pages.items()},
            **{file.absolute(): _card(name) for name, file in files.cards.items()},
        },
        figures=figures,
        listed=frozenset(file.absolute() for file in written),
    )


def _card(dataset: str) -> str:
    """Its anchor."""
    return f"card-{dataset}"


def _data_uri(figure: Path) -> str:
    kind = {".svg": "image/svg+xml", ".png": "image/png"}[figure.suffix]
    return f"data:{kind};base64," + base64.b64encode(figure.read_bytes()).decode("ascii")


def _inlined(files: Sequence[Path]) -> str:
    """The files one after the other, without the comments that name a map of their source."""
    texts = [file.read_text(encoding="utf-8") for file in files]
    lines = [line for text in texts for line in text.splitlines() if "# sourceMappingURL=" not in line]
    return "\n".join(lines)


def _fits(titles: Titles, provenance: Mapping[str, Any]) -> str:
    """A row a fit: where it ran and how long it took."""
    rows = [
        [
            titles.dataset(str(fit.dataset)),
            titles.method(str(fit.method)),
            md.count(fit.seed),
            md.number(pd.to_numeric(fit.seconds) / 60, 1),
            fit.device or md.MISSING,
            str(fit.commit or md.MISSING)[:10],
        ]
        for fit in fit_rows(provenance["fits"]).itertuples()
    ]
    return md.table(["Trained on", "Method", "Seed", "Minutes", "Device", "Commit"], rows, text_columns=2)
