"""Snakemake's limit of jobs a second, whose timers multiply, is taken off."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from snakemake.cli import get_argument_parser
from snakemake.settings.types import MaxJobsPerTimespan, SchedulingSettings

from sgcldff.stages.scheduler_wakes import wake_for_jobs_alone

SNAKEMAKES = get_argument_parser().get_default("max_jobs_per_timespan")


def left(given: MaxJobsPerTimespan) -> object:
    """The limit that a scheduler has afterwards."""
    settings = SchedulingSettings(max_jobs_per_timespan=given)
    workflow = SimpleNamespace(scheduling_settings=settings, scheduler=SimpleNamespace(job_rate_limiter=given))
    wake_for_jobs_alone(workflow)
    return workflow.scheduler.job_rate_limiter


def test_snakemakes_own_limit_is_taken_off():
    assert left(MaxJobsPerTimespan.parse_choice(SNAKEMAKES)) is None


@pytest.mark.parametrize("given", ["1/1s", "100/1m"])
def test_a_limit_that_was_asked_for_stays(given):
    limit = MaxJobsPerTimespan.parse_choice(given)
    assert left(limit) is limit
