"""Comparisons, corrections and verdicts: tables in, tables out, no file and no torch (README.md beside this file)."""
