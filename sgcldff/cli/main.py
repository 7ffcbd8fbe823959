"""The command line: one verb for each arrow of the way of the data, and those for anybody's numbers (numbers.py).

The verbs from source to split stand in preparation.py. Each imports what it needs when it is called: most of them start
without torch.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from sgcldff.cli.numbers import audit, compare
from sgcldff.errors import InputError
from sgcldff.stages.asked import Prepared, Settings, asked_for
from sgcldff.stages.preparation import card, fetch, leakage, overlaps, prepare, split

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)

for verb in (fetch, prepare, overlaps, leakage, split, card):
    app.command()(verb)


@app.command()
def weights(settings: Settings) -> None:
    """Fetch the pretrained weights of a method from the hub into its cache, ahead of every fit."""
    from sgcldff.method import build

    asked = asked_for(settings)
    method = build(asked["class"], asked["classes"], asked["size"], asked["arguments"])
    method.build_network("hub")


@app.command()
def fit(
    settings: Settings,
    prepared: Annotated[list[Path], typer.Option(help="Folder of the prepared dataset; of a pool, once for each.")],
    split: Annotated[list[Path], typer.Option(help="CSV of image_id and subset, as many as there are datasets.")],
    seed: Annotated[int, typer.Option(help="Decides initial weights, order and augmentation.")],
    out: Annotated[Path, typer.Option(help="Folder for weights, history and record.")],
    overlaps: Annotated[list[Path] | None, typer.Option(help="What each two datasets of a pool share.")] = None,
    threads: Annotated[int, typer.Option(help="CPU threads.")] = 1,
) -> None:
    """Fit a method on the training subset of one split or several; goes on where a killed fit stopped."""
    from sgcldff.data.pools import TrainingData
    from sgcldff.training.fit import fit as run

    asked = asked_for(settings)
    run(asked, TrainingData(asked["members"], prepared, split, overlaps or []), seed, threads, out)


@app.command()
def test(
    settings: Settings,
    fit: Annotated[Path, typer.Option(help="Folder of a finished fit.")],
    results: Annotated[
        Path, typer.Option(help="Results folder: prepared datasets and splits are read, predictions written there.")
    ],
    threads: Annotated[int, typer.Option(help="CPU threads.")] = 1,
) -> None:
    """Predict the test subsets of a fit's own datasets, plain and stain-shifted, and all images of every other dataset."""
    from sgcldff.evaluation.predict import predict_with_fit as run

    run(asked_for(settings), fit, results, threads)


@app.command()
def score(
    settings: Settings,
    results: Annotated[Path, typer.Option(help="Results folder: predictions are read, scores written there.")],
) -> None:
    """Score every prediction of one method, from the stored predictions alone."""
    import pandas as pd

    from sgcldff.evaluation.score import score_files
    from sgcldff.evaluation.stain_curves import area_rows
    from sgcldff.layout import Layout

    asked = asked_for(settings)
    layout = Layout(results)
    files = [
        layout.prediction(trained_on, asked["method"], seed, tested_on)
        for trained_on, tested_on in asked["pairs"]
        for seed in asked["seeds"]
    ]
    scores, runs = score_files(files)
    layout.method_runs(asked["method"]).parent.mkdir(parents=True, exist_ok=True)
    scores.to_parquet(layout.method_scores(asked["method"]), index=False)
    pd.concat([runs, area_rows(runs, asked["axes"])]).to_csv(layout.method_runs(asked["method"]), index=False)


@app.command()
def explain(
    fit: Annotated[Path, typer.Option(help="Folder of a finished fit of SG-CLDFF.")],
    prediction: Annotated[Path, typer.Option(help="Its in-domain prediction file.")],
    prepared: Prepared,
    out: Annotated[Path, typer.Option(help="npz file for images, saliency maps and Grad-CAM.")],
    count: Annotated[int, typer.Option(help="Typical images, and failed ones.")] = 2,
) -> None:
    """Saliency maps and Grad-CAM of typical and failed test images."""
    from sgcldff.evaluation.attribution import explain as run

    run(fit, prediction, prepared, count, out)


@app.command()
def gather(
    settings: Settings,
    results: Annotated[Path, typer.Option(help="Results folder with the scores of each method.")],
    out: Annotated[Path, typer.Option(help="Folder for runs.csv and scores.parquet.")],
) -> None:
    """Put the scores of several methods into one table."""
    from sgcldff.evaluation.gather import gather as run

    run(asked_for(settings)["methods"], results, out)


@app.command()
def statistics(
    settings: Settings,
    runs: Annotated[Path, typer.Option(help="runs.csv.")],
    scores: Annotated[Path, typer.Option(help="scores.parquet, the scores of single images.")],
    out: Annotated[Path, typer.Option(help="Folder for the tables of statistics.")],
) -> None:
    """Test every method against the reference, the hypotheses and interactions, and every claim of the paper."""
    from sgcldff.config.stages.statistics import StatisticsSettings
    from sgcldff.reporting.paper_values import DECLARED_CLAIMS, PRINTED, PRINTED_CLAIMS
    from sgcldff.statistics.every_table import every_table
    from sgcldff.tables.claims import read_declared_claims
    from sgcldff.tables.files import write_table
    from sgcldff.tables.personal import read_personal_table
    from sgcldff.tables.read import read_table
    from sgcldff.tables.runs import RUNS
    from sgcldff.tables.scores import read_scores

    asked = asked_for(settings)
    split = asked.pop("split")
    typed = StatisticsSettings.model_validate(
        asked | {"test_train_ratio": split["test"] / split["train"], "leakage": asked["leakage"] or {}}
    )
    tables = every_table(
        typed,
        read_table(runs, RUNS),
        read_scores(scores),
        read_declared_claims(DECLARED_CLAIMS),
        read_personal_table(PRINTED),
        read_personal_table(PRINTED_CLAIMS),
    )
    for name, table in tables.items():
        write_table(table, out / f"{name}.csv")


@app.command()
def report(
    settings: Settings,
    results: Annotated[Path, typer.Option(help="Results folder of the whole configuration.")],
    computed: Annotated[Path, typer.Option(help="Folder of runs.csv, scores.parquet and statistics/.")],
    cards: Annotated[Path, typer.Option(help="Folder with the card of each dataset.")],
    reports: Annotated[Path, typer.Option(help="Folder for paper_tables.md, tables, figures and provenance.json.")],
) -> None:
    """Render the paper's tables and figures from finished results."""
    from sgcldff.reporting.report import render_run

    asked = asked_for(settings)
    folders = {name: cards / name for name in asked["config"]["datasets"]}
    render_run(asked["config"], asked["methods"], asked["tests"], results, computed, folders, reports)


app.command()(compare)
app.command()(audit)


def main() -> None:
    """Run a verb; wrong input ends with one sentence on standard error and exit status 2."""
    try:
        app()
    except InputError as error:
        print(f"sgcldff: {error}", file=sys.stderr)
        sys.exit(2)
