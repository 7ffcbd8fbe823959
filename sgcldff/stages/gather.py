"""Put the scores of several methods into one table of each kind."""

from __future__ import annotations

from sgcldff.evaluation.gather import gather_cells, gather_confusion, gather_runs, gather_scores
from sgcldff.stages.job import Job

GATHERED = {"runs": gather_runs, "scores": gather_scores, "confusion": gather_confusion, "cells": gather_cells}


def run(job: Job) -> None:
    for name, gather in GATHERED.items():
        gather(job.several(name), job.output(name))
