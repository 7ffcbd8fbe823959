from __future__ import annotations

import functools
import hashlib
import socket
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from sgcldff.data.sources.download import fetch_files
from sgcldff.data.sources.manifest import Entry
from sgcldff.errors import InputError

BASE = "https://example.org/some%20one/commit/"
FILES = {"Data set/001.bmp": b"one", "Data set/002.bmp": b"two", "LICENSE": b"free"}


def entry(path: str, content: bytes) -> Entry:
    return Entry(path, len(content), hashlib.sha256(content).hexdigest())


ENTRIES = [entry(path, content) for path, content in FILES.items()]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A mirror folder with FILES at BASE."""
    root = tmp_path / "mirror"
    for path, content in FILES.items():
        file = root / "example.org/some one/commit" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return root


@pytest.fixture
def server(source: Path, monkeypatch):
    """The same files over HTTP; gives the base URL and the list of the paths asked for."""
    asked: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self):
            asked.append(unquote(self.path))
            super().do_GET()

        def log_message(self, *_):
            """Silent."""

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    http = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(source / "example.org")))
    threading.Thread(target=http.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{http.server_port}/some one/commit/".replace(" ", "%20"), asked
    http.shutdown()
    http.server_close()


def contents(raw: Path) -> dict[str, bytes]:
    return {str(file.relative_to(raw)): file.read_bytes() for file in raw.rglob("*") if file.is_file()}


def test_a_mirror_gives_every_file_and_leaves_nothing_else(source, tmp_path):
    fetch_files(BASE, ENTRIES, tmp_path / "raw", str(source))
    assert contents(tmp_path / "raw") == FILES


def test_the_network_gives_every_file(server, tmp_path):
    fetch_files(server[0], ENTRIES, tmp_path / "raw", None)
    assert contents(tmp_path / "raw") == FILES


def test_finished_files_are_kept_and_wrong_ones_fetched_again(server, tmp_path):
    base, asked = server
    raw = tmp_path / "raw"
    fetch_files(base, ENTRIES, raw, None)
    asked.clear()
    (raw / "LICENSE").write_bytes(b"eerf")
    (raw / "Data set/002.bmp.part").write_bytes(b"cut sho")
    (raw / "Data set/002.bmp").unlink()
    fetch_files(base, ENTRIES, raw, None)
    assert sorted(asked) == ["/some one/commit/Data set/002.bmp", "/some one/commit/LICENSE"]
    assert contents(raw) == FILES


def test_a_wrong_checksum_names_file_and_both_hashes_and_remedy(source, tmp_path):
    file = source / "example.org/some one/commit/LICENSE"
    file.write_bytes(b"eerf")
    with pytest.raises(InputError) as caught:
        fetch_files(BASE, ENTRIES, tmp_path / "raw", str(source))
    message = str(caught.value)
    assert str(file) in message and "run again" in message
    assert ENTRIES[2].sha256 in message and hashlib.sha256(b"eerf").hexdigest() in message
    assert "LICENSE" not in contents(tmp_path / "raw")


def test_a_mirror_that_lacks_a_file_says_which(source, tmp_path):
    file = source / "example.org/some one/commit/Data set/001.bmp"
    file.unlink()
    with pytest.raises(InputError) as caught:
        fetch_files(BASE, ENTRIES, tmp_path / "raw", str(source))
    assert str(file) in str(caught.value) and "https://example.org/some%20one/commit/Data%20set/001.bmp" in str(
        caught.value
    )


def test_a_mirror_that_is_no_folder_is_named(tmp_path):
    with pytest.raises(InputError, match="nowhere is not a folder"):
        fetch_files(BASE, ENTRIES, tmp_path / "raw", str(tmp_path / "nowhere"))


def test_an_unreachable_network_names_the_address_and_both_remedies(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{free.getsockname()[1]}/some%20one/"
        with pytest.raises(InputError) as caught:
            fetch_files(base, ENTRIES[2:], tmp_path / "raw", None)
    message = str(caught.value)
    assert f"{base}LICENSE" in message
    assert f"{urlsplit(base).netloc}/some one/LICENSE" in message and "SGCLDFF_MIRROR" in message
    assert str(tmp_path / "raw" / "LICENSE") in message


def test_a_file_that_the_host_does_not_have_gives_the_status(server, tmp_path):
    with pytest.raises(InputError, match="absent.*HTTP status 404"):
        fetch_files(server[0], [entry("absent", b"")], tmp_path / "raw", None)


def test_a_file_that_the_commit_alone_pins_comes_from_network_and_mirror_and_is_kept(server, source, tmp_path):
    base, asked = server
    entries = [Entry(path) for path in FILES]
    fetch_files(base, entries, tmp_path / "raw", None)
    fetch_files(BASE, entries, tmp_path / "mirrored", str(source))
    assert contents(tmp_path / "raw") == contents(tmp_path / "mirrored") == FILES
    asked.clear()
    fetch_files(base, entries, tmp_path / "raw", None)
    assert not asked


def test_a_file_that_the_mirror_lacks_leaves_nothing(source, tmp_path):
    (source / "example.org/some one/commit/LICENSE").unlink()
    with pytest.raises(InputError, match="The mirror has no readable file"):
        fetch_files(BASE, ENTRIES, tmp_path / "raw", str(source))
    assert not list((tmp_path / "raw").rglob("*.part"))


def test_a_place_that_cannot_be_written_to_is_named(source, tmp_path):
    (tmp_path / "raw").write_text("a file where the folder is to be")
    with pytest.raises(
        InputError, match=r"raw.* cannot be written to \(.*\): make it a folder that may be written to\."
    ):
        fetch_files(BASE, ENTRIES, tmp_path / "raw", str(source))
