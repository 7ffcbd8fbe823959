"""What failed under --keep-going is tried again by the next run."""

from __future__ import annotations

import json

import pytest

from sgcldff.stages.keep_going import announce_keep_going, forget_failures, keeps_going


@pytest.mark.parametrize("asked", [True, False])
def test_a_job_knows_whether_snakemake_was_asked_to_keep_going(asked, monkeypatch):
    monkeypatch.setenv("SGCLDFF_KEEP_GOING", "")
    announce_keep_going(asked)
    assert keeps_going() == asked


@pytest.mark.parametrize("name", ["fits/jtsc/full/seed-0/fit.json", "predictions/jtsc/full/seed-0/cost.json"])
@pytest.mark.parametrize(
    ("failed", "stays"),
    [(None, True), ({"reason": "", "try_again": False}, True), ({"reason": "", "try_again": True}, False)],
)
def test_records_of_what_another_try_may_mend_are_removed(tmp_path, name, failed, stays):
    record = tmp_path / name
    record.parent.mkdir(parents=True)
    record.write_text(json.dumps({"failed": failed}))
    forget_failures(tmp_path)
    assert record.exists() == stays


def test_a_damaged_record_is_left_to_the_job_that_reads_it(tmp_path):
    record = tmp_path / "fits/jtsc/full/seed-0/fit.json"
    record.parent.mkdir(parents=True)
    record.write_text("{")
    forget_failures(tmp_path)
    assert record.exists()
