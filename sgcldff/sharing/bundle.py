"""A finished run as a folder that can be passed on: an RO-Crate from which its tables can be worked out again.

The report stands in it as any run makes it, and below `results/` what its tables are made from.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sgcldff.config.experiment import IN_DOMAIN, Experiment
from sgcldff.errors import InputError
from sgcldff.layout import Layout
from sgcldff.reporting.contents import figures_of, pages_of
from sgcldff.reporting.files import CURVES, WrittenFiles
from sgcldff.reporting.html.page import CONTACT_SHEET, OF_IMAGES, write_html
from sgcldff.reporting.pages import FIRST
from sgcldff.reporting.paper_values import PAPER_CLAIMS, PAPER_NUMBERS_IN_TEXT, PAPER_TABLES
from sgcldff.reporting.titles import Titles
from sgcldff.sharing.bundle_part import DATA, data_checksums, record_files
from sgcldff.sharing.crate import METADATA, write_crate
from sgcldff.sharing.run_files import explained_facts, statistics_files
from sgcldff.tables import joined
from sgcldff.tables.files import write_table
from sgcldff.tables.names import STATISTICS, TABLES

PROVENANCE, HTML = "provenance.json", "report.html"
RESULTS, PAPER = "results", "paper"  # folders of a bundle beside the report
# By the names of the rule `statistics`: what the paper prints and claims, as the run read it.
PAPER_FILES = {"claims": PAPER_CLAIMS, "printed": PAPER_TABLES, "numbers_in_text": PAPER_NUMBERS_IN_TEXT}
BESIDE_STATISTICS = (joined.TABLES["confusion"], "leakage/*.csv")  # of the results, what else the report's tables show
# They show pictures of datasets, which licences may not allow to pass on.
SHOW_IMAGES = (CONTACT_SHEET, *(f"{name}.{kind}" for name in OF_IMAGES for kind in ("png", "svg")))
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")
LEFT_OUT = "*(Left out: it shows pictures of the datasets.)*"


def bundle(results: Path, reports: Path, out: Path, images: bool = False) -> int:
    """Write the bundle and give the number of its files; `out` appears once it is whole, in place of an older bundle.

    results, reports: the folders of a finished run; images: with what shows pictures of its datasets. Raises InputError
    where the run is not finished, and where `out` stands and is no bundle.
    """
    if out.exists() and not (out / METADATA).exists():
        raise InputError(f"{out} exists and is no bundle: give another folder to --out.")
    provenance, experiment = read_provenance(reports)
    report = _written(reports, experiment)
    files = _of_report(reports, report, images) | _of_results(results, experiment)
    for file in files.values():
        if not file.exists():
            raise InputError(f"{file} does not exist: finish the run first.")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as folder:
        whole = Path(folder) / "bundle"
        shown = files
        if not images:
            changed = Path(folder) / "without_pictures"
            shown = files | _without_pictures(files, changed) | {HTML: changed / HTML}
            _write_html_without_images(report, experiment, provenance, changed / HTML)
        write_table(data_checksums(Layout(results), experiment.datasets), Path(folder) / DATA)
        shown |= {f"{RESULTS}/{DATA}": Path(folder) / DATA}
        write_crate(whole, shown, provenance, images)
        if out.exists():
            shutil.rmtree(out)
        whole.rename(out)
    return len(shown)


def read_provenance(folder: Path) -> tuple[dict[str, Any], Experiment]:
    """provenance.json of a report or bundle, and the experiment of it; InputError where it is missing or is none."""
    file = folder / PROVENANCE
    try:
        provenance = json.loads(file.read_text(encoding="utf-8"))
        return provenance, Experiment.model_validate(provenance["configuration"])
    except FileNotFoundError as error:
        raise InputError(f"{file} does not exist: name the folder of a finished report.") from error
    except (ValueError, KeyError, TypeError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{file} is not the provenance of a report of this version ({reason}).") from error


def _written(reports: Path, experiment: Experiment) -> WrittenFiles:
    """What the report of the experiment consists of."""
    figures = {name: reports / "figures" / name for name in figures_of(experiment)}
    tables = [*TABLES, *(name for name in experiment.scenarios if name != IN_DOMAIN)]
    return WrittenFiles(
        document=reports / f"{FIRST}.md",
        html=reports / HTML,
        pages={name: reports / "pages" / f"{name}.md" for name in pages_of(experiment)},
        provenance=reports / PROVENANCE,
        tables={name: reports / "tables" / f"{name}.csv" for name in tables},
        figures={name: (path.with_suffix(".svg"), path.with_suffix(".png")) for name, path in figures.items()},
        curves={name: path.with_suffix(".csv") for name, path in figures.items() if name in CURVES},
        cards={card.parent.name: card for card in sorted(reports.glob("datasets/*/README.md"))},
    )


def _of_report(reports: Path, written: WrittenFiles, images: bool) -> dict[str, Path]:
    """Place in the bundle -> file."""
    figures = [file for pair in written.figures.values() for file in pair]
    tables = [*written.tables.values(), *written.curves.values()]
    cards = [file for file in sorted(reports.glob("datasets/*/*")) if file.is_file()]
    pages = [written.document, written.html, written.provenance, *written.pages.values()]
    shown = [file for file in (*pages, *tables, *figures, *cards) if images or file.name not in SHOW_IMAGES]
    return {file.relative_to(reports).as_posix(): file for file in shown}


def _without_pictures(files: Mapping[str, Path], folder: Path) -> dict[str, Path]:
    """Copies, in the folder, of the pages that show a picture which is left out: a remark stands in its place."""
    changed = {}
    for place, file in files.items():
        text = file.read_text(encoding="utf-8") if file.suffix == ".md" else ""
        without = PICTURE.sub(lambda shown: LEFT_OUT if Path(shown[1]).name in SHOW_IMAGES else shown[0], text)
        if without != text:
            changed[place] = folder / place
            changed[place].parent.mkdir(parents=True, exist_ok=True)
            changed[place].write_text(without, encoding="utf-8")
    return changed


def _write_html_without_images(
    report: WrittenFiles, experiment: Experiment, provenance: Mapping[str, Any], file: Path
) -> None:
    """report.html again, from the pages and figures of the report."""
    pages = {FIRST: report.document, **report.pages}
    texts = {name: page.read_text(encoding="utf-8") for name, page in pages.items()}
    write_html(texts, report, Titles.of(experiment), provenance, None, file)


def _of_results(results: Path, experiment: Experiment) -> Mapping[str, Path]:
    """Place in the bundle -> file; what stands below the results stands below `results/`."""
    read = [file for files in statistics_files(experiment, Layout(results)).values() for file in files]
    made = [results / "statistics" / f"{name}.csv" for name in STATISTICS]
    beside = [file for pattern in BESIDE_STATISTICS for file in sorted(results.glob(pattern))]
    records = record_files(experiment, Layout(results))
    explained = explained_facts(experiment, Layout(results)).values()
    every = (*read, *made, *beside, *records, *explained)
    own = {f"{RESULTS}/{file.relative_to(results).as_posix()}": file for file in every}
    return own | {f"{PAPER}/{file.name}": file for file in PAPER_FILES.values()}
