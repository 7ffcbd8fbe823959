"""What the basis of a test means: the plain paired t-test decides, or the corrected one where splits are redrawn."""

from __future__ import annotations

import pandas as pd

from sgcldff.tables.comparisons import REDRAWN, SEEDS

# Basis of a test -> what it means.
BASES = {
    REDRAWN: (
        "Each seed drew its own split of the same images, so the runs share images and are not independent: "
        "t, p, interval and bounds are those of the corrected resampled t-test (Nadeau and Bengio), whose standard "
        "error is SD·√(1/n + n_test/n_train)."
    ),
    SEEDS: (
        "Every seed is tested on the same images: t, p, interval and bounds are those of the paired t-test over "
        "seeds, and what they say is about those images."
    ),
}


def basis_sentences(tests: pd.DataFrame) -> list[str]:
    """What the bases of these tests mean; rows that could not be tested do not count."""
    bases = tests.loc[tests["p"].notna(), "basis"].unique()
    return [sentence for basis, sentence in BASES.items() if basis in bases]
