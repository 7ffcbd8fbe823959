"""The whole graph on generated smears, killed once on the way."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

import mlcroissant
import pandas as pd
import pytest
import yaml
from PIL import Image

pytestmark = pytest.mark.slow

TRAINED_ON = ("rapid", "standard", "pooled")
METRICS = ["accuracy", "precision", "recall", "f1", "auc", "iou", "pooled_iou", "mean_iou", "dice", "pixel_accuracy"]


def test_it_ends_with_tables_that_say_synthetic(synthetic):
    graph, _ = synthetic
    text = (graph.reports / "paper_tables.md").read_text()
    assert "Synthetic" in text.split("## The answer")[0]
    assert "UNet++" not in text
    table = pd.read_csv(graph.reports / "tables/table2.csv")
    assert table["synthetic"].all()


def test_each_dataset_has_a_card_whose_metadata_lead_to_its_images(synthetic):
    graph, _ = synthetic
    for name in ("rapid", "standard"):
        card = graph.reports / "datasets" / name
        assert (card / "README.md").read_text().startswith(f"# {name} stain (synthetic)\n")
        assert (card / "contact_sheet.png").stat().st_size > 50_000
        described = mlcroissant.Dataset(jsonld=str(card / "croissant.json"))
        index = pd.read_csv(graph.results / f"data/{name}/index.csv")
        assert len(list(described.records("images"))) == len(index)


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


def test_every_fit_is_tested_on_test_parts_of_what_it_knows_and_elsewhere_on_every_image(synthetic):
    graph, _ = synthetic
    runs = pd.read_csv(graph.results / "runs.csv")
    for run in runs.itertuples():
        dataset = run.tested_on.split("@")[0]
        index = pd.read_csv(graph.results / f"data/{dataset}/index.csv")
        parts = pd.read_csv(graph.results / f"splits/{dataset}/seed-{run.seed}.csv")
        tested = (parts["subset"] == "test").sum() if run.trained_on in (dataset, "pooled") else len(index)
        assert run.n_images == tested


def test_a_fit_on_a_pool_learns_from_the_training_parts_of_all_its_members(synthetic):
    graph, _ = synthetic
    record = json.loads((graph.results / "fits/pooled/full/seed-1/fit.json").read_text())
    parts = pd.concat(pd.read_csv(graph.results / f"splits/{name}/seed-1.csv") for name in ("rapid", "standard"))
    assert record["used"]["train_images"] == (parts["subset"] == "train").sum()


def test_no_fit_has_seen_what_it_is_tested_on(synthetic):
    graph, _ = synthetic
    audit = pd.read_csv(graph.results / "leakage/leakage_by_test.csv")
    assert len(audit) == 2 * 6 and (audit["leaking"] == 0).all()


def test_the_area_along_an_axis_lies_between_the_scores_at_its_ends(synthetic):
    graph, _ = synthetic
    runs = pd.read_csv(graph.results / "runs.csv").set_index(["method", "trained_on", "seed", "tested_on"])["iou"]
    for method, seed in (("full", 0), ("thresholding", 1)):
        none, strongest = runs[method, "rapid", seed, "rapid"], runs[method, "rapid", seed, "rapid@hue@1"]
        assert runs[method, "rapid", seed, "rapid@hue"] == pytest.approx((none + strongest) / 2)
    assert runs.loc["thresholding", "rapid", 0, "rapid@hue@1"] != runs.loc["thresholding", "rapid", 0, "rapid"]


def test_every_dataset_has_a_card_that_the_report_leads_to(synthetic):
    graph, _ = synthetic
    text = (graph.reports / "pages/datasets.md").read_text()
    for name in ("rapid", "standard"):
        for file in ("README.md", "contact_sheet.png", "croissant.json"):
            assert (graph.reports / "datasets" / name / file).stat().st_size > 500
        assert f"(../datasets/{name}/README.md)" in text


def test_every_gpu_is_used_and_none_is_given_to_two_fits_at_once(synthetic):
    """Under the plain command, without a profile. The log of a fit says which card it has, its record when it ran."""
    graph, _ = synthetic
    times = defaultdict(list)
    for file in graph.results.glob("fits/*/*/*/fit.json"):
        record = json.loads(file.read_text())
        if record["method"] in ("full", "no_fusion"):
            log = graph.results / "logs/fit" / file.parent.relative_to(graph.results / "fits").with_suffix(".log")
            card = re.search(r"^GPU (\S+), slot 1 of 1$", log.read_text(), re.MULTILINE)[1]
            times[card].append((datetime.fromisoformat(record["started"]), timedelta(seconds=record["seconds"])))
    assert sorted(times) == ["GPU-one", "GPU-two"]
    assert sum(map(len, times.values())) == 2 * 2 * len(TRAINED_ON)
    for fits in map(sorted, times.values()):
        for (start, length), (following, _) in zip(fits, fits[1:], strict=False):
            assert start + length <= following + timedelta(seconds=1)  # starts are written in whole seconds


def test_an_edit_of_a_baseline_reruns_that_baseline_and_what_depends_on_it_alone(synthetic):
    graph, _ = synthetic
    graph.append("baselines/thresholding.py")
    planned = graph.planned()
    assert {job for job in planned if job.startswith(("fit", "predict", "score"))} == {
        *(f"fit thresholding on {name}, seed {seed}" for name in TRAINED_ON for seed in (0, 1)),
        *(f"predict thresholding of {name}, seed {seed}" for name in TRAINED_ON for seed in (0, 1)),
        "score thresholding",
    }
    assert {"statistics", "report"} <= set(planned)
    graph.run()


def test_an_edit_of_a_table_retrains_nothing(synthetic):
    graph, _ = synthetic
    graph.append("sgcldff/reporting/pages.py")
    assert graph.planned() == ["report", "look for what failed"]
    graph.run()


def test_the_target_of_one_ablation_takes_the_fits_that_are_there(synthetic):
    graph, _ = synthetic
    assert not [job for job in graph.planned("ablation_no_fusion") if job.startswith(("fit", "predict", "score"))]


def test_one_ablation_is_trained_again_to_the_same_weights_when_asked_and_the_rest_is_left_alone(synthetic):
    graph, _ = synthetic
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in graph.results.glob("fits/*/*/*/*.saf*")}
    graph.run("ablation_no_fusion", "--forcerun", "fit_no_fusion")
    for path, (time, weights) in before.items():
        trained_again = path.stat().st_mtime_ns != time
        assert trained_again == ("no_fusion" in path.parts)
        assert path.read_bytes() == weights
    rows = pd.read_csv(graph.reports / "arms/no_fusion/tables/table3.csv")
    assert set(rows.loc[rows["n_seeds"] > 0, "method"]) == {"full", "no_fusion"}
    page = (graph.reports / "arms/no_fusion/paper_tables.md").read_text()
    assert "In the paper, and not among the methods of this run: " in page


def test_a_method_that_was_not_chosen_is_run_when_its_target_or_the_choice_asks_for_it(synthetic):
    graph, _ = synthetic
    assert not [job for job in graph.planned() if "otsu" in job]
    fits = {f"fit otsu on {name}, seed {seed}" for name in TRAINED_ON for seed in (0, 1)}
    assert {job for job in graph.planned("method_otsu") if job.startswith("fit")} == fits
    planned = graph.run("--dry-run", "--config", "methods=all")
    assert all(fit in planned for fit in fits) and "report" in planned


def test_a_method_is_added_with_one_file_and_one_entry_as_the_readme_shows(synthetic):
    graph, _ = synthetic
    readme = (graph.folder / "baselines/README.md").read_text()
    program, entry = (re.search(rf"```{kind}\n(.*?)```", readme, flags=re.DOTALL)[1] for kind in ("python", "yaml"))
    (graph.folder / "baselines/nearest_colour.py").write_text(program)
    with (graph.folder / "workflow/catalogue/methods.yaml").open("a", encoding="utf-8") as stream:
        stream.write(entry)
    before = {path: path.stat().st_mtime_ns for path in graph.results.glob("fits/*/*/*/fit.json")}
    graph.run("method_nearest_colour")
    assert all(path.stat().st_mtime_ns == time for path, time in before.items())
    rows = pd.read_csv(graph.reports / "arms/nearest_colour/tables/table2.csv")
    measured = rows[(rows["method"] == "nearest_colour") & (rows["pair"].isna())].set_index("metric")
    assert (measured["n_seeds"] == 2).all() and measured.loc["iou", "mean"] > 0.3


def test_a_folder_of_images_joins_without_code_and_fits_nothing_again(synthetic):
    """Sixteen of the generated smears with a table of labels, tested by the fits that are there."""
    graph, _ = synthetic
    folder, source = graph.folder / "results/raw/ours", graph.folder / "results/raw/rapid"
    labels = pd.read_csv(source / "labels.csv").query("label != 'basophil'").groupby("label").head(4)
    for kind, column in (("images", "image"), ("masks", "mask")):
        (folder / kind).mkdir(parents=True)
        for name in labels[column]:
            codes = Image.open(source / name)
            if kind == "masks":
                codes = codes.point(lambda code: {1: 128, 2: 255}.get(code, 0))
            codes.save(folder / kind / Path(name).name)
    named = labels["image"].map(lambda name: Path(name).name)
    pd.DataFrame({"image": named, "label": labels["label"].str.upper()}).to_csv(folder / "labels.csv", index=False)
    settings = yaml.safe_load((graph.folder / "small.yaml").read_text())
    classes = sorted(labels["label"].unique())
    settings["datasets"].append("ours")
    settings["catalogue"]["datasets"]["ours"] = {
        "class": "sgcldff.data.sources.folder.ImageFolder",
        "title": "Ours",
        "space": "subtypes",
        "labels": {"subtypes": {name.upper(): name for name in classes}},
    }
    settings["scenarios"]["onto_ours"] = [["standard", "ours"]]
    (graph.folder / "small.yaml").write_text(yaml.safe_dump(settings))
    before = {path: path.stat().st_mtime_ns for path in graph.results.glob("fits/*/*/*/fit.json")}
    graph.run()
    assert all(path.stat().st_mtime_ns == time for path, time in before.items())
    runs = pd.read_csv(graph.results / "runs.csv").set_index(["trained_on", "tested_on"])
    assert (runs.loc[("standard", "ours"), "n_images"] == 16).all()
    duplicates = pd.read_csv(graph.results / "leakage/duplicates_by_dataset.csv").set_index(["dataset", "other"])
    assert duplicates.loc[("ours", "rapid"), "same_pixels"] == 16


UNLUCKY = """
from baselines.controls import Chance

class Unlucky(Chance):
    def fit(self, train, validation, run):
        if run.seed == 1:
            raise RuntimeError("the cable fell out")
        return super().fit(train, validation, run)
"""


def test_with_keep_going_the_report_names_what_failed_and_the_next_run_tries_that_again(synthetic):
    graph, _ = synthetic
    (graph.folder / "baselines/unlucky.py").write_text(UNLUCKY)
    with (graph.folder / "workflow/catalogue/methods.yaml").open("a", encoding="utf-8") as stream:
        stream.write("unlucky:\n  class: baselines.unlucky.Unlucky\n  title: Unlucky\n  role: baseline\n")
    process = graph.start("method_unlucky", "--keep-going")
    screen = process.communicate()[0]
    assert process.returncode == 1 and "sgcldff: 3 of the fits failed" in screen
    text = (graph.reports / "arms/unlucky/paper_tables.md").read_text()
    failures = (graph.reports / "arms/unlucky/pages/run.md").read_text()
    assert "**3 fits failed**" in text
    assert "- Unlucky on rapid stain (synthetic), seed 1: RuntimeError: the cable fell out" in failures
    row = next(line for line in text.split("## Table 2")[1].splitlines() if line.startswith("| Unlucky"))
    assert "1 of 2" in row
    again = [job for job in graph.planned("method_unlucky") if job.startswith("fit")]
    assert sorted(again) == [f"fit unlucky on {name}, seed 1" for name in sorted(TRAINED_ON)]
