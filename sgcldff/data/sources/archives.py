"""Unpack the archives that a person put into a dataset's raw folder, and write nowhere else.

`tarfile` (with its filter `data`) and `zipfile` read and write; around them stand the limits of size and one sentence
for each refusal. Only the contents of regular files reach the disk, in a new folder: no link or device of an archive
does, and no owner, permission or time.
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
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath

from tqdm import tqdm

from sgcldff.data.sources.manual_files import UNPACKED, is_clutter
from sgcldff.errors import InputError

Pack = zipfile.ZipFile | tarfile.TarFile
Member = zipfile.ZipInfo | tarfile.TarInfo

ZIP = (".zip",)
TAR = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
# `smears.zip` is unpacked into UNPACKED/smears.zip, which is called `smears.zip.part` until it is whole.
PART = ".part"
STAMP = ".archive"  # file in the unpacked folder: size and time of the archive that it was made from

# An archive is refused if it would unpack to more bytes than LEAST_LIMIT and to more than MOST_TIMES its own size.
# Images shrink about tenfold at most, even uncompressed ones. Masks shrink some hundredfold, but a whole dataset's are
# small.
LEAST_LIMIT = 4 * 2**30
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


def unpack_archives(raw: Path) -> None:
    """Unpack each archive of the folder into UNPACKED there, unless that is done.

    An archive that was replaced is unpacked again. What was unpacked of one that is gone is deleted. A killed run
    leaves nothing that looks finished.

    Raises InputError, before anything of an archive is written, for one of an absurd size or with a path that leads out
    of its folder, a link, a device, or two members for one place. Raises it too for an archive that is empty, damaged,
    or cannot be read or unpacked there.
    """
    archives = [file for file in sorted(raw.iterdir()) if is_archive(file)]
    _delete_leftovers(raw / UNPACKED, {archive.name for archive in archives})
    for archive in archives:
        _unpack(archive)


def is_archive(file: Path) -> bool:
    """Whether `unpack_archives` takes a file of the raw folder for an archive."""
    return file.name.lower().endswith(ZIP + TAR) and not file.name.startswith(".") and file.is_file()


def _delete_leftovers(unpacked: Path, archives: Collection[str]) -> None:
    """Delete what was unpacked of archives that are not among these names; folders that a person made stay."""
    for folder in sorted(unpacked.iterdir()) if unpacked.is_dir() else ():
        name = folder.name.removesuffix(PART)
        made_here = folder.name != name or (folder / STAMP).is_file()
        if not made_here or name in archives:
            continue
        try:
            # Half deleted, it must not look like a folder that a person made.
            part = folder.with_name(name + PART)
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
        with _opened(archive) as pack:
            files = _checked(archive, status.st_size, _members(pack), part)
            if part.exists():
                shutil.rmtree(part)
            part.mkdir(parents=True)
            pack.extractall(part, tqdm(files, desc=f"unpack {archive.name}", unit="file"))
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


@contextmanager
def _opened(archive: Path) -> Iterator[Pack]:
    if archive.name.lower().endswith(ZIP):
        with zipfile.ZipFile(archive) as pack:
            yield pack
    else:
        with tarfile.open(archive) as pack:
            pack.extraction_filter = _data_filter
            yield pack


def _data_filter(member: tarfile.TarInfo, folder: str | Path) -> tarfile.TarInfo:
    """tarfile's filter `data`, without the permissions and the time that it lets through."""
    return tarfile.data_filter(member, str(folder)).replace(mode=None, mtime=None, deep=False)


def _members(pack: Pack) -> Iterator[Member]:
    """The members in the archive's order, one at a time: an absurd size is seen before its contents are read.

    Raises tarfile.ReadError where the last member of a tar is not followed by the mark of the end. tarfile takes a cut
    or garbled header for the end, and stops before the checksum of what a tar.gz holds.
    """
    if isinstance(pack, zipfile.ZipFile):
        yield from pack.infolist()
        return
    yield from pack
    stream = pack.fileobj
    assert stream is not None, "the archive is open"
    stream.seek(pack.offset)
    if stream.read(tarfile.BLOCKSIZE) != tarfile.NUL * tarfile.BLOCKSIZE:
        raise tarfile.ReadError("its end is missing")
    while rest := stream.read(1 << 20):
        if rest.strip(tarfile.NUL):
            raise tarfile.ReadError("it goes on after its end")


def _checked(archive: Path, packed: int, members: Iterable[Member], folder: Path) -> list[Member]:
    """The files to write, each renamed to its path below `folder`; packed: bytes of the archive.

    Raises InputError for an archive that must not be unpacked; see `unpack_archives`.
    """
    files: list[Member] = []
    places: dict[PurePosixPath, tuple[bool, str]] = {}  # of each path: whether it is a file; name in the archive
    total, limit = 0, max(LEAST_LIMIT, MOST_TIMES * packed)
    for member in members:
        info = _as_in_a_tar(member) if isinstance(member, zipfile.ZipInfo) else member
        # Windows splits paths at both slashes and has drives: what leads out there is refused everywhere.
        path = PureWindowsPath(info.name)
        place = PurePosixPath(*path.parts)
        is_file = info.isreg() and not info.name.endswith("\\")
        if fault := _fault(info, path, place, is_file, folder):
            raise InputError(
                f"The archive {archive} is not unpacked because its member {info.name!r} {fault}: put what you trust "
                "of it there by hand."
            )
        total += _unpacked_size(info)
        if total > limit:
            raise InputError(
                f"The archive {archive} is not unpacked because it would become more than {limit / 2**30:.0f} GiB, "
                f"{total / max(packed, 1):.0f} times its size: put what you trust of it there by hand."
            )
        if is_clutter(path):
            continue
        for here in (*place.parents, place):
            new = (is_file and here == place, info.name)
            old = places.setdefault(here, new)
            if old is not new and (old[0] or new[0]):
                raise InputError(
                    f"The archive {archive} is not unpacked because its members {old[1]!r} and {new[1]!r} have one "
                    "place: put what you trust of it there by hand."
                )
        if is_file:
            files.append(_renamed(member, place))
    if not files:
        raise InputError(f"The archive {archive} holds no file: put it there as its source gives it.")
    return files


def _fault(info: tarfile.TarInfo, path: PureWindowsPath, place: PurePosixPath, is_file: bool, folder: Path) -> str:
    """Why a member of this path is refused, or "" where it is not."""
    if path.anchor or ".." in path.parts:
        return "leads out of its folder"
    if info.issym() or info.islnk():
        return "is a link or a device"
    if is_file and not path.parts:
        return "is a file without a name"
    longest = max((len(os.fsencode(part)) for part in place.parts), default=0)
    if longest > LONGEST_NAME or len(os.fsencode((folder / place).absolute())) > LONGEST_PATH:
        return "has a name that is too long"
    try:
        _data_filter(info, folder)
    except tarfile.SpecialFileError:
        return "is a link or a device"
    except tarfile.FilterError as error:
        return f"is refused by tarfile ({error})"
    return ""


def _as_in_a_tar(member: zipfile.ZipInfo) -> tarfile.TarInfo:
    """Name, size and kind of a member of a zip."""
    info = tarfile.TarInfo(member.filename)
    info.size = member.file_size
    # The upper half of the attributes is the file's mode where the archive was made on Unix, and 0 elsewhere.
    form = stat.S_IFMT(member.external_attr >> 16)
    if member.is_dir() or form == stat.S_IFDIR:
        info.type = tarfile.DIRTYPE
    elif form not in (0, stat.S_IFREG):
        info.type = tarfile.SYMTYPE if form == stat.S_IFLNK else tarfile.CHRTYPE
    return info


def _unpacked_size(info: tarfile.TarInfo) -> int:
    """Bytes that are written of a member; a sparse file of a tar may be said to be smaller than its pieces."""
    return max(info.size, sum(length for _, length in info.sparse or ()))


def _renamed(member: Member, place: PurePosixPath) -> Member:
    if isinstance(member, tarfile.TarInfo):
        return member.replace(name=str(place), deep=False)
    member.filename = str(place)  # zipfile finds the contents by `orig_filename`
    return member
