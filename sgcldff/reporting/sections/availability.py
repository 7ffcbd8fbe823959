"""What a mean goes without: datasets that are not there, and pairs of whose images too few have the truth."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sgcldff.config.experiment import Absent, Pair
from sgcldff.reporting.labels import METRIC_TITLES
from sgcldff.reporting.titles import Titles
from sgcldff.tables.runs import truth_of
from sgcldff.tables.truth import LEAST, Lack
from sgcldff.variants import parse_variant

# Metric -> the pairs that take no part in its mean, and how much of the truth they lack.
WithoutTruth = Mapping[str, Mapping[Pair, Lack]]

# Truth that a metric needs -> how a sentence says that no image has it.
NO_TRUTH = {"masks": "masks", "classes": "classes in the label space of the fit"}


def where_to_get(absent: Mapping[str, Absent], pairs: Sequence[Pair]) -> str:
    """A line for each absent dataset that these pairs need."""
    needed = {name for trained_on, tested_on in pairs for name in (trained_on, parse_variant(tested_on)[0])}
    # A pair may be lost with its pool alone.
    return (
        f"Not available here, and the rest was run without:\n\n{absent_lines(absent, needed & set(absent) or absent)}"
    )


def absent_lines(absent: Mapping[str, Absent], wanted: Collection[str]) -> str:
    """Where to get each of the wanted datasets, in the order of the configuration."""
    return "\n".join(f"- **{entry.title}**: {entry.obtain}." for name, entry in absent.items() if name in wanted)


def without_note(titles: Titles, without_truth: WithoutTruth) -> list[str]:
    """Which pairs a mean goes without, and in which metrics; nothing where all pairs take part in all metrics."""
    metrics_of: dict[str, list[str]] = {}
    for metric, lacking in without_truth.items():
        truth = truth_of(metric)
        for lack, words in (
            (Lack.ALL, f"whose images have no {NO_TRUTH[truth]}"),
            (Lack.MOST, f"of whose images in a seed fewer than {LEAST[truth]} have {NO_TRUTH[truth]}"),
        ):
            pairs = [titles.pair(pair) for pair, found in lacking.items() if found is lack]
            if pairs:
                metrics_of.setdefault(f"{', '.join(pairs)}, {words}", []).append(METRIC_TITLES[metric])
    return [f"The mean {' and '.join(metrics)} is without {reason}." for reason, metrics in metrics_of.items()]
