from __future__ import annotations

import pytest

from sgcldff.data.sources.label_table import letters_of, read_label_table
from sgcldff.errors import InputError

PLAIN = [(2, {"image": "a", "label": "neutrophil"}), (3, {"image": "b", "label": "monocyte"})]


def rows(tmp_path, content: bytes):
    (tmp_path / "labels.csv").write_bytes(content)
    return list(read_label_table(tmp_path / "labels.csv", ("image", "label"), "correct the file"))


@pytest.mark.parametrize(
    "content",
    [
        b"image,label\na,neutrophil\nb,monocyte\n",
        b"image,label\na,neutrophil\nb,monocyte",
        b"\xef\xbb\xbfimage,label\na,neutrophil\nb,monocyte\n",
        b"image,label\r\na,neutrophil\r\nb,monocyte\r\n",
        b"image;label\na;neutrophil\nb;monocyte\n",
        b"image\tlabel\na\tneutrophil\nb\tmonocyte\n",
        b"image|label\na|neutrophil\nb|monocyte\n",
        b"image , label\na, neutrophil  \n b,monocyte \n",
        b'image,label\n"a", "neutrophil"\n"b","monocyte"\n',
        b"Image,LABEL\na,neutrophil\nb,monocyte\n",
        "image,label\na,neutrophil\nb,monocyte\n".encode("utf-16"),
        "image,label\na,neutrophil\nb,monocyte\n".encode("utf-16-le"),
    ],
    ids=[
        *("plain", "no last line end", "BOM", "CRLF", "semicolons", "tabs", "bars", "spaces", "quotes", "capitals"),
        *("UTF-16", "UTF-16 without a mark"),
    ],
)
def test_a_table_is_read_as_people_write_it(tmp_path, content):
    assert rows(tmp_path, content) == PLAIN


def test_blank_rows_are_passed_over_and_lines_still_counted(tmp_path):
    content = b"\xef\xbb\xbf\r\nimage,label\r\n\r\na,neutrophil\r\n , \r\n,\r\nb,monocyte\r\n\r\n"
    assert rows(tmp_path, content) == [(4, PLAIN[0][1]), (7, PLAIN[1][1])]


def test_a_cell_that_a_row_lacks_is_empty(tmp_path):
    assert rows(tmp_path, b"image,label\na\n") == [(2, {"image": "a", "label": ""})]


def test_more_cells_than_columns_are_refused_with_the_line(tmp_path):
    with pytest.raises(InputError, match=r"labels\.csv has in line 3 3 cells for 2 columns: correct the file"):
        rows(tmp_path, b"image,label\na,neutrophil\nb,band, segmented\n")


@pytest.mark.parametrize("name", ["label", "group"])
def test_a_column_that_comes_twice_is_refused(tmp_path, name):
    with pytest.raises(InputError, match=rf"labels\.csv has the column '{name}' twice: correct the file"):
        rows(tmp_path, f"image,label,{name},{name}\na,neutrophil,p,q\n".encode())


def test_columns_without_a_name_may_be_many(tmp_path):
    assert [row["label"] for _, row in rows(tmp_path, b"image,label,,\na,neutrophil,,\n")] == ["neutrophil"]


@pytest.mark.parametrize("content", [b"", b"\r\n\r\n", b"image,class\na,neutrophil\n"])
def test_a_column_that_is_missing_is_named(tmp_path, content):
    with pytest.raises(InputError, match=r"labels\.csv lacks the column '(image|label)'.*: correct the file"):
        rows(tmp_path, content)


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\x00",
        b'image,label\na,"neutrophil\nb,monocyte\n',
    ],
    ids=["an image", "an open quote, which would swallow the rest"],
)
def test_what_is_no_table_is_refused(tmp_path, content):
    with pytest.raises(InputError, match=r"labels\.csv is no table of text .*correct the file"):
        rows(tmp_path, content)


@pytest.mark.parametrize("first", [b"sep=;", b'"sep=;"', b"\xef\xbb\xbfsep=;"])
def test_the_first_line_of_excel_names_the_separator(tmp_path, first):
    content = first + b"\r\nimage;label\r\na;neutrophil\r\nb;band, segmented\r\n"
    assert rows(tmp_path, content)[1] == (4, {"image": "b", "label": "band, segmented"})


def test_the_separator_of_excel_may_be_a_tab(tmp_path):
    assert rows(tmp_path, b"sep=\t\r\nimage\tlabel\r\na\tneutrophil\r\nb\tmonocyte\r\n") == [
        (3, PLAIN[0][1]),
        (4, PLAIN[1][1]),
    ]


def test_a_code_page_of_windows_is_read(tmp_path):
    assert rows(tmp_path, "image,label\nblüte,größer\n".encode("cp1252")) == [
        (2, {"image": "blüte", "label": "größer"})
    ]


def test_a_column_as_asked_for_goes_before_one_in_other_capitals(tmp_path):
    assert rows(tmp_path, b"image,Label,label\na,1,neutrophil\n")[0][1]["label"] == "neutrophil"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"labels\.csv is missing: correct the file"):
        list(read_label_table(tmp_path / "labels.csv", (), "correct the file"))


def test_the_letters_of_a_code_page_are_read_and_named(tmp_path):
    content = "image,label\nмазок-1,лимфоцит\n".encode("cp1251")
    assert rows(tmp_path, content) == [(2, {"image": "мазок-1", "label": "лимфоцит"})]
    assert letters_of(tmp_path / "labels.csv") == "letters of Windows-1251 (Cyrillic)"


def test_letters_that_may_be_two_are_refused_with_both(tmp_path):
    sentence = (
        r"labels\.csv is no table of text \(.*'modèle'.*'modčle'.*\): save it as UTF-8 .*, or correct the file\.$"
    )
    with pytest.raises(InputError, match=sentence):
        rows(tmp_path, "image,label\nmodèle,NEU\n".encode("cp1252"))
