from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest

from sgcldff.errors import InputError
from sgcldff.tables.personal import read_large_table, read_personal_table


def table(folder: Path, data: bytes) -> Path:
    path = folder / "table.csv"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "data",
    [
        b"a,b\n0.90,x\n",
        b"\xef\xbb\xbfa,b\n0.90,x\n",
        b"a,b\r\n0.90,x\r\n",
        b"a,b\r0.90,x",
        b"\n a , b \n\n0.90 ,x\n,\n  ,\n",
        b'"a","b"\n"0.90","x"\n',
        b"a,b\n0.90,x,\n",
        b"a;b\n0.90;x\n",
        b"a\tb\n0.90\tx\n",
        b"a|b\n0.90|x\n",
        b"sep=;\r\na;b\r\n0.90;x\r\n",
        gzip.compress(b"a,b\n0.90,x\n"),
        "a\tb\n0.90\tx\n".encode("utf-16"),
    ],
    ids=["plain", "byte order mark", "CRLF", "CR", "blank rows and spaces", "quoted", "comma at the end"]
    + ["semicolons", "tabs", "bars", "sep", "gzip", "UTF-16"],
)
def test_cells_are_read_as_written(tmp_path, data):
    frame = read_personal_table(table(tmp_path, data))
    assert frame.to_dict("records") == [{"a": "0.90", "b": "x"}]


def test_a_short_row_has_empty_cells(tmp_path):
    assert read_personal_table(table(tmp_path, b"a,b\n1\n")).to_dict("records") == [{"a": "1", "b": ""}]


def test_a_comma_in_quotation_marks_is_part_of_its_cell(tmp_path):
    assert read_personal_table(table(tmp_path, b'a,b\n"1,2",x\n'))["a"].tolist() == ["1,2"]


def test_a_header_alone_has_no_rows(tmp_path):
    assert read_personal_table(table(tmp_path, b"a,b\n")).shape == (0, 2)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n\r\n", "is empty"),
        (b"a,b\n1,2,3\n", "Row 2 has more cells than the first has columns"),
        (b"a,b,a\n1,2,3\n", "The column a stands twice"),
        (b"a,b\n\x81,2\n", "no UTF-8 and of no Windows code page"),
        (b"a,b\n1,\x002\n", "no text .it holds zero bytes."),
        (b"PK\x03\x04...", "a workbook or an archive"),
        (b"\x1f\x8b...", "cannot be"),
    ],
)
def test_what_is_no_table_is_said_in_a_sentence(tmp_path, data, words):
    with pytest.raises(InputError, match=words) as refusal:
        read_personal_table(table(tmp_path, data))
    assert str(refusal.value).endswith(".")


def test_a_missing_file_and_a_folder_cannot_be_read(tmp_path):
    for path in (tmp_path / "nowhere.csv", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            read_personal_table(path)


def test_letters_of_a_windows_code_page_are_read_and_said(tmp_path):
    frame = read_large_table(table(tmp_path, "a,b\nMüller,±1\n".encode("cp1252")))
    assert frame.to_dict("records") == [{"a": "Müller", "b": "±1"}] and frame.attrs["read"] == [
        "letters of Windows-1252 (Western European)"
    ]


def test_a_dash_is_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"a,b\n1,2\n")))
    assert read_personal_table(Path("-")).to_dict("records") == [{"a": "1", "b": "2"}]


def test_numbers_that_were_asked_for_are_numbers_where_all_cells_are(tmp_path):
    frame = read_large_table(table(tmp_path, b"A,b\n0.5,1\n1e-11,x\n"), ["a"])
    assert frame["A"].tolist() == [0.5, 1e-11] and frame["b"].tolist() == ["1", "x"]


def test_a_short_row_makes_its_column_text(tmp_path):
    frame = read_large_table(table(tmp_path, b"a,b\n0.50,1\n0.25\n"), ["b"])
    assert frame.to_dict("list") == {"a": ["0.50", "0.25"], "b": ["1", ""]}


def test_a_code_page_is_found_by_letters_far_into_a_file(tmp_path):
    rows = "a,b\n" + "x,1\n" * 50_000 + "komórka,płytka żółw\n"
    frame = read_large_table(table(tmp_path, rows.encode("cp1250")))
    assert frame.iloc[-1].tolist() == ["komórka", "płytka żółw"]
    assert frame.attrs["read"] == ["letters of Windows-1250 (Central European)"]


def test_words_that_may_be_two_are_refused_in_a_sentence(tmp_path):
    with pytest.raises(InputError, match=r"no text \(it is no UTF-8, and .* may be 'modèle' .*: save it as UTF-8"):
        read_personal_table(table(tmp_path, "a,b\nmodèle,1\n".encode("cp1252")))
