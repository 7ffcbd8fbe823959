"""The recipe of the container carried out in a chroot, without a daemon (`make container`)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import chroot
import pytest
from dockerfile import Image, built, instructions

ROOT = Path(__file__).resolve().parents[2]
COMMIT = "c0ffee" * 6 + "c0ff"
STRANGER = "4321"  # a user of the machine outside, who is not known in the image

ASKED = bool(os.environ.get("SGCLDFF_CONTAINER"))
SKIPPED = chroot.missing() if ASKED else "takes 10 minutes, 9 GB of disk and the packages' registry: make container"
pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(SKIPPED), reason=SKIPPED)]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    """The image as `docker build --build-arg COMMIT=...` makes it."""
    (base,) = [rest for name, rest in instructions((ROOT / "Dockerfile").read_text()) if name == "FROM"]
    root = chroot.Chroot(tmp_path_factory.mktemp("image") / "root")
    try:
        chroot.Chroot.of_debian(root.path, base.partition("@")[0].rpartition("-")[2])
    except OSError as error:
        root.remove()
        pytest.skip(str(error))
    try:
        yield built(root, ROOT, {"COMMIT": COMMIT})
    finally:
        root.remove()


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """An empty folder of the stranger's."""
    os.chown(tmp_path, int(STRANGER), 0)
    return tmp_path


def inside(image: Image, command: str) -> str:
    """What a shell command in the container prints, in place of Snakemake's."""
    done = image.root.run(["sh", "-c", command], user=image.user, folder=image.folder, environment=image.environment)
    assert done.returncode == 0, done.stdout
    return done.stdout.strip()


def test_commands_run_as_a_user_without_rights(image):
    assert inside(image, "id --user --name; grep CapEff /proc/self/status").split() == ["reader", "CapEff:", "0" * 16]
    assert inside(image, "touch /etc/new 2>/dev/null || echo refused") == "refused"


def test_it_plans_the_demonstration_in_an_empty_folder(image):
    planned = image.run(*image.command, "--dry-run")
    assert planned.returncode == 0 and re.search(r"^report +1$", planned.stdout, re.MULTILINE), planned.stdout


def test_a_user_of_the_machine_outside_runs_it_into_a_folder_of_theirs(image, work):
    done = image.run(*image.command, "data", user=STRANGER, environment={"HOME": "/tmp"}, volumes={work: image.folder})
    assert done.returncode == 0, done.stdout
    assert (work / "results/demo/data/rapid/index.csv").stat().st_uid == int(STRANGER)


def test_its_reports_name_the_commit_that_it_was_built_from(image):
    code = "from sgcldff.reporting.provenance import code_commit; print(code_commit())"
    assert COMMIT in inside(image, f"python -c '{code}'")
