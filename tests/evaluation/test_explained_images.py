"""Which test images Figure 2 shows, and what is measured of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sgcldff.evaluation.explained_images import choose, map_facts, mask_facts
from sgcldff.evaluation.predictions import encode_png
from sgcldff.method import CYTOPLASM, NUCLEUS, UNKNOWN
from sgcldff.tables.explained import RULES


def cell(*columns: int) -> np.ndarray:
    """Mask codes of 9 x 20 pixels with cytoplasm of five rows in these columns."""
    codes = np.zeros((9, 20), np.uint8)
    codes[2:7, list(columns)] = CYTOPLASM
    return codes


INSIDE, AT_THE_EDGE, TWO = cell(*range(4, 14)), cell(*range(10)), cell(2, 3, 4, 5, 6, 12, 13, 14, 15, 16)


def predictions(*images: tuple[np.ndarray, float, float]) -> pd.DataFrame:
    """(truth, share of its columns that the mask keeps, probability of the true class "x") -> named a, b, c …"""
    rows = []
    for name, (truth, share, probability) in zip("abcdefgh", images, strict=False):
        mask = (truth > 0) & (np.cumsum((truth > 0).any(axis=0)) <= round(10 * share))
        rows.append(
            {"trained_on": "d", "tested_on": "d", "method": "full", "seed": 3, "image_id": name, "label": "x"}
            | {"p_x": probability, "p_y": 1 - probability}
            | {"mask": encode_png(mask.astype(np.uint8) * 255), "truth": encode_png(truth)}
        )
    return pd.DataFrame(rows)


def shown(frame: pd.DataFrame) -> dict[str, str]:
    return dict(zip(frame["rule"], frame["image_id"], strict=True))


def test_each_rule_takes_its_image():
    chosen = choose(
        predictions(
            (INSIDE, 0.9, 0.9),  # the median IoU
            (INSIDE, 0.2, 0.9),  # the lowest
            (INSIDE, 1.0, 0.3),  # wrong with .7
            (INSIDE, 1.0, 0.1),  # wrong with .9
            (AT_THE_EDGE, 0.9, 0.9),
            (AT_THE_EDGE, 0.5, 0.9),
            (TWO, 0.5, 0.9),
        )
    )
    assert shown(chosen) == {"typical": "a", "worst": "b", "wrong": "d", "border": "f", "cells": "g"}
    assert chosen["found"].tolist() == [7, 7, 2, 2, 1] and (chosen["tested"] == 7).all()
    wrong = chosen.set_index("rule").loc["wrong"]
    assert (wrong["predicted"], wrong["probability"], wrong["label_probability"]) == ("y", 0.9, 0.1)
    assert chosen["iou"].tolist() == pytest.approx([0.9, 0.2, 1.0, 0.5, 0.5])
    assert set(chosen["dataset"]) == {"d"} and set(chosen["seed"]) == {3}


def test_no_image_is_shown_twice_and_a_rule_that_none_meets_has_none():
    chosen = choose(predictions((AT_THE_EDGE, 0.9, 0.9), (INSIDE, 1.0, 0.9)))
    assert list(shown(chosen)) == list(RULES)
    assert shown(chosen) == {"typical": "a", "worst": "b", "wrong": "", "border": "", "cells": ""}
    assert chosen["found"].tolist() == [2, 2, 0, 1, 0]


def test_images_without_a_true_mask_meet_no_rule_of_the_iou():
    unknown = np.full_like(INSIDE, UNKNOWN)
    chosen = choose(predictions((unknown, 1.0, 0.9), (unknown, 1.0, 0.2)))
    assert shown(chosen) == {"typical": "", "worst": "", "wrong": "b", "border": "", "cells": ""}


def test_an_image_without_a_true_class_is_never_wrong():
    frame = predictions((INSIDE, 1.0, 0.2)).assign(label=None)
    assert choose(frame).set_index("rule").loc["wrong", "found"] == 0


def test_a_mask_is_measured_against_the_cells():
    mask = TWO > 0
    mask[:, :9] = False  # the first cell is not covered
    mask[2:7, 18] = True  # a piece of its own
    facts = mask_facts(mask, TWO)
    assert facts == {
        **{"true_area": 50, "mask_area": 30, "covered": 0.5, "spilled": pytest.approx(1 / 6)},
        **{"stray": pytest.approx(1 / 6), "touches_border": 0, "n_cells": 2, "cells_met": 1},
    }


def test_unknown_pixels_do_not_count():
    truth = INSIDE.copy()
    truth[:, 15:] = UNKNOWN
    mask = INSIDE > 0
    mask[:, 15:] = True
    assert mask_facts(mask, truth)["mask_area"] == 50


def test_shares_of_nothing_are_undefined():
    facts = mask_facts(np.zeros((9, 20), bool), np.zeros((9, 20), np.uint8))
    assert np.isnan([facts["covered"], facts["spilled"], facts["stray"]]).all() and facts["true_area"] == 0


def test_a_map_is_measured_in_every_region_beside_a_uniform_one():
    codes = INSIDE.copy()
    codes[2:7, 4:6] = NUCLEUS
    facts = map_facts({"cam": np.where(codes == NUCLEUS, 1.0, 0.0)[None]}, codes[None])
    assert (facts["cam_cell"], facts["cam_nucleus"], facts["cam_outside"]) == (1, 1, 0)
    assert facts["area_outside"] == pytest.approx(1 - 50 / 180)
