from __future__ import annotations

import subprocess

from sgcldff.environment import commit, installed_version


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
