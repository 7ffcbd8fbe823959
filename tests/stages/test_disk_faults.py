"""A disk that is full or a folder that may not be written is one sentence, whichever library meets it."""

from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from safetensors.numpy import save_file

from sgcldff.stages.disk_faults import disk_fault

FOLDER = Path("results/fits")
FULL_DEVICE = Path("/dev/full")  # every write there meets a full disk
needs_full_device = pytest.mark.skipif(not FULL_DEVICE.exists(), reason="no /dev/full on this system")


def test_a_full_disk_is_named_with_what_to_do():
    text = disk_fault(OSError(errno.ENOSPC, "No space left on device", "results/fits/a.csv"), FOLDER)
    assert text.startswith("There is no room left on the disk of results/fits/a.csv: make some free")


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_a_folder_that_may_not_be_written_is_named_with_what_to_do(number):
    text = disk_fault(OSError(number, "", "results/fits/a.csv"), FOLDER)
    assert text.startswith("results/fits/a.csv may not be read or written") and "permissions" in text


def test_the_cause_of_an_error_is_looked_at_too():
    error = RuntimeError("the table could not be written")
    error.__cause__ = OSError(errno.EDQUOT, "Disk quota exceeded")
    assert "no room left on the disk of results/fits" in disk_fault(error, FOLDER)


@pytest.mark.parametrize("error", [ValueError("28"), OSError(errno.ENOENT, "No such file"), OSError("odd")])
def test_another_error_is_none_of_the_disk(error):
    assert disk_fault(error, FOLDER) is None


@needs_full_device
@pytest.mark.parametrize(
    "write",
    [
        lambda: pd.DataFrame({"a": range(100_000)}).to_csv(FULL_DEVICE),
        lambda: pd.DataFrame({"a": range(100_000)}).to_parquet(FULL_DEVICE),
        lambda: FULL_DEVICE.write_bytes(b"x"),
    ],
)
def test_what_each_library_says_of_a_full_disk_is_understood(write):
    with pytest.raises(Exception) as error:  # noqa: PT011 (each library has its own)
        write()
    assert "no room left" in disk_fault(error.value, FOLDER)


def test_what_safetensors_says_is_understood(tmp_path):
    with pytest.raises(Exception) as error:  # noqa: PT011
        save_file({"a": np.zeros(3)}, tmp_path)
    text = str(error.value).replace("os error 21", "os error 28")  # a folder in place of the file; a full disk's number
    assert "no room left" in disk_fault(type(error.value)(text), FOLDER)
