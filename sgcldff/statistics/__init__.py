"""Comparisons, corrections and verdicts: tables in, tables out, no file and no torch (README.md beside this file)."""

from __future__ import annotations

from sgcldff.statistics.benchmark import METRICS, Benchmark
from sgcldff.statistics.comparisons import comparisons
from sgcldff.statistics.hypotheses import hypotheses
from sgcldff.statistics.interactions import interactions
from sgcldff.statistics.pictures import Pictures
from sgcldff.statistics.summary import summary

__all__ = ["METRICS", "Benchmark", "Pictures", "comparisons", "hypotheses", "interactions", "summary"]
