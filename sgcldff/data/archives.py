"""Unpack the archives that a person put into a dataset's raw folder, and write nowhere else.

Only regular files are written, by their contents alone, into a new folder: links, devices, owners and permissions of an
archive never reach the disk.
"""

from __future__ import annotations

import lzma
import os
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import IO

from tqdm import tqdm

from sgcldff.errors import InputError

ZIP = (".zip",)
TAR = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
UNPACKED, PART = "unpacked", ".part"
"""`smears.zip` is unpacked into the folder `unpacked/smears.zip` beside it, called `smears.zip.part` until it is whole.
The graph takes every other file of the raw folder for one that a person placed."""
STAMP = ".archive"
"""File in the unpacked folder: size and time of the archive that it was made from."""

LEAST_LIMIT = 4 * 2**30
MOST_TIMES = 20
"""An archive is refused that would unpack to more than 4 GiB and to more than 20 times its own size. Pictures, even
uncompressed ones, shrink about tenfold at most; masks shrink some hundredfold, but a whole dataset's are small."""

CLUTTER = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}
"""What file managers leave behind."""

_DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    RuntimeError,  # zipfile: encrypted, or (NotImplementedError) packed in a way that it does not know
    OSError,  # gzip and bz2, without an error number
)


@dataclass(frozen=True)
class _Member:
    """name: as the archive writes it; size: bytes once unpacked; kind: folder, file or other; open: its contents."""

    name: str
    size: int
    kind: str
    open: Callable[[], IO[bytes]]


def is_clutter(path: PurePath) -> bool:
    """Whether a path leads to or through what a file manager left behind, or is hidden."""
    return any(part in CLUTTER or part.startswith(".") for part in path.parts)


def unpack_archives(raw: Path) -> None:
    """Unpack each archive of the folder into raw/unpacked, unless that is done; one that was replaced is unpacked anew.

    A killed run leaves nothing that looks finished. Raises InputError, before anything is written, for an archive with
    a path that leads out of its folder, with a link or a device, or of an absurd size; and for one that is damaged or
    cannot be unpacked there.
    """
    for archive in sorted(raw.iterdir()):
        if archive.is_file() and archive.name.lower().endswith(ZIP + TAR) and not archive.name.startswith("."):
            _unpack(archive)


def _unpack(archive: Path) -> None:
    unpacked, part = (archive.parent / UNPACKED / (archive.name + suffix) for suffix in ("", PART))
    status = archive.stat()
    stamp = f"{status.st_size} {status.st_mtime_ns}\n"
    if (unpacked / STAMP).is_file() and (unpacked / STAMP).read_text() == stamp:
        return
    try:
        # Every name is looked at before anything is written.
        with _members(archive) as members:
            files = _checked(archive, status.st_size, members)
        if part.exists():
            shutil.rmtree(part)
        part.mkdir(parents=True)
        with _members(archive) as members, tqdm(total=len(files), desc=f"unpack {archive.name}", unit="file") as done:
            for member in members:
                if member.kind == "file" and member.name in files:
                    _write(member, part / files[member.name])
                    done.update()
        (part / STAMP).write_text(stamp)
        if unpacked.exists():
            shutil.rmtree(unpacked)
        os.replace(part, unpacked)
    except _DAMAGE as error:
        shutil.rmtree(part, ignore_errors=True)
        if isinstance(error, OSError) and error.errno is not None:
            raise InputError(
                f"The archive {archive} cannot be unpacked into {unpacked.parent} ({error.strerror}): make room there "
                "and the folder writable, or put what it unpacks to in the archive's place."
            ) from error
        reason = (str(error).splitlines() or [type(error).__name__])[0].removesuffix(":")
        raise InputError(
            f"The archive {archive} is damaged or packed in a way that is not known here ({reason}): put it there as "
            "its source gives it, or put what it unpacks to in its place."
        ) from error


def _checked(archive: Path, packed: int, members: Iterator[_Member]) -> dict[str, PurePosixPath]:
    """The files to write, by their name in the archive; packed: bytes of the archive."""
    files: dict[str, PurePosixPath] = {}
    total, limit = 0, max(LEAST_LIMIT, MOST_TIMES * packed)
    for member in members:
        # Windows parts paths at both slashes and has drives: what it takes for a way out is one.
        path = PureWindowsPath(member.name)
        climbs = bool(path.anchor) or ".." in path.parts
        if climbs or member.kind == "other":
            fault = "leads out of its folder" if climbs else "is a link or a device"
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
        if member.kind == "file" and not is_clutter(path):
            files[member.name] = PurePosixPath(*path.parts)
    return files


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
