"""Which class a run took for which."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sgcldff.evaluation.predictions import classes_of
from sgcldff.metrics.confusion import confusion
from sgcldff.tables.confusion import CONFUSION
from sgcldff.tables.runs import RUN_KEYS
from sgcldff.variants import parse_variant


def confusion_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows CONFUSION of one run, a row a true and predicted class, zeros too.

    frame: as `read_predictions` gives it. Images without a true class are left out; there is no row where there is
    none with one, where the method does not classify, and for perturbed images.
    """
    classes = classes_of(frame)
    run = {key: frame[key].iloc[0] for key in RUN_KEYS}
    labelled = frame[frame["label"].notna()]
    probabilities = labelled[[f"p_{name}" for name in classes]].to_numpy(float)
    if np.isnan(probabilities).all() or parse_variant(run["tested_on"])[1] is not None:
        return pd.DataFrame(columns=list(CONFUSION.columns))
    truth = pd.Index(classes).get_indexer(labelled["label"])
    counts = confusion(truth, probabilities.argmax(axis=1), len(classes))
    pairs = pd.MultiIndex.from_product([classes, classes], names=["truth", "predicted"])
    rows = pd.DataFrame({"count": counts.ravel()}, index=pairs).reset_index()
    return rows.assign(**run)[list(CONFUSION.columns)]
