"""What a log keeps of what was written for a terminal."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sgcldff.stages.plain_lines import PlainLines


def kept(folder: Path, *chunks: bytes) -> bytes:
    file = folder / "log"
    number = os.open(file, os.O_WRONLY | os.O_CREAT)
    lines = PlainLines(number)
    for chunk in chunks:
        assert lines.write(chunk) == len(chunk)
    lines.finish()
    os.close(number)
    return file.read_bytes()


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        ([b"one\ntwo\n"], b"one\ntwo\n"),
        ([b"\r10%", b"\r50%", b"\r100%\nthen\n"], b"100%\nthen\n"),
        ([b"10%\r", b"100%\n"], b"100%\n"),
        ([b"windows\r\n"], b"windows\n"),
        ([b"half", b" a line"], b"half a line\n"),
        ([b"\n\r10%\x1b[A", b"\n\r50%\x1b[A", b"\r100%\n"], b"\n100%\n"),
        ([], b""),
    ],
    ids=[
        "lines",
        "bar",
        "a return that ends a chunk",
        "line break of two",
        "no line break",
        "bar below another",
        "nothing",
    ],
)
def test_of_each_line_what_a_terminal_would_show_at_its_end(tmp_path, chunks, expected):
    assert kept(tmp_path, *chunks) == expected


def test_a_line_is_there_as_soon_as_it_has_ended(tmp_path):
    file = tmp_path / "log"
    with file.open("wb") as opened:
        PlainLines(opened.fileno()).write(b"epoch 1\nepoch")
        assert file.read_bytes() == b"epoch 1\n"
