"""The tables of results in Markdown: Tables 2 and 3 beside the paper's values, further metrics, classes, transfer."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from sgcldff.config.plan import members, on_own_test_subset
from sgcldff.reporting import markdown as md
from sgcldff.reporting.labels import IN_PERCENT, METRIC_TITLES, caption, scenario_title, spread_note
from sgcldff.reporting.rows import (
    MEASURED,
    NOT_AVAILABLE,
    NOT_RUN,
    PAPER_ABLATION_DATASET,
    ablation_pairs,
    own_pairs,
    paper_rows,
    result_rows,
)
from sgcldff.reporting.run import IN_DOMAIN, Material
from sgcldff.tables.runs import MASK_METRICS
from sgcldff.variants import parse_variant

TABLE_2_METRICS = ("accuracy", "f1", "auc", "iou")
TABLE_3_METRICS = ("accuracy", "f1", "iou")
FURTHER_METRICS = ("precision", "recall", "dice", "pixel_accuracy", "pooled_iou", "mean_iou")
TABLE_2_ROLES = ("reference", "baseline", "control")
TABLE_3_ROLES = ("reference", "ablation")


def table_2(material: Material) -> str:
    pairs = own_pairs(material)
    titles = ", ".join(material.pair_title(pair) for pair in pairs)
    methods = material.methods(*TABLE_2_ROLES)
    blocks = [
        "## Table 2: comparison of methods, in-domain",
        caption(material, f"Table 2. Mean over {titles}, beside the values printed in the paper"),
        _against_paper(material, paper_rows(material, 2, methods, TABLE_2_METRICS)),
        *without_note(material, IN_DOMAIN, TABLE_2_METRICS),
    ]
    for pair in pairs if len(pairs) > 1 else []:
        blocks.append(caption(material, f"Table 2 on {material.pair_title(pair)} alone"))
        blocks.append(_against_paper(material, paper_rows(material, 2, methods, TABLE_2_METRICS, pair)))
    for pair in material.absent_pairs(IN_DOMAIN):
        blocks.append(caption(material, f"Table 2 on {material.pair_title(pair)} alone"))
        blocks.append(where_to_get(material, [pair]))
    return "\n\n".join(blocks)


def table_3(material: Material) -> str:
    blocks = ["## Table 3: ablations, in-domain"]
    methods = material.methods(*TABLE_3_ROLES)
    pairs = ablation_pairs(material)
    if PAPER_ABLATION_DATASET not in material.datasets:
        blocks.append("The paper made this table on BCCD, which is not among the datasets of this run.")
    for pair in pairs:
        blocks.append(
            caption(material, f"Table 3 on {material.pair_title(pair)}, beside the values printed in the paper")
        )
        blocks.append(_against_paper(material, paper_rows(material, 3, methods, TABLE_3_METRICS, pair)))
    return "\n\n".join(blocks)


def further_metrics(material: Material) -> str:
    rows = result_rows(material, material.methods(), FURTHER_METRICS, IN_DOMAIN)
    return "\n\n".join(
        [
            "## Further metrics, in-domain",
            "The paper names these metrics and prints no value for them.",
            caption(material, "Further metrics, mean over the datasets"),
            _by_method(material, rows),
            *without_note(material, IN_DOMAIN, FURTHER_METRICS),
            _left_out(material),
        ]
    )


def _left_out(material: Material) -> str:
    """How many images and classes a mean was taken without."""
    own = material.runs[material.runs["trained_on"] == material.runs["tested_on"]]
    own = own[own["trained_on"].isin([first for first, _ in material.scenarios[IN_DOMAIN]])]
    own = own.assign(n_unannotated=own["n_images"] - own["n_annotated"] if "n_annotated" in own else 0)
    counts = {
        "n_unannotated": "without a truth mask (no IoU)",
        "n_undefined": "both masks empty (IoU undefined, left out)",
        "n_empty_truth": "truth empty and a cell predicted (IoU 0, counted)",
        "n_absent_classes": "classes without a test image",
    }
    present = [column for column in counts if column in own.columns]
    sums = own.groupby("method")[present].sum()
    told = [
        f"{material.method_title(method)}: {int(sums.loc[method, column])} × {counts[column]}"
        for method in material.methods()
        if method in sums.index
        for column in present
        if sums.loc[method, column] > 0
    ]
    if not told:
        return "Over all in-domain runs no image was left out of a mean, and no test subset lacks a class."
    return "Counted over all in-domain runs:\n\n" + "\n".join(f"- {line}" for line in told)


def per_class(material: Material, class_scores: pd.DataFrame) -> str:
    reference = material.reference
    own = class_scores[(class_scores["method"] == reference) & (class_scores["scenario"] == IN_DOMAIN)]
    blocks = ["## Per class, in-domain", caption(material, f"{material.method_title(reference)}, class by class")]
    if own.empty:
        return "\n\n".join([*blocks, f"{material.method_title(reference)}: {md.NOT_RUN}."])
    rows = []
    for (pair, name), part in own.groupby(["pair", "class"], sort=False):
        cells = part.set_index("metric")
        shown = [md.mean_sd(cells.loc[metric, "mean"], cells.loc[metric, "sd"]) for metric in cells.index]
        rows.append([material.pair_title(pair), name, *shown, md.number(cells["n_images"].iloc[0], 1)])
    metrics = [METRIC_TITLES[metric] for metric in own["metric"].unique()]
    headers = ["Dataset", "Class", *metrics, "Images a seed"]
    note = (
        "The IoU of a class is that of the images which show it: the mask itself has no class. "
        "The other methods and the other pairs of datasets stand in `tables/per_class.csv`."
    )
    return "\n\n".join([*blocks, md.table(headers, rows, text_columns=2), spread_note(material), note])


def sections_of(material: Material) -> list[str]:
    """The scenarios with a section of their own: the others are Tables 2 and 3 and the robustness curves."""
    stain_shifted = {name for axis in material.axes for name in material.scenarios_along(axis)}
    return [name for name in material.scenarios if name != IN_DOMAIN and name not in stain_shifted]


def scenario_section(material: Material, scenario: str) -> str:
    """Tables of a scenario beside the in-domain one: the average, then each pair, those of absent datasets too."""
    pairs, absent = material.scenarios[scenario], material.absent_pairs(scenario)
    methods = material.methods()
    name = scenario_title(scenario).capitalize()
    blocks = [
        f"## {name}: {_kind(material, pairs)}",
        f"{_how_tested(material, pairs)} {_listed(material, pairs)}.",
        *_pools(material, pairs),
        caption(material, f"{name}, mean over {number_of(pairs)}"),
        _by_method(material, result_rows(material, methods, TABLE_2_METRICS, scenario)),
        *without_note(material, scenario, TABLE_2_METRICS),
    ]
    told = [metric for metric in TABLE_2_METRICS if len(material.without_truth(scenario, metric)) < len(pairs)]
    for metric in told if len(pairs) + len(absent) > 1 else ():
        unit = " (%)" if metric in IN_PERCENT else ""
        blocks.append(caption(material, f"{name}, {METRIC_TITLES[metric]}{unit} of each"))
        rows = []
        for method in methods:
            named = [f"{a}→{b}" for a, b in [*pairs, *absent]]
            cells = [_cell(result_rows(material, [method], [metric], scenario, pair).iloc[0]) for pair in named]
            rows.append([_bold_title(material, method), *cells])
        blocks.append(md.table(["Method", *[material.pair_title(pair) for pair in [*pairs, *absent]]], rows))
        blocks.append(spread_note(material))
    return "\n\n".join([*blocks, *([where_to_get(material, absent)] if absent else [])])


def absent_scenario(material: Material, scenario: str) -> str:
    """The section of a scenario all of whose pairs need a dataset that is not there."""
    pairs = material.absent_pairs(scenario)
    name = scenario_title(scenario).capitalize()
    return f"## {name}: not available\n\n{_listed(material, pairs)}.\n\n{where_to_get(material, pairs)}"


def where_to_get(material: Material, pairs: Sequence[tuple[str, str]]) -> str:
    """A line for each absent dataset that these pairs need."""
    needed = {name for trained_on, tested_on in pairs for name in (trained_on, parse_variant(tested_on)[0])}
    # A pair may be lost with its pool alone.
    wanted = needed & set(material.absent) or set(material.absent)
    return f"Not available here; the rest was run without:\n\n{absent_lines(material, wanted)}"


def absent_lines(material: Material, wanted: Collection[str]) -> str:
    """Where to get each of these absent datasets, in the order of the configuration."""
    told = [(entry["title"], entry["obtain"]) for name, entry in material.absent.items() if name in wanted]
    return "\n".join(f"- **{title}**: {obtain}." for title, obtain in told)


def without_note(material: Material, scenario: str, metrics: Sequence[str]) -> list[str]:
    """Which pairs a scenario's means go without, and in which metrics; nothing where all have a part in all."""
    titles: dict[str, list[str]] = {}
    for metric in metrics:
        lacking = [material.pair_title(pair) for pair in material.without_truth(scenario, metric)]
        if lacking:
            truth = "masks" if metric in MASK_METRICS else "classes in the label space of the fit"
            titles.setdefault(f"{', '.join(lacking)}, whose images have no {truth}", []).append(METRIC_TITLES[metric])
    return [f"The mean {' and '.join(names)} is without {lacking}." for lacking, names in titles.items()]


def _kind(material: Material, pairs: Sequence[tuple[str, str]]) -> str:
    if not on_own_test_subset(material.settings, *pairs[0]):
        return (
            "trained on one dataset, tested on another" if _single(material, pairs) else "tested on what was left out"
        )
    return "tested on their own test subsets"


def _how_tested(material: Material, pairs: Sequence[tuple[str, str]]) -> str:
    if not on_own_test_subset(material.settings, *pairs[0]):
        return "Each fit is tested on every image of the other dataset that shows nothing which it may have seen:"
    if (material.settings.get("leakage") or {}).get("inflated") in {first for first, _ in pairs}:
        return (
            "Each fit is tested on the test subset of the seed's split; it has seen copies of its images, on purpose, "
            "and these scores say nothing of new ones:"
        )
    return "Each fit is tested on the test subset of the seed's split; it has seen none of its images:"


def _pools(material: Material, pairs: Sequence[tuple[str, str]]) -> list[str]:
    """The members of each pool that the scenario fits on; absent ones are not among them."""
    names = dict.fromkeys(first for first, _ in pairs if first in material.settings["pools"])
    told = [
        f"*{material.dataset_title(name)}*: {', '.join(map(material.dataset_title, members(material.settings, name)))}"
        for name in names
    ]
    return [f"Fitted on the training subsets of: {'; '.join(told)}."] if told else []


def _single(material: Material, pairs: Sequence[tuple[str, str]]) -> bool:
    return all(len(members(material.settings, trained_on)) == 1 for trained_on, _ in pairs)


def _listed(material: Material, pairs: Sequence[tuple[str, str]]) -> str:
    return "; ".join(material.pair_title(pair) for pair in pairs)


def number_of(pairs: Sequence[tuple[str, str]]) -> str:
    """What a scenario's mean is over."""
    return f"the {len(pairs)} of them" if len(pairs) > 1 else "its one pair"


def _against_paper(material: Material, frame: pd.DataFrame) -> str:
    """A row a method: for each metric ours, the paper's and the difference; then seeds and images."""
    metrics = list(dict.fromkeys(frame["metric"]))
    headers = ["Method"]
    for metric in metrics:
        headers += [METRIC_TITLES[metric] + (" (%)" if metric in IN_PERCENT else ""), "paper", "Δ"]
    rows = []
    for _, part in frame.groupby(["method", "title"], sort=False):
        first = part.iloc[0]
        cells = [_bold_title(material, first["method"]) if first["method"] else first["title"]]
        for _, row in part.iterrows():
            paper = md.mean_sd(row["paper_mean"], row["paper_sd"], row["metric"] in IN_PERCENT, decimals=2)
            cells += [_cell(row, part["n_seeds"].max()), paper, md.points(100 * row["difference"])]
        rows.append([*cells, *_behind(material, part)])
    return "\n\n".join([md.table([*headers, "Seeds", "Images"], rows), spread_note(material, paper=True)])


def _by_method(material: Material, frame: pd.DataFrame) -> str:
    """A row a method, a column a metric; then seeds and images."""
    metrics = list(dict.fromkeys(frame["metric"]))
    headers = [METRIC_TITLES[metric] + (" (%)" if metric in IN_PERCENT else "") for metric in metrics]
    rows = []
    for method, part in frame.groupby("method", sort=False):
        cells = [_cell(row, part["n_seeds"].max()) for _, row in part.iterrows()]
        rows.append([_bold_title(material, method), *cells, *_behind(material, part)])
    return "\n\n".join([md.table(["Method", *headers, "Seeds", "Images"], rows), spread_note(material)])


def _cell(row: pd.Series, seeds: int = 0) -> str:
    """Mean ± SD; says so where it rests on fewer than the `seeds` of the rest of its row."""
    if row["state"] in (NOT_RUN, NOT_AVAILABLE):
        return row["state"]
    text = md.mean_sd(row["mean"], row["sd"], row["metric"] in IN_PERCENT)
    fewer = row["state"] == MEASURED and row["n_seeds"] < seeds
    return f"{text} (n = {row['n_seeds']})" if fewer else text


def _bold_title(material: Material, method: str) -> str:
    title = material.method_title(method)
    return f"**{title}**" if method == material.reference else title


def _behind(material: Material, part: pd.DataFrame) -> list[str]:
    """Seeds and images behind a row of a table."""
    measured = part[part["state"] == MEASURED]
    if measured.empty:
        return [md.MISSING, md.MISSING] if (part["state"] == NOT_RUN).all() else ["0", md.MISSING]
    seeds = int(measured["n_seeds"].max())
    configured = len(material.settings["seeds"])
    told = str(seeds) if seeds == configured else f"{seeds} of {configured}"
    return [told, md.count(measured["n_images"].max())]
