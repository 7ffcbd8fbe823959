from __future__ import annotations

import json
import subprocess

import pytest

from sgcldff.errors import InputError
from sgcldff.reporting.provenance import code_commit, data_counts, fit_rows, read_fit


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


@pytest.fixture
def no_repository(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    return tmp_path


def test_in_an_image_the_commit_is_the_one_that_it_was_built_from(no_repository):
    (no_repository / "COMMIT").write_text("c0ffee\n")
    assert code_commit(no_repository) == {"id": "c0ffee", "modified": None}


def test_of_an_image_that_was_not_told_its_commit_it_is_unknown(no_repository):
    (no_repository / "COMMIT").write_text("\n")
    assert code_commit(no_repository) == {"id": "unknown", "modified": None}


def test_in_a_checkout_git_has_the_word(no_repository):
    git = ["git", "-C", str(no_repository), "-c", "user.name=t", "-c", "user.email=t@example.org"]
    for arguments in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "a"]):
        subprocess.run([*git, *arguments], check=True)
    (no_repository / "COMMIT").write_text("c0ffee\n")
    assert code_commit(no_repository)["id"] not in ("c0ffee", "unknown")
