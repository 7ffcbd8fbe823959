"""Comparisons, corrections and verdicts: tables in, tables out, no file and no torch (README.md beside this file).

The examples in the docstrings are run by tests/statistics/test_examples.py; what they call `benchmark` stands there.
"""
