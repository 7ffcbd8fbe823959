"""The captions of the figures, each with its n: seeds, datasets that were tested, and their images."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from sgcldff.config.declared import Hypothesis, arms_of
from sgcldff.reporting.scenarios import Scenario
from sgcldff.variants import parse_variant

OF_REFERENCE = ("roc", "precision_recall", "confusion", "reliability", "iou_by_class")  # and in-domain
IN_DOMAIN_FIGURES = ("iou_by_method", "cost_quality", "attention")
OF_DIFFERENCES = ("comparisons", "transfer")  # in which two arms are compared over all their seeds
OF_HYPOTHESES = ("answer", "hypotheses", "power", "paired_dots")


def figure_captions(
    captions: Mapping[str, str],
    reference: str,
    in_domain: str,
    scenarios: Mapping[str, Scenario],
    declared: Mapping[str, Hypothesis],
    runs: pd.DataFrame,
    seeds: Collection[int],
    others: Mapping[str, str],
) -> dict[str, str]:
    """The captions by name, each with the n of the runs that its figure shows.

    in_domain: the name of that scenario; runs: runs.csv; seeds: those of every method, the only ones outside the
    hypotheses' own figures; others: the n of figures that are of no runs. One with no n keeps its caption as it is.
    """
    pairs = pd.Series(list(zip(runs["trained_on"], runs["tested_on"], strict=True)), index=runs.index, dtype=object)
    perturbed = pd.Series([parse_variant(name)[1] is not None for name in runs["tested_on"]], runs.index, dtype=bool)
    shared = runs["seed"].isin(list(seeds))
    of_reference = runs["method"] == reference
    claimed = list(dict.fromkeys(each.scenario for each in declared.values()))
    arms = runs["method"].isin(arms_of(declared.values()))

    def of_scenarios(*names: str) -> pd.Series:
        return pairs.isin({pair for name in names if name in scenarios for pair in scenarios[name].pairs})

    shown = dict.fromkeys(OF_REFERENCE, of_scenarios(in_domain) & shared & of_reference)
    shown |= dict.fromkeys(IN_DOMAIN_FIGURES, of_scenarios(in_domain) & shared)
    shown |= {"robustness": perturbed & shared, "comparisons": of_scenarios(in_domain, *claimed) & shared}
    shown |= {"critical_difference": shown["comparisons"]}
    shown |= {"transfer": ~perturbed & shared & of_reference}
    counts = {name: counted(runs[wanted]) for name, wanted in shown.items()} | dict(others)
    # Each hypothesis has a scenario of its own, and its own images.
    by_scenario = {
        scenarios[name].title: counted(runs[of_scenarios(name) & arms]) for name in claimed if name in scenarios
    }
    said = [f"{title.lower()} {count}" for title, count in by_scenario.items() if count]
    counts |= dict.fromkeys(OF_HYPOTHESES, ", ".join(said))
    if further := runs.loc[arms & ~shared, "seed"].nunique():
        more = f"two arms of a hypothesis {further + len(set(seeds))} seeds"
        counts |= {name: f"{counts[name]}, {more}" for name in OF_DIFFERENCES if counts.get(name)}
    return {name: f"{text} (n: {counts[name]})" if counts.get(name) else text for name, text in captions.items()}


def counted_otherwise(
    curves: pd.DataFrame, trained: Mapping[str, Collection[str]], explained: pd.DataFrame
) -> dict[str, str]:
    """The n of the figures that are of fits or of single images.

    curves: as `training_curves` gives them; trained: figure -> its methods; explained: a row an image.
    """
    fits = curves.drop_duplicates(["trained_on", "method", "seed"])
    counts = {name: int(fits["method"].isin(list(methods)).sum()) for name, methods in trained.items()}
    written = {name: _plural(count, "fit") for name, count in counts.items() if count}
    found = explained[explained["image_id"] != ""]
    if len(found):
        datasets = found["dataset"].nunique()
        written["explanations"] = f"{_plural(len(found), 'image')}, {_plural(datasets, 'dataset')}, 1 seed"
    return written | {"architecture": "1 fit"}


def counted(runs: pd.DataFrame) -> str:
    """Seeds, datasets and images behind some runs; "" where there are none.

    Images are those that a method is tested on in a seed, each once however many fits are tested on it; where seeds
    differ in them, their least and most.

    >>> runs = pd.DataFrame({"method": "full", "seed": [0, 1], "tested_on": "bccd", "n_images": [60, 61]})
    >>> counted(runs)
    '2 seeds, 1 dataset, 60 to 61 images a seed'
    """
    if runs.empty:
        return ""
    tested = runs.assign(tested_on=[parse_variant(name)[0] for name in runs["tested_on"]])
    images = tested.groupby(["seed", "tested_on"])["n_images"].max().groupby("seed").sum()
    least, most = int(images.min()), int(images.max())
    number = f"{least:,}" if least == most else f"{least:,} to {most:,}"
    seeds, datasets = tested["seed"].nunique(), tested["tested_on"].nunique()
    return f"{_plural(seeds, 'seed')}, {_plural(datasets, 'dataset')}, {number} images a seed"


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
