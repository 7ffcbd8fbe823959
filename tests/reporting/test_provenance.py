from __future__ import annotations

import json
import subprocess

import pytest

from sgcldff.errors import InputError
from sgcldff.reporting.provenance import commit, data_counts, fit_rows, installed_version, read_fit


def test_outside_a_repository_the_commit_is_unknown(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert commit(tmp_path) == {"id": "unknown", "modified": None}


def test_an_uncommitted_change_is_told(tmp_path):
    git = ["git", "-C", str(tmp_path), "-c", "user.name=t", "-c", "user.email=t@example.org"]
    (tmp_path / "a").write_text("1")
    for arguments in (["init", "-q"], ["add", "a"], ["commit", "-q", "-m", "a"]):
        subprocess.run([*git, *arguments], check=True)
    assert commit(tmp_path)["modified"] is False
    (tmp_path / "a").write_text("2")
    assert commit(tmp_path)["modified"] is True


def test_a_package_that_is_not_installed_has_no_version():
    assert installed_version("no-such-package-anywhere") is None


def test_pictures_are_counted_by_class_and_dropped_ones_by_reason(experiment):
    counts = data_counts(experiment["prepared"]["jtsc"])
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
