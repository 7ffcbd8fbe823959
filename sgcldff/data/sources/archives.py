"""Unpack the archives that a person put into a dataset's raw folder, and write nowhere else.

Only regular files are written, by their contents alone, into a new folder: links, devices, owners and permissions of an
archive never reach the disk.
"""

from __future__ import annotations

import errno
import lzma
import os
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO

from tqdm import tqdm

from sgcldff.data.sources.manual_files import UNPACKED, is_clutter
from sgcldff.errors import InputError

ZIP = (".zip",)
TAR = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
# `smears.zip` is unpacked into the folder UNPACKED/smears.zip beside it, called `smears.zip.part` until it is whole.
# The graph takes every other file of the raw folder for one that a person downloaded.
PART = ".part"
STAMP = ".archive"  # file in the unpacked folder: size and time of the archive that it was made from

LEAST_LIMIT = 4 * 2**30
# An archive is refused that would unpack to more than 4 GiB and to more than 20 times its own size. Images, even
# uncompressed ones, shrink about tenfold at most; masks shrink some hundredfold, but a whole dataset's are small.
MOST_TIMES = 20

LONGEST_NAME, LONGEST_PATH = 255, 4095  # bytes of a file's name and of its whole path that file systems take

_DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    ValueError,  # a name that is no text, or an offset that is no number
    LookupError,  # zipfile: a name without a letter
    RuntimeError,  # zipfile: encrypted, or (NotImplementedError) packed in a way that it does not know
    OSError,  # gzip and bz2, without an error number; zipfile, sent to a place before the beginning
)


@dataclass(frozen=True)
class _Member:
    """name: as the archive writes it; size: bytes once unpacked; kind: folder, file or other; open: its contents."""

    name: str
    size: int
    kind: str
    open: Callable[[], IO[bytes]]


def unpack_archives(raw: Path) -> None:
    """Unpack each archive of the folder into UNPACKED there, unless that is done.

    One that was replaced is unpacked again, and what was unpacked of one that is gone is deleted.

    A killed run leaves nothing that looks finished. Raises InputError, before anything of an archive is written, for
    one with a path that leads out of its folder, with a link or a device, with two members for one place, or of an
    absurd size; and for one that is empty, damaged, or cannot be read or unpacked there.
    """
    archives = [file for file in sorted(raw.iterdir()) if is_archive(file)]
    _delete_what_is_left(raw / UNPACKED, {archive.name for archive in archives})
    for archive in archives:
        _unpack(archive)


def is_archive(file: Path) -> bool:
    """Whether `unpack_archives` takes a file of the raw folder for an archive."""
    return file.name.lower().endswith(ZIP + TAR) and not file.name.startswith(".") and file.is_file()


def _delete_what_is_left(unpacked: Path, names: Collection[str]) -> None:
    """Delete what was unpacked of archives that are not among these names; other folders stay."""
    for folder in sorted(unpacked.iterdir()) if unpacked.is_dir() else ():
        ours = folder.name.endswith(PART) or (folder / STAMP).is_file()
        if ours and folder.name.removesuffix(PART) not in names:
            try:
                # Half deleted, it is not to be taken for one of a person.
                part = folder.with_name(folder.name.removesuffix(PART) + PART)
                if part != folder and part.exists():
                    shutil.rmtree(part)
                shutil.rmtree(folder.rename(part))
            except OSError as error:
                raise InputError(
                    f"The folder {folder} was unpacked of an archive that is gone and cannot be deleted "
                    f"({error.strerror}): delete it by hand."
                ) from error


def _unpack(archive: Path) -> None:
    unpacked, part = (archive.parent / UNPACKED / (archive.name + suffix) for suffix in ("", PART))
    try:
        with archive.open("rb"):
            status = archive.stat()
    except OSError as error:
        raise InputError(f"The archive {archive} cannot be read ({error.strerror}): make it readable.") from error
    stamp = f"{status.st_size} {status.st_mtime_ns}\n"
    if (unpacked / STAMP).is_file() and (unpacked / STAMP).read_text() == stamp:
        return
    try:
        # Every name is looked at before anything is written.
        with _members(archive) as members:
            files = _checked(archive, status.st_size, members, part)
        if part.exists():
            shutil.rmtree(part)
        part.mkdir(parents=True)
        with _members(archive) as members, tqdm(total=len(files), desc=f"unpack {archive.name}", unit="file") as done:
            for member in members:
                if member.name in files:
                    _write(member, part / files[member.name])
                    done.update()
        (part / STAMP).write_text(stamp)
        if unpacked.exists():
            shutil.rmtree(unpacked)
        os.replace(part, unpacked)
    except _DAMAGE as error:
        shutil.rmtree(part, ignore_errors=True)
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise InputError(
                f"The archive {archive} cannot be unpacked into {unpacked.parent} ({error.strerror}): make room there "
                "and the folder writable, or put what it unpacks to in the archive's place."
            ) from error
        reason = (str(error).splitlines() or [type(error).__name__])[0].removesuffix(":")
        raise InputError(
            f"The archive {archive} is damaged or packed in a way that is not known here ({reason}): put it there as "
            "its source gives it, or put what it unpacks to in its place."
        ) from error


def _checked(archive: Path, packed: int, members: Iterator[_Member], into: Path) -> dict[str, PurePosixPath]:
    """The files to write below `into`, by their name in the archive; packed: bytes of the archive."""
    files: dict[str, PurePosixPath] = {}
    places: dict[PurePosixPath, tuple[str, str]] = {}
    total, limit = 0, max(LEAST_LIMIT, MOST_TIMES * packed)
    for member in members:
        # Windows parts paths at both slashes and has drives: what it takes for a way out is one.
        path = PureWindowsPath(member.name)
        kind = "folder" if member.name.endswith("\\") else member.kind
        place = PurePosixPath(*path.parts)
        fault = ""
        if path.anchor or ".." in path.parts:
            fault = "leads out of its folder"
        elif kind == "other":
            fault = "is a link or a device"
        elif kind == "file" and not path.parts:
            fault = "is a file without a name"
        elif _too_long(into, place):
            fault = "has a name that is too long"
        if fault:
            raise InputError(
                f"The archive {archive} is not unpacked because its member {member.name!r} {fault}: put what you trust "
                "of it there by hand."
            )
        total += member.size
        if total > limit:
            raise InputError(
                f"The archive {archive} is not unpacked because it would become more than {limit / 2**30:.0f} GiB, "
                f"{total / max(packed, 1):.0f} times its size: put what you trust of it there by hand."
            )
        if is_clutter(path):
            continue
        for here in (*place.parents, place):
            new = (kind if here == place else "folder", member.name)
            old = places.setdefault(here, new)
            if "file" in (old[0], new[0]) and old is not new:
                raise InputError(
                    f"The archive {archive} is not unpacked because its members {old[1]!r} and {new[1]!r} have one "
                    "place: put what you trust of it there by hand."
                )
        if kind == "file":
            files[member.name] = place
    if not files:
        raise InputError(f"The archive {archive} holds no file: put it there as its source gives it.")
    return files


def _too_long(into: Path, place: PurePosixPath) -> bool:
    longest = max((len(os.fsencode(part)) for part in place.parts), default=0)
    return longest > LONGEST_NAME or len(os.fsencode((into / place).absolute())) > LONGEST_PATH


def _write(member: _Member, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with member.open() as source, target.open("wb") as sink:
        shutil.copyfileobj(source, sink, 1 << 20)


@contextmanager
def _members(archive: Path) -> Iterator[Iterator[_Member]]:
    """The members of an archive in its order, one at a time: a size that is absurd is seen before what it stands for is
    read."""
    if archive.name.lower().endswith(ZIP):
        with zipfile.ZipFile(archive) as pack:
            yield (_of_zip(pack, info) for info in pack.infolist())
    else:
        with tarfile.open(archive) as pack:
            yield _of_whole_tar(pack)


def _of_zip(pack: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Member:
    # The upper half of the attributes is the file's mode where the archive was made on Unix, and 0 elsewhere.
    form = stat.S_IFMT(info.external_attr >> 16)
    folder = info.is_dir() or form == stat.S_IFDIR
    kind = "folder" if folder else "file" if form in (0, stat.S_IFREG) else "other"
    return _Member(info.filename, info.file_size, kind, lambda: pack.open(info))


def _of_whole_tar(pack: tarfile.TarFile) -> Iterator[_Member]:
    """Raises tarfile.ReadError where the last member is not followed by the mark of the end.

    tarfile takes a cut or garbled header for the end, and stops before the checksum of what a tar.gz holds.
    """
    for info in pack:
        yield _of_tar(pack, info)
    stream = pack.fileobj
    assert stream is not None, "the archive is open"
    stream.seek(pack.offset)
    if stream.read(tarfile.BLOCKSIZE) != tarfile.NUL * tarfile.BLOCKSIZE:
        raise tarfile.ReadError("its end is missing")
    while rest := stream.read(1 << 20):
        if rest.strip(tarfile.NUL):
            raise tarfile.ReadError("it goes on after its end")


def _of_tar(pack: tarfile.TarFile, info: tarfile.TarInfo) -> _Member:
    kind = "folder" if info.isdir() else "file" if info.isreg() else "other"

    def contents() -> IO[bytes]:
        stream = pack.extractfile(info)
        assert stream is not None, "a regular file has contents"
        return stream

    return _Member(info.name, info.size, kind, contents)
