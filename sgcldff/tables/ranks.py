"""ranks.csv: the mean rank of each method in a scenario, and what Nemenyi's test does not divide."""

from __future__ import annotations

from sgcldff.tables.contract import Contract

# A row a method. rank: mean over blocks, a pair of datasets in one seed, 1 the best; methods, blocks, pairs, seeds: how
# many; chi2, p: Friedman's test; critical: mean ranks further apart differ at .05 by Nemenyi's; groups: a letter for
# each group of methods that it does not divide.
RANKS = Contract(
    (
        *("scenario", "metric", "method", "rank", "methods", "blocks", "pairs", "seeds", "chi2", "p", "critical"),
        "groups",
    ),
    text=("scenario", "metric", "method", "groups"),
)
