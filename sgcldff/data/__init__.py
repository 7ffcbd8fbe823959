"""Datasets: a file a source, and what turns a source into prepared images and splits. Imports no torch."""
