"""Comparisons, corrections and verdicts: tables in, tables out, no file and no torch (README.md beside this file)."""

from __future__ import annotations

from sgcldff.statistics.against_reference import comparisons
from sgcldff.statistics.benchmark import Benchmark
from sgcldff.statistics.hypotheses import hypotheses
from sgcldff.statistics.image_scores import Images
from sgcldff.statistics.interactions import interactions
from sgcldff.statistics.summary import summary

__all__ = ["Benchmark", "Images", "comparisons", "hypotheses", "interactions", "summary"]
