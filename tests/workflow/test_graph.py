"""The whole graph on generated smears, killed once on the way."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta

import mlcroissant
import pandas as pd
import pytest
import yaml

pytestmark = pytest.mark.slow

METRICS = ["accuracy", "precision", "recall", "f1", "auc", "iou", "pooled_iou", "mean_iou", "dice", "pixel_accuracy"]


def test_it_ends_with_tables_that_say_synthetic(synthetic):
    graph, _ = synthetic
    text = (graph.reports / "paper_tables.md").read_text()
    assert "Synthetic" in text.split("## What was run")[0]
    assert "UNet++" not in text
    table = pd.read_csv(graph.reports / "tables/table2.csv")
    assert table["synthetic"].all()


def test_each_dataset_has_a_card_whose_metadata_lead_to_its_pictures(synthetic):
    graph, _ = synthetic
    for name in ("rapid", "standard"):
        card = graph.reports / "datasets" / name
        assert (card / "README.md").read_text().startswith(f"# synthetic {name}\n")
        assert (card / "contact_sheet.png").stat().st_size > 50_000
        described = mlcroissant.Dataset(jsonld=str(card / "croissant.json"))
        index = pd.read_csv(graph.results / f"data/{name}/index.csv")
        assert len(list(described.records("pictures"))) == len(index)


def test_a_run_that_was_killed_repeats_nothing_that_was_finished(synthetic):
    _, finished = synthetic
    assert finished
    assert all(path.stat().st_mtime_ns == time for path, time in finished.items())


def test_a_finished_run_has_nothing_left_to_do(synthetic):
    graph, _ = synthetic
    assert graph.planned() == []


def test_the_oracle_scores_one_everywhere_and_chance_one_half(synthetic):
    graph, _ = synthetic
    runs = pd.read_csv(graph.results / "runs.csv")
    assert (runs.loc[runs["method"] == "oracle", METRICS] == 1).all(axis=None)
    assert (runs.loc[runs["method"] == "chance", "auc"] == 0.5).all()


def test_every_fit_is_tested_in_domain_on_its_test_part_and_elsewhere_on_every_picture(synthetic):
    graph, _ = synthetic
    runs = pd.read_csv(graph.results / "runs.csv")
    for run in runs.itertuples():
        index = pd.read_csv(graph.results / f"data/{run.tested_on}/index.csv")
        parts = pd.read_csv(graph.results / f"splits/{run.tested_on}/seed-{run.seed}.csv")
        tested = (parts["part"] == "test").sum() if run.trained_on == run.tested_on else len(index)
        assert run.n_images == tested


def test_one_gpu_is_never_given_to_two_fits(synthetic):
    """Under the plain command, without a profile; start and length of each fit are in its record."""
    graph, _ = synthetic
    records = [json.loads(path.read_text()) for path in graph.results.glob("fits/*/*/*/fit.json")]
    networks = sorted(
        (datetime.fromisoformat(record["started"]), timedelta(seconds=record["seconds"]))
        for record in records
        if record["method"] in ("full", "no_fusion")
    )
    assert len(networks) == 8
    for (start, length), (following, _) in zip(networks, networks[1:], strict=False):
        assert start + length <= following + timedelta(seconds=1)  # starts are written in whole seconds


def test_an_edit_of_a_baseline_reruns_that_baseline_and_what_depends_on_it_alone(synthetic):
    graph, _ = synthetic
    graph.append("baselines/thresholding.py")
    planned = graph.planned()
    assert {job for job in planned if job.startswith(("fit", "test", "score"))} == {
        *(f"fit thresholding on {name}, seed {seed}" for name in ("rapid", "standard") for seed in (0, 1)),
        *(f"test thresholding of {name}, seed {seed}" for name in ("rapid", "standard") for seed in (0, 1)),
        "score thresholding",
    }
    assert {"statistics", "report"} <= set(planned)
    graph.run()


def test_an_edit_of_a_table_retrains_nothing(synthetic):
    graph, _ = synthetic
    graph.append("sgcldff/reporting/paper_tables.py")
    assert graph.planned() == ["report"]
    graph.run()


def test_the_target_of_one_ablation_trains_it_again_to_the_same_weights_and_leaves_the_rest_alone(synthetic):
    graph, _ = synthetic
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in graph.results.glob("fits/*/*/*/*.saf*")}
    graph.run("--", "ablation_no_fusion")
    for path, (time, weights) in before.items():
        trained_again = path.stat().st_mtime_ns != time
        assert trained_again == ("no_fusion" in path.parts)
        assert path.read_bytes() == weights
    rows = pd.read_csv(graph.reports / "arms/no_fusion/tables/table3.csv")
    assert set(rows.loc[rows["n_seeds"] > 0, "method"]) == {"full", "no_fusion"}
    assert "not run" in (graph.reports / "arms/no_fusion/paper_tables.md").read_text()


def test_an_optional_method_is_run_when_its_target_or_its_key_asks_for_it(synthetic):
    graph, _ = synthetic
    assert not [job for job in graph.planned() if "otsu" in job]
    fits = {f"fit otsu on {name}, seed {seed}" for name in ("rapid", "standard") for seed in (0, 1)}
    assert {job for job in graph.planned("method_otsu") if job.startswith("fit")} == fits
    planned = graph.run("--dry-run", "--config", "optional_methods=all")
    assert all(fit in planned for fit in fits) and "report" in planned


def test_a_method_is_added_with_one_file_and_three_lines_as_the_readme_shows(synthetic):
    graph, _ = synthetic
    readme = (graph.folder / "baselines/README.md").read_text()
    program, entry = (re.search(rf"```{kind}\n(.*?)```", readme, flags=re.DOTALL)[1] for kind in ("python", "yaml"))
    (graph.folder / "baselines/nearest_colour.py").write_text(program)
    added = yaml.safe_load(entry)
    assert list(added) == ["nearest_colour"] and len(added["nearest_colour"]) == 3
    settings = yaml.safe_load((graph.folder / "small.yaml").read_text())
    settings["methods"] |= added
    (graph.folder / "small.yaml").write_text(yaml.safe_dump(settings))
    before = {path: path.stat().st_mtime_ns for path in graph.results.glob("fits/*/*/*/fit.json")}
    graph.run("--", "method_nearest_colour")
    assert all(path.stat().st_mtime_ns == time for path, time in before.items())
    rows = pd.read_csv(graph.reports / "arms/nearest_colour/tables/table2.csv")
    measured = rows[(rows["method"] == "nearest_colour") & (rows["pair"].isna())].set_index("metric")
    assert (measured["n_seeds"] == 2).all() and measured.loc["iou", "mean"] > 0.3
