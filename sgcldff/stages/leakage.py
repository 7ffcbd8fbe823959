"""Count the duplicates of every dataset, and the tested images of which a fit has seen one."""

from __future__ import annotations

from itertools import combinations

from sgcldff.config.stages.leakage import LeakageSettings
from sgcldff.data.leakage import Audited, duplicates_by_dataset, leakage_by_test
from sgcldff.stages.job import Job
from sgcldff.tables.files import write_table


def run(job: Job) -> None:
    settings = LeakageSettings.model_validate(job.settings)
    names, seeds = settings.datasets, settings.seeds
    splits = iter(job.several("splits"))
    pairs = zip(combinations(names, 2), job.several("overlaps"), strict=True)
    files = Audited(
        index=dict(zip(names, job.several("index"), strict=True)),
        duplicates=dict(zip(names, job.several("duplicates"), strict=True)),
        overlaps={tuple(sorted(pair)): file for pair, file in pairs},
        splits={name: {seed: next(splits) for seed in seeds} for name in names},
    )
    write_table(duplicates_by_dataset(files), job.output("by_dataset"))
    write_table(leakage_by_test(files, settings.tests, settings.pools), job.output("by_test"))
