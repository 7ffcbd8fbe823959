from __future__ import annotations

import json

import pytest

from sgcldff.errors import InputError
from sgcldff.reporting.provenance import data_counts, fit_rows, read_fit


def test_images_are_counted_by_class_and_dropped_ones_by_reason(run):
    counts = data_counts(run.files.indexes["jtsc"], run.files.dropped["jtsc"])
    assert counts["classes"] == dict.fromkeys(["neutrophil", "lymphocyte", "monocyte", "eosinophil"], 3)
    assert counts["dropped"] == [{"label": "basophil", "reason": "class not used", "images": 2}]


def test_a_broken_fit_json_is_named(tmp_path):
    (tmp_path / "fit.json").write_text("{")
    with pytest.raises(InputError, match=r"fit\.json is not JSON"):
        read_fit(tmp_path / "fit.json")


def test_what_a_fit_json_does_not_say_is_missing(tmp_path):
    (tmp_path / "fit.json").write_text(json.dumps({"method": "full"}))
    rows = fit_rows([read_fit(tmp_path / "fit.json")])
    assert rows["device"].isna().all()
