"""`sgcldff compare` on damaged files and odd options: an answer or one sentence, never a traceback."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from sgcldff.cli import main as cli

LONG = b"method,seed,metric,value,epoch\n" + b"".join(
    b"%s,%d,acc,%.3f,%d\n" % (method, seed, base + 0.01 * seed + 0.003 * (seed * 7 % 3), seed % 2)
    for method, base in ((b"ours", 0.8), (b"base", 0.79))
    for seed in range(4)
)
WIDE = b"seed;ours;base\n0;91,2;89,7\n1;90,5;89,9\n2;92,1;90,5\n3;91,7;90\n"
PIECES = [
    b'"',
    b",",
    b";",
    b"\t",
    b"\n",
    b"\r",
    b"\0",
    b"%",
    b"-",
    b"nan",
    b"inf",
    b"1e999",
    b"-1e308",
    b"1e-320",
    b"9" * 30,
]
PIECES += [
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\x1f\x8b",
    b"sep=;\n",
    b"PK\x03\x04",
    b"ours",
    b"base",
    b"acc",
    b"value",
]
PIECES += [
    b"seed",
    b"method",
    b"",
    b" ",
    b"1,234",
    b"0x1",
    b"\xc2\xb1",
    b"#",
    b"'",
    b"|",
    b"dataset",
    b"image",
    "١".encode(),
]
OPTIONS = [("--pair-by", "seed"), ("--pair-by", "epoch"), ("--pair-by", "value"), ("--at-highest", "epoch")]
OPTIONS += [("--at-lowest", "value"), ("--dataset-column", "epoch"), ("--dataset-column", "seed"), ("--decimal", ",")]
OPTIONS += [
    ("--image-column", "epoch"),
    ("--image-column", "method"),
    ("--method-column", "seed"),
    ("--scale", "1e300"),
]
OPTIONS += [
    ("--lower-is-better",),
    ("--margin", "1e-300"),
    ("--margin", "nan"),
    ("--test-train-ratio", "0.2"),
    ("--json",),
]


def damaged(content: bytes, random: np.random.Generator) -> bytes:
    """A few pieces cut out, doubled or put in, cells exchanged."""
    for _ in range(random.integers(0, 4)):
        place = int(random.integers(0, len(content) + 1))
        end = min(len(content), place + int(random.geometric(0.2)))
        match random.integers(0, 4):
            case 0:
                content = content[:place] + content[end:]
            case 1:
                content = content[:end] + content[place:]
            case 2:
                content = content[:place] + PIECES[random.integers(len(PIECES))] + content[end:]
            case 3:
                cell = [each for each in content.replace(b"\n", b",").split(b",") if each]
                if cell:
                    one = cell[random.integers(len(cell))]
                    content = content.replace(one, PIECES[random.integers(len(PIECES))], int(random.integers(1, 3)))
    return content


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("seed", range(12))
def test_anything_ends_with_an_answer_or_one_sentence(seed, tmp_path, monkeypatch, capsys):
    random = np.random.default_rng(seed)
    path = tmp_path / "scores.csv"
    for _ in range(4):
        content = damaged((LONG, WIDE)[random.integers(2)], random)
        path.write_bytes(content)
        options = [OPTIONS[each] for each in random.choice(len(OPTIONS), random.integers(0, 3), replace=False)]
        command = ["sgcldff", "compare", str(path), "--reference", "ours", "--against", "base", "--metric", "acc"]
        monkeypatch.setattr(sys, "argv", [*command, *(word for option in options for word in option)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        out, err = capsys.readouterr()
        said = (content, options, out, err)
        assert end.value.code in (0, 2), said
        if end.value.code == 2:
            assert (
                out == "" and err.startswith("sgcldff: ") and err.endswith((".\n", "?\n")) and err.count("\n") == 1
            ), said
        else:
            assert "verdict" in out and "nan" not in out.replace("--", ""), said
