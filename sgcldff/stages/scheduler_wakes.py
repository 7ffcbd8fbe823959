"""Snakemake's scheduler wakes when a job ends, and no longer once a second for every job that ever ended.

Snakemake 9 lets 100 jobs a second start. For this limit each look at the ready jobs sets a timer of a second for
another look, which sets the next; every job that ends begins such a chain, and none ends while jobs are ready. After
two hundred jobs its process took up to a core for itself, half of a machine of two.
"""

from __future__ import annotations

from typing import Any

DEFAULT = (100, 1)  # jobs, seconds


def wake_for_jobs_alone(workflow: Any) -> None:
    """Take Snakemake's own limit off; one that was given on the command line stays. workflow: about to be executed."""
    limit = workflow.scheduling_settings.max_jobs_per_timespan
    if limit is not None and (limit.max_jobs, limit.timespan) == DEFAULT:
        workflow.scheduler.job_rate_limiter = None
