"""A disk that is full, or a folder that may not be written: told in one sentence, whichever library meets it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

from sgcldff.data.disk_room import FULL

FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
# safetensors and pyarrow hand on the number of the operating system's error in their text alone.
_NUMBERS = ("(os error {})", "[errno {}]", "[Errno {}]")


def disk_fault(error: BaseException, folder: Path) -> str | None:
    """The sentence, where an error or what caused it is of a disk; folder: where the job writes its results."""
    for each in _causes(error):
        number = _number(each)
        named = getattr(each, "filename", None) or folder
        if number in FULL:
            return (
                f"There is no room left on the disk of {named}: make some free and run the same command again; what is "
                "finished is kept."
            )
        if number in FORBIDDEN:
            return (
                f"{named} may not be read or written ({os.strerror(number).lower()}): change its permissions, or name "
                "another folder in the configuration, and run again."
            )
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _number(error: BaseException) -> int | None:
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    text = str(error)
    return next(
        (number for number in FULL | FORBIDDEN if any(form.format(number) in text for form in _NUMBERS)),
        None,
    )
