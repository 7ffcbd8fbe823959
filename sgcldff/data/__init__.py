"""Datasets: a file a source, and what turns a source into prepared pictures and splits. Imports no torch."""
