"""A finished run is passed on without pictures of datasets, and its statistics follow from its scores."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from finished_run import write_run
from finished_run.configuration import configuration
from typer.testing import CliRunner

from sgcldff.cli.main import app
from sgcldff.config.experiment import Experiment
from sgcldff.config.settings import statistics_settings
from sgcldff.errors import InputError
from sgcldff.layout import Layout
from sgcldff.reporting.contents import figures_of, pages_of
from sgcldff.reporting.tables import read_tables, write_marked
from sgcldff.sharing.bundle import PAPER_FILES, bundle
from sgcldff.sharing.bundle_part import record_files
from sgcldff.sharing.run_files import statistics_files, table_files
from sgcldff.stages import statistics
from sgcldff.stages.job import Job
from sgcldff.stages.verification import verified
from sgcldff.statistics.image_scores import IMAGE_SCORES
from sgcldff.tables.cells import CELLS
from sgcldff.tables.names import STATISTICS
from sgcldff.tables.runs import RUN_KEYS

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted(place for place in (ROOT / "reports/reference").iterdir() if place.is_dir())
PICTURES = {"figures/explanations.png", "figures/explanations.svg", "datasets/bccd/contact_sheet.png"}


def settings() -> dict:
    """Of the finished run: two datasets, three methods that have runs, one hypothesis."""
    given = configuration()
    datasets = {name: given["datasets"][name] for name in ("bccd", "jtsc")}
    methods = {name: given["methods"][name] for name in ("full", "no_fusion", "chance")}
    own, crossed = [["bccd", "bccd"], ["jtsc", "jtsc"]], [["bccd", "jtsc"], ["jtsc", "bccd"]]
    given |= {"datasets": datasets, "methods": methods, "scenarios": {"in_domain": own, "domain_shift": crossed}}
    given["hypotheses"].pop("alignment")
    return given | {"interactions": {}, "families": {"robustness": "holm"}}


def agree(results: Path) -> None:
    """Write runs.csv and scores.parquet so that they fit each other and confusion.csv, as scores of a run do."""
    keys = list(RUN_KEYS)
    scores, confusion = pd.read_parquet(results / "scores.parquet"), pd.read_csv(results / "confusion.csv")
    hits = confusion[confusion["truth"] == confusion["predicted"]].groupby(keys)["count"].sum()
    right = {"iou": scores.groupby(keys)["value"].mean(), "accuracy": hits / confusion.groupby(keys)["count"].sum()}
    runs = pd.read_csv(results / "runs.csv").drop(columns=list(right)).join(pd.DataFrame(right).fillna(0.0), on=keys)
    runs.to_csv(results / "runs.csv", index=False)
    measured = runs.melt(keys, [name for name in IMAGE_SCORES if name in runs and name != "iou"], "metric", "mean")
    measured["metric"] = measured["metric"].map(IMAGE_SCORES)
    every = scores.drop(columns=["metric", "value"]).merge(measured.dropna(), on=keys).rename(columns={"mean": "value"})
    pd.concat([scores, every], ignore_index=True).to_parquet(results / "scores.parquet")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The folders of results and of the report; its tables are those of a run, its pages placeholders."""
    results, reports = tmp_path_factory.mktemp("run") / "results", tmp_path_factory.mktemp("run") / "reports"
    results.mkdir()
    write_run(results, settings(), images=12)
    for file in results.glob("fits/*/*/*/cost.json"):
        place = results / "predictions" / file.parent.relative_to(results / "fits")
        shutil.move(file, place / "cost.json")
    agree(results)
    pd.DataFrame(columns=list(CELLS.columns)).to_csv(results / "cells.csv", index=False)
    experiment = Experiment.model_validate(settings())
    files = statistics_files(experiment, Layout(results))
    inputs = {name: [str(file) for file in each] for name, each in files.items()}
    inputs |= {name: str(file) for name, file in PAPER_FILES.items()}
    outputs = {name: str(results / f"statistics/{name}.csv") for name in STATISTICS}
    statistics.run(Job(inputs, outputs, statistics_settings(experiment).model_dump(mode="json", by_alias=True)))
    of_data = [file for dataset in experiment.datasets for file in Layout(results).prepared(dataset).values()]
    for file in (*of_data, *record_files(experiment, Layout(results))):
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("a record")
    for dataset in experiment.explained:
        file = Layout(results).explanations(dataset, "full", 0)["facts"]
        file.parent.mkdir(parents=True)
        shutil.move(results / f"explanations/{dataset}.csv", file)
    of_statistics = {name: Path(file) for name, file in outputs.items()}
    made = read_tables(experiment, table_files(experiment, Layout(results), of_statistics))
    for folder, frames in (("tables", made.tables), ("figures", made.points)):
        for name, frame in frames.items():
            write_marked(frame, reports / folder / f"{name}.csv", experiment)
    figures = [f"figures/{name}.{kind}" for name in figures_of(experiment) for kind in ("svg", "png")]
    texts = dict.fromkeys((*figures, *PICTURES), "a picture") | {
        f"pages/{name}.md": f"# Fake\n\nOf {name}" for name in pages_of(experiment)
    }
    texts |= {
        "paper_tables.md": "# Fake\n\n## Tables",
        "pages/attention.md": "# Fake\n\n![explanations](../figures/explanations.png)",
        "report.html": "with images",
        "datasets/bccd/README.md": "# BCCD\n\n![cells](contact_sheet.png)",
    }
    provenance = {"date": "2026-11-22T08:03:09+00:00", "commit": "c0ffee", "python": "3.11", "platform": "a machine"}
    provenance |= {"versions": {}, "data": {}, "fits": []}
    provenance["configuration"] = experiment.model_dump(mode="json", by_alias=True)
    for name, text in (texts | {"provenance.json": json.dumps(provenance)}).items():
        file = reports / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return results, reports


@pytest.fixture
def bundled(finished: tuple[Path, Path], tmp_path: Path) -> Path:
    bundle(*finished, tmp_path / "bundle")
    return tmp_path / "bundle"


def files_of(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def test_a_bundle_is_verified(bundled):
    ok, said = verified(bundled)
    assert ok, said


def test_every_file_is_described_with_its_checksum(bundled):
    graph = json.loads((bundled / "ro-crate-metadata.json").read_text())["@graph"]
    described = {entity["@id"] for entity in graph if "sha256" in entity}
    assert described == files_of(bundled) - {"ro-crate-metadata.json"}
    root = next(entity for entity in graph if entity["@id"] == "./")
    assert root["name"].endswith("fake") and root["datePublished"].startswith("2026-11-22")


def test_what_shows_pictures_of_datasets_comes_only_when_asked_for(bundled, finished, tmp_path):
    assert not files_of(bundled) & PICTURES
    assert {"paper_tables.md", "figures/roc.png", "datasets/bccd/README.md", "results/runs.csv"} <= files_of(bundled)
    bundle(*finished, tmp_path / "all", images=True)
    assert files_of(tmp_path / "all") - files_of(bundled) == PICTURES


def test_the_page_for_a_browser_comes_without_pictures_of_datasets(bundled, finished, tmp_path):
    page = (bundled / "report.html").read_text()
    assert "<h2" in page and "Left out: the picture" in page
    bundle(*finished, tmp_path / "all", images=True)
    assert (tmp_path / "all/report.html").read_text() == "with images"


def test_where_a_picture_is_left_out_its_page_says_so(bundled, finished, tmp_path):
    card = "datasets/bccd/README.md"
    assert (bundled / card).read_text() == "# BCCD\n\n*(Left out: it shows pictures of the datasets.)*"
    bundle(*finished, tmp_path / "all", images=True)
    assert "![cells](contact_sheet.png)" in (tmp_path / "all" / card).read_text()


def test_a_bundle_that_is_older_than_a_table_is_verified_without_it(bundled):
    relist(bundled, lambda place: not place.endswith("ranks.csv"))
    for file in bundled.rglob("ranks.csv"):
        file.unlink()
    ok, said = verified(bundled)
    assert ok and "tables are worked out again" in said


def test_of_a_bundle_without_the_records_that_a_report_reads_the_statistics_alone_are_verified(bundled):
    relist(bundled, lambda place: place != "results/data.csv")
    (bundled / "results/data.csv").unlink()
    ok, said = verified(bundled)
    assert ok and said.startswith(f"{len(STATISTICS)} tables") and "bundle is older than the records" in said


@pytest.mark.parametrize("place", ["tables/costs.csv", "figures/roc.csv"])
def test_a_digit_of_a_table_of_the_report_is_named(bundled, place):
    lines = (bundled / place).read_text().splitlines(keepends=True)
    cells = lines[1].split(",")
    changed = next(number for number in reversed(range(len(cells))) if "." in cells[number])
    cells[changed] = "0.123456"
    (bundled / place).write_text("".join([lines[0], ",".join(cells), *lines[2:]]))
    ok, said = verified(bundled)
    column = lines[0].strip().split(",")[changed]
    assert not ok and said.startswith(f"{place}, row 1, column {column}: 0.123456 in the bundle, ")


def relist(folder: Path, keep: Callable[[str], bool]) -> None:
    """Leave out of the crate what is not to be kept."""
    metadata = folder / "ro-crate-metadata.json"
    crate = json.loads(metadata.read_text())
    crate["@graph"] = [entity for entity in crate["@graph"] if "sha256" not in entity or keep(entity["@id"])]
    metadata.write_text(json.dumps(crate))


def test_a_table_that_is_not_listed_or_that_nothing_makes_is_named(bundled):
    relist(bundled, lambda place: place != "results/statistics/power.csv")
    ok, said = verified(bundled)
    assert not ok and said.startswith("results/statistics/power.csv is no table of this run")
    shutil.copy(bundled / "tables/table2.csv", bundled / "tables/stale_scenario.csv")
    (bundled / "results/statistics/power.csv").unlink()
    ok, said = verified(bundled)
    assert not ok and said.startswith("tables/stale_scenario.csv is no table of this run")


def test_a_file_that_was_added_is_named(bundled):
    (bundled / "pages/more.md").write_text("# More")
    ok, said = verified(bundled)
    assert not ok and said.startswith("pages/more.md is not among the files that were bundled")


def test_an_accuracy_that_its_confusion_matrix_does_not_give_is_named(bundled):
    file = bundled / "results/confusion.csv"
    counts = pd.read_csv(file)
    counts.loc[counts["truth"] == counts["predicted"], "count"] += 1
    counts.to_csv(file, index=False)
    ok, said = verified(bundled)
    assert not ok and "column accuracy" in said and "worked out from results/confusion.csv" in said


def test_a_digit_of_a_score_names_the_run_whose_mean_it_no_longer_is(bundled):
    file = bundled / "results/scores.parquet"
    scores = pd.read_parquet(file)
    scores = scores.reset_index(drop=True)
    row = scores.index[(scores["method"] == "full") & (scores["trained_on"] == "bccd") & (scores["seed"] == 0)][0]
    scores.loc[row, "value"] += 0.001
    scores.to_parquet(file)
    ok, said = verified(bundled)
    assert not ok and said.startswith("results/runs.csv, row ") and "column iou: " in said and "full, seed 0" in said


def test_a_digit_of_a_run_is_named(bundled):
    file = bundled / "results/runs.csv"
    runs = pd.read_csv(file)
    keys = runs[["method", "trained_on", "tested_on", "seed"]].apply(tuple, axis=1)
    runs.loc[keys == ("full", "bccd", "bccd", 0), "accuracy"] += 0.01
    runs.to_csv(file, index=False)
    ok, said = verified(bundled)
    assert not ok and said.startswith("results/runs.csv, row ") and "column accuracy" in said


def test_a_digit_of_a_table_is_named(bundled):
    file = bundled / "results/statistics/summary.csv"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join([*lines[:1], lines[1].replace("in_domain", "indoors", 1), *lines[2:]]))
    ok, said = verified(bundled)
    assert not ok and "summary.csv, row 1, column scenario: indoors in the bundle, in_domain worked out" in said


def test_a_file_that_no_table_depends_on_is_named_too(bundled):
    (bundled / "paper_tables.md").write_text("# Other tables")
    ok, said = verified(bundled)
    assert not ok and said.startswith("paper_tables.md is not the file that was bundled")


def test_the_command_ends_with_one_where_something_differs(bundled):
    assert CliRunner().invoke(app, ["verify", str(bundled)]).exit_code == 0
    (bundled / "pages/claims.md").unlink()
    done = CliRunner().invoke(app, ["verify", str(bundled)])
    assert done.exit_code == 1 and "pages/claims.md" in done.stdout


def test_an_older_bundle_is_replaced_and_no_other_folder(bundled, finished, tmp_path):
    (bundled / "left.md").write_text("of an older run")
    bundle(*finished, bundled)
    assert "left.md" not in files_of(bundled)
    (tmp_path / "mine").mkdir()
    with pytest.raises(InputError, match="exists and is no bundle"):
        bundle(*finished, tmp_path / "mine")


@pytest.mark.parametrize("lacks", ["statistics/power.csv", "figures/roc.svg", "pages/claims.md"])
def test_a_run_that_is_not_finished_is_refused_and_nothing_is_left(finished, tmp_path, lacks):
    results, reports = (shutil.copytree(folder, tmp_path / folder.name) for folder in finished)
    next(file for file in (results / lacks, reports / lacks) if file.exists()).unlink()
    with pytest.raises(InputError, match=rf"{Path(lacks).name} does not exist: finish the run first"):
        bundle(results, reports, tmp_path / "bundle")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["reports", "results"]


def test_a_run_is_shipped():
    assert SHIPPED


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_the_statistics_that_are_shipped_follow_from_the_shipped_scores(folder):
    ok, said = verified(folder)
    assert ok, said
