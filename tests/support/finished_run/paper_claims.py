"""The tables on the paper's claims and printed numbers: a row of each kind."""

from __future__ import annotations

import numpy as np
import pandas as pd


def claims() -> pd.DataFrame:
    """A claim of each kind, one of them about a row of the paper that two methods stand for."""
    start = {"where": "Abstract; Table 2", "scenario": "in_domain", "pair": "", "reference": "full", "n": 3}
    interval = {"ci_low": 0.9, "ci_high": 0.96, "lower_bound": 0.91, "upper_bound": 0.95, "basis": "redrawn splits"}
    points = {"ci_low": -1.76, "ci_high": 8.16, "lower_bound": -0.18, "upper_bound": 6.58, "basis": "redrawn splits"}
    rows = [
        {"claim": "full_f1", "statement": "An F1 of 0.94", "printed": "0.94 ± 0.01", "kind": "level", "metric": "f1"}
        | {"value": 0.94, "ours": 0.93, "verdict": "INCONCLUSIVE"}
        | interval,
        {"claim": "full_accuracy", "statement": "95.8 % accuracy", "printed": "95.8 ± 0.4", "kind": "level"}
        | {"metric": "accuracy", "value": 0.958, "ours": 0.93, "verdict": "REFUTED"}
        | {"decided_by": "upper bound", "fragile": "one seed decides"}
        | interval,
        *[
            {"claim": "better", "statement": "Better F1 than Somebody", "printed": "p < 0.05", "kind": "improvement"}
            | {"metric": "f1", "against": against, "ours": 3.2, "p": 0.109, "p_holm": 0.218, "verdict": "INCONCLUSIVE"}
            | points
            for against in ("no_fusion", "unetpp")
        ],
        {"claim": "worse", "where": "Table 3", "statement": "No saliency costs 6 points of IoU", "printed": "6"}
        | {"kind": "difference", "metric": "iou", "against": "no_saliency", "verdict": "", "note": "not run"},
        {"claim": "light", "statement": "Lightweight", "printed": "lightweight", "kind": "untested", "verdict": ""}
        | {"note": "no size is printed"},
        {"claim": "every", "statement": "Better everywhere", "printed": "consistently", "kind": "all"}
        | {"against": "better worse", "verdict": "", "note": "of 3: 2 inconclusive, 1 not run"},
    ]
    start |= {"decided_by": "", "fragile": ""}
    columns = [
        *("claim", "where", "statement", "printed", "kind", "metric", "scenario", "pair", "reference", "against"),
        *("value", "n", "ours", "ci_low", "ci_high", "lower_bound", "upper_bound", "basis", "p", "p_holm", "verdict"),
        *("decided_by", "fragile", "note"),
    ]
    return pd.DataFrame([start | row for row in rows], columns=columns)


SPREADS = [
    {"scenario": "in_domain", "over": "images", "method": "unetpp", "n": 3, "sd": 0.06, "reference_sd": 0.05}
    | {"ratio": 1.2, "ci_low": 0.9, "ci_high": 1.6, "lower_bound": 0.96, "upper_bound": 1.5, "p": 0.2}
    | {"basis": "redrawn splits", "note": ""}
]
AT = ("r0", "r50", "r95")
AUDIT_COMPARISONS = [
    {"table": "Table 2", "metric": "iou", "reference": "SG-CLDFF", "against": "Asha et al. (2024)", "n": 5}
    | {"reference_mean": 82.0, "reference_sd": 1.0, "against_mean": 79.0, "against_sd": 1.0, "difference": 3.0}
    | {"half_unit": 0.5, **{f"p_{at}": 0.009 for at in AT}, **{f"p_holm_{at}": 0.09 for at in AT}}
    | {"p_rounding_low": 0.001, "p_rounding_high": 0.05, "p_low": 0.0, "p_high": 0.1}
    | {"least_r": -1.0, "least_r_rounding": -1.0, "margin": 2.0, **{f"p_margin_{at}": 0.095 for at in AT}, "note": ""}
]
AUDIT_FINDINGS = [{"table": "Figure 5", "method": "SG-CLDFF", "metric": "iou", "kind": "parts", "finding": "Odd."}]
AUDIT_CLAIMS = [
    {"claim": "6% more IoU", "table": "Table 3", "reference": "SG-CLDFF", "against": "Without fusion", "metric": "iou"}
    | {"claimed": "6", "unit": "percent", "p": np.nan, "found": 6.0, "check": "points", "p_check": "", "finding": "So."}
]
