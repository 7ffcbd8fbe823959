from __future__ import annotations

import gzip
import io
import os
import stat
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

from sgcldff.data.sources import archives
from sgcldff.data.sources.archives import unpack_archives
from sgcldff.errors import InputError

FILES = {"smears/images/a.png": b"image", "smears/labels.csv": b"image,label\na,neutrophil\n"}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """The dataset's folder, empty, beside a file that no archive may touch."""
    (tmp_path / "raw").mkdir()
    (tmp_path / "precious.txt").write_text("mine")
    return tmp_path / "raw"


def write_zip(file: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in members.items():
            pack.writestr(name, content)
    return file


def write_tar(file: Path, members: dict[str, bytes]) -> Path:
    mode = {".gz": "w:gz", ".tgz": "w:gz", ".bz2": "w:bz2", ".xz": "w:xz"}.get(file.suffix, "w")
    with tarfile.open(file, mode) as pack:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            pack.addfile(info, io.BytesIO(content))
    return file


def tar_with(file: Path, kind: bytes, name: str = "smears/link", target: str = "../../precious.txt") -> Path:
    with tarfile.open(file, "w") as pack:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, target
        pack.addfile(info)
    return file


def tar_with_a_sparse_file(file: Path, size: int, pieces: list[tuple[int, bytes]]) -> Path:
    """A tar.gz with the file `sparse` in GNU's old form, at most four pieces (offset, content); size: as it is said."""
    stored = b"".join(content for _, content in pieces)
    info = tarfile.TarInfo("sparse")
    info.type, info.size = tarfile.GNUTYPE_SPARSE, len(stored)
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    for number, (offset, content) in enumerate(pieces):
        header[386 + 24 * number : 410 + 24 * number] = b"%011o\0%011o\0" % (offset, len(content))
    header[483:495] = b"%011o\0" % size
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    with gzip.open(file, "wb") as pack:
        pack.write(bytes(header) + stored + bytes(-len(stored) % tarfile.BLOCKSIZE) + bytes(2 * tarfile.BLOCKSIZE))
    return file


def contents(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and file.name != archives.STAMP
    }


def nothing_was_written(raw: Path, archive: Path) -> bool:
    return (
        set(raw.iterdir()) <= {archive, raw / "unpacked-archives"}
        and not list(raw.glob("unpacked-archives/*"))
        and sorted(os.listdir(raw.parent)) == ["precious.txt", "raw"]
    )


@pytest.mark.parametrize("name", ["LISC Database.zip", "all.tar", "all.tar.gz", "all.tgz", "all.tar.bz2", "all.tar.xz"])
def test_an_archive_is_unpacked_into_a_folder_of_its_name(raw, name):
    write = write_zip if name.endswith("zip") else write_tar
    write(raw / name, FILES)
    unpack_archives(raw)
    assert contents(raw / "unpacked-archives" / name) == FILES
    assert sorted(os.listdir(raw)) == [name, "unpacked-archives"]


def test_what_file_managers_leave_behind_is_not_unpacked(raw):
    clutter = {"__MACOSX/smears/._a.png": b"", "smears/.DS_Store": b"", "smears/images/Thumbs.db": b""}
    write_zip(raw / "a.zip", FILES | clutter)
    unpack_archives(raw)
    assert contents(raw / "unpacked-archives/a.zip") == FILES


def test_a_colon_in_a_name_is_no_drive(raw):
    write_tar(raw / "a.tar", {"smears/slide 1: a.png": b"image"})
    unpack_archives(raw)
    assert contents(raw / "unpacked-archives/a.tar") == {"smears/slide 1: a.png": b"image"}


def test_backslashes_of_old_windows_programs_part_folders(raw):
    write_zip(raw / "a.zip", {"smears\\images\\a.png": b"image"})
    unpack_archives(raw)
    assert contents(raw / "unpacked-archives/a.zip") == {"smears/images/a.png": b"image"}


@pytest.mark.parametrize(
    "name",
    [
        "../precious.txt",
        "smears/../../precious.txt",
        "smears/../a.png",
        "/precious.txt",
        "..\\precious.txt",
        "C:\\precious.txt",
        "C:x",
    ],
)
@pytest.mark.parametrize("write", [write_zip, write_tar])
def test_a_path_that_climbs_out_is_refused_before_anything_is_written(raw, write, name):
    archive = write(raw / ("a.zip" if write is write_zip else "a.tar.gz"), FILES | {name: b"yours"})
    with pytest.raises(InputError, match="leads out of its folder") as caught:
        unpack_archives(raw)
    assert str(archive) in str(caught.value) and repr(name) in str(caught.value)
    assert nothing_was_written(raw, archive) and (raw.parent / "precious.txt").read_text() == "mine"


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_a_link_or_a_device_in_a_tar_is_refused(raw, kind):
    archive = tar_with(raw / "a.tar", kind)
    with pytest.raises(
        InputError, match="a.tar is not unpacked because its member 'smears/link' is a link or a device"
    ):
        unpack_archives(raw)
    assert nothing_was_written(raw, archive)


def test_a_link_in_a_zip_is_refused(raw):
    link = zipfile.ZipInfo("smears/link")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(raw / "a.zip", "w") as pack:
        pack.writestr(link, "../../precious.txt")
    with pytest.raises(InputError, match="its member 'smears/link' is a link"):
        unpack_archives(raw)
    assert nothing_was_written(raw, raw / "a.zip")


@pytest.mark.parametrize("write", [write_zip, write_tar])
def test_an_absurd_size_is_refused_before_anything_is_written(raw, write, monkeypatch):
    monkeypatch.setattr(archives, "LEAST_LIMIT", 1 << 20)
    archive = write(raw / ("a.zip" if write is write_zip else "a.tar.gz"), {"zeros": bytes(2 << 20)})
    with pytest.raises(InputError, match="is not unpacked because it would become more than .* times its size"):
        unpack_archives(raw)
    assert nothing_was_written(raw, archive)


def test_a_sparse_file_of_a_tar_has_its_zeros(raw):
    tar_with_a_sparse_file(raw / "a.tar.gz", 4000, [(0, b"first"), (3000, b"second"), (4000, b"")])
    unpack_archives(raw)
    assert contents(raw / "unpacked-archives/a.tar.gz") == {"sparse": b"first" + bytes(2995) + b"second" + bytes(994)}


def test_a_sparse_file_is_as_large_as_its_pieces_whatever_is_said_of_it(raw, monkeypatch):
    monkeypatch.setattr(archives, "LEAST_LIMIT", 1 << 20)
    archive = tar_with_a_sparse_file(raw / "a.tar.gz", 1, [(0, bytes(1 << 19)), (0, bytes(1 << 19)), (0, bytes(9))])
    with pytest.raises(InputError, match="is not unpacked because it would become more than"):
        unpack_archives(raw)
    assert nothing_was_written(raw, archive)


@pytest.mark.parametrize("suffix", ["zip", "tar"])
def test_permissions_and_times_of_an_archive_never_reach_the_disk(raw, suffix):
    mode, begin = 0o6757, time.time()
    if suffix == "zip":
        member = zipfile.ZipInfo("smears/run.sh", (1990, 1, 1, 0, 0, 0))
        member.create_system, member.external_attr = 3, (stat.S_IFREG | mode) << 16
        with zipfile.ZipFile(raw / "a.zip", "w") as pack:
            pack.writestr(member, b"")
    else:
        info = tarfile.TarInfo("smears/run.sh")
        info.mode, info.mtime = mode, 0
        with tarfile.open(raw / "a.tar", "w") as pack:
            pack.addfile(info)
    unpack_archives(raw)
    status = (raw / f"unpacked-archives/a.{suffix}/smears/run.sh").stat()
    plain = raw / "plain"
    plain.touch()
    assert status.st_mode == plain.stat().st_mode and status.st_mtime >= begin - 5


def test_what_tarfile_alone_refuses_is_one_sentence(raw, monkeypatch):
    """As a later version of its filter may."""

    def refuse(member: tarfile.TarInfo, folder: str) -> tarfile.TarInfo:
        raise tarfile.OutsideDestinationError(member, folder)

    monkeypatch.setattr(tarfile, "data_filter", refuse)
    archive = write_tar(raw / "a.tar", FILES)
    with pytest.raises(InputError, match=r"a.tar is not unpacked because its member 'smears/images/a.png' is refused"):
        unpack_archives(raw)
    assert nothing_was_written(raw, archive)


def test_flat_masks_that_shrink_a_thousandfold_are_not_absurd(raw):
    write_zip(raw / "masks.zip", {"gt/a.bmp": bytes(2 << 20)})
    unpack_archives(raw)
    assert len(contents(raw / "unpacked-archives/masks.zip")["gt/a.bmp"]) == 2 << 20


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tar.bz2", "a.tar.xz"])
@pytest.mark.parametrize("share", [0.0, 0.4, 0.8])
def test_a_damaged_archive_is_one_sentence_and_leaves_nothing(raw, name, share):
    write = write_zip if name.endswith("zip") else write_tar
    noise = os.urandom(50_000)
    archive = write(raw / name, {"a.png": noise, "b.png": noise[::-1]})
    archive.write_bytes(archive.read_bytes()[: int(share * archive.stat().st_size)])
    with pytest.raises(InputError, match=rf"The archive .*{name} is damaged .*: put it there as its source") as caught:
        unpack_archives(raw)
    assert "\n" not in str(caught.value)
    assert nothing_was_written(raw, archive)


@pytest.mark.parametrize("name", ["a.tar.gz", "a.tar.bz2", "a.tar.xz"])
def test_one_wrong_byte_in_a_packed_tar_is_seen(raw, name):
    archive = write_tar(raw / name, {"a.png": os.urandom(50_000)})
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 1
    archive.write_bytes(content)
    with pytest.raises(InputError, match="is damaged"):
        unpack_archives(raw)
    assert nothing_was_written(raw, archive)


SECOND_HEADER = 1024  # where the second of two members of less than 512 bytes begins in a tar


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:SECOND_HEADER],
        lambda content: content[: SECOND_HEADER + 100],
        lambda content: content[:SECOND_HEADER] + b"x" + content[SECOND_HEADER + 1 :],
        lambda content: content[:SECOND_HEADER] + bytes(512) + content[SECOND_HEADER + 512 :],
        lambda content: content + content,
    ],
    ids=["cut between members", "cut in a header", "garbled header", "zeroed header", "two in one"],
)
def test_a_tar_of_which_a_part_would_be_taken_is_refused(raw, damage):
    archive = write_tar(raw / "a.tar", {"a.png": b"first", "b.png": b"second"})
    archive.write_bytes(damage(archive.read_bytes()))
    with pytest.raises(InputError, match="a.tar is damaged"):
        unpack_archives(raw)
    assert nothing_was_written(raw, archive)


def test_a_tar_with_one_block_of_zeros_at_its_end_will_do(raw):
    archive = write_tar(raw / "a.tar", {"a.png": b"first"})
    archive.write_bytes(archive.read_bytes()[: 2 * 512 + 512])
    unpack_archives(raw)
    assert contents(raw / "unpacked-archives/a.tar") == {"a.png": b"first"}


def test_an_encrypted_zip_is_one_sentence(raw):
    content = bytearray(write_zip(raw / "a.zip", {"a.png": b"image"}).read_bytes())
    content[6] |= 1
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    (raw / "a.zip").write_bytes(content)
    with pytest.raises(
        InputError, match="a.zip is damaged or packed .* is encrypted, .*put what it unpacks to in its place"
    ):
        unpack_archives(raw)
    assert nothing_was_written(raw, raw / "a.zip")


def test_wrong_bytes_inside_a_zip_leave_nothing(raw):
    with zipfile.ZipFile(raw / "a.zip", "w") as pack:
        pack.writestr("a.png", b"first")
        pack.writestr("b.png", b"second")
    (raw / "a.zip").write_bytes((raw / "a.zip").read_bytes().replace(b"second", b"second".upper()))
    with pytest.raises(InputError, match="is damaged"):
        unpack_archives(raw)
    assert nothing_was_written(raw, raw / "a.zip")


def test_what_a_killed_run_left_is_made_again(raw):
    write_zip(raw / "a.zip", FILES)
    (raw / "unpacked-archives/a.zip.part/smears").mkdir(parents=True)
    (raw / "unpacked-archives/a.zip.part/smears/half.png").write_bytes(b"half")
    unpack_archives(raw)
    assert contents(raw / "unpacked-archives/a.zip") == FILES and not (raw / "unpacked-archives/a.zip.part").exists()


def test_a_finished_one_is_not_unpacked_again(raw):
    write_zip(raw / "a.zip", FILES)
    unpack_archives(raw)
    (raw / "unpacked-archives/a.zip/smears/labels.csv").unlink()
    unpack_archives(raw)
    assert "smears/labels.csv" not in contents(raw / "unpacked-archives/a.zip")


def test_a_replaced_archive_is_unpacked_again(raw):
    write_zip(raw / "a.zip", FILES)
    unpack_archives(raw)
    write_zip(raw / "a.zip", {"smears/b.png": b"another"})
    unpack_archives(raw)
    assert contents(raw / "unpacked-archives/a.zip") == {"smears/b.png": b"another"}


def test_a_folder_that_cannot_be_written_is_one_sentence(raw):
    """A file in the place of the folder stops a run that no permission stops."""
    write_zip(raw / "a.zip", FILES)
    (raw / "unpacked-archives").touch()
    with pytest.raises(InputError, match=r"a.zip cannot be unpacked into .*/unpacked-archives \(.*\): make room"):
        unpack_archives(raw)


def test_a_read_only_folder_is_one_sentence(raw, without_rights):
    write_zip(raw / "a.zip", FILES)
    raw.chmod(0o555)
    message = without_rights(raw, "sgcldff.data.sources.archives", "unpack_archives(Path('.'))")
    assert message.startswith(
        "The archive a.zip cannot be unpacked into unpacked-archives (Permission denied): make room there"
    )


def test_an_unreadable_archive_is_one_sentence_of_its_own(raw, without_rights):
    write_zip(raw / "a.zip", FILES).chmod(0)
    raw.chmod(0o777)
    message = without_rights(raw, "sgcldff.data.sources.archives", "unpack_archives(Path('.'))")
    assert message == "The archive a.zip cannot be read (Permission denied): make it readable."


def test_what_was_unpacked_of_an_archive_that_is_gone_is_deleted(raw):
    for name in ("a.zip", "b.zip"):
        write_zip(raw / name, FILES)
    unpack_archives(raw)
    (raw / "unpacked-archives/ALL-IDB2_masks").mkdir()
    (raw / "a.zip").unlink()
    unpack_archives(raw)
    assert sorted(os.listdir(raw / "unpacked-archives")) == ["ALL-IDB2_masks", "b.zip"]


def test_what_a_killed_run_left_of_an_archive_that_is_gone_is_deleted(raw):
    (raw / "unpacked-archives/a.zip.part/smears").mkdir(parents=True)
    unpack_archives(raw)
    assert os.listdir(raw / "unpacked-archives") == []


@pytest.mark.parametrize(
    ("first", "second"),
    [("a/x.txt", "a/x.txt"), ("a/x.txt", "a\\x.txt"), ("a/x.txt", "./a//x.txt"), ("a", "a/x.txt"), ("a/x.txt", "a")],
)
def test_two_members_for_one_place_are_refused(raw, first, second):
    archive = raw / "a.tar"
    with tarfile.open(archive, "w") as pack:
        for name, content in ((first, b"1"), (second, b"2")):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            pack.addfile(info, io.BytesIO(content))
    with pytest.raises(InputError) as caught:
        unpack_archives(raw)
    assert f"{archive} is not unpacked because its members {first!r} and {second!r} have one place: " in str(
        caught.value
    )
    assert nothing_was_written(raw, archive)


@pytest.mark.parametrize("name", [".", "smears/" + 256 * "n", "smears/" + 128 * "\u00e4", 2048 * "n/" + "a.png"])
def test_a_name_that_no_file_can_have_is_refused(raw, name):
    archive = write_zip(raw / "a.zip", FILES | {name: b"image"})
    with pytest.raises(
        InputError, match=r"its member '.*' (is a file without a name|has a name that is too long): put"
    ):
        unpack_archives(raw)
    assert nothing_was_written(raw, archive)


def test_a_name_that_ends_in_a_backslash_is_a_folder(raw):
    write_zip(raw / "a.zip", {"smears\\": b"", "smears\\a.png": b"image"})
    unpack_archives(raw)
    assert contents(raw / "unpacked-archives/a.zip") == {"smears/a.png": b"image"}


def test_folders_among_the_members_may_come_twice_and_be_the_root(raw):
    with tarfile.open(raw / "a.tar", "w") as pack:
        for name in ("./", "./smears", "smears"):
            info = tarfile.TarInfo(name)
            info.type = tarfile.DIRTYPE
            pack.addfile(info)
        pack.addfile(tarfile.TarInfo("smears/a.png"))
    unpack_archives(raw)
    assert contents(raw / "unpacked-archives/a.tar") == {"smears/a.png": b""}


@pytest.mark.parametrize("members", [{}, {".DS_Store": b""}, {"smears/": b""}])
def test_an_archive_without_a_file_says_so(raw, members):
    archive = write_zip(raw / "a.zip", members)
    with pytest.raises(InputError, match=r"The archive .* holds no file: put it there as its source gives it"):
        unpack_archives(raw)
    assert nothing_was_written(raw, archive)


def test_a_name_that_is_no_text_is_one_sentence(raw):
    """A zip whose name says that it is UTF-8 and is not."""
    archive = write_zip(raw / "a.zip", {"\u00e4.png": b"image"})
    archive.write_bytes(archive.read_bytes().replace("\u00e4".encode(), b"\xff\xff"))
    with pytest.raises(InputError, match="a.zip is damaged"):
        unpack_archives(raw)
    assert nothing_was_written(raw, archive)


def test_a_member_without_a_name_is_one_sentence(raw):
    archive = write_zip(raw / "a.zip", {"x.png": b"image"})
    archive.write_bytes(archive.read_bytes().replace(b"x.png", b"\0.png"))
    with pytest.raises(InputError, match="a.zip is damaged"):
        unpack_archives(raw)
    assert nothing_was_written(raw, archive)


def test_a_zip_whose_members_begin_before_the_file_is_damaged(raw):
    """The message does not ask for room on the disk."""
    content = write_zip(raw / "a.zip", FILES).read_bytes()
    end = content.rfind(b"PK\x05\x06")
    (raw / "a.zip").write_bytes(content[: end + 18] + b"\x7f" + content[end + 19 :])
    with pytest.raises(InputError, match="a.zip is damaged"):
        unpack_archives(raw)


def test_a_null_byte_in_a_name_is_one_sentence(raw):
    with tarfile.open(raw / "a.tar", "w", format=tarfile.PAX_FORMAT) as pack:
        info = tarfile.TarInfo("a.png")
        info.pax_headers = {"path": "a\0b.png"}
        pack.addfile(info)
    with pytest.raises(InputError, match="a.tar is damaged"):
        unpack_archives(raw)
    assert nothing_was_written(raw, raw / "a.tar")
