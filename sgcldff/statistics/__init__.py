"""Comparisons, corrections and verdicts: tables in, tables out, no file and no torch (README.md beside this file)."""

from __future__ import annotations

from sgcldff.statistics.tables import METRICS, comparisons, hypotheses, summary

__all__ = ["METRICS", "comparisons", "hypotheses", "summary"]
