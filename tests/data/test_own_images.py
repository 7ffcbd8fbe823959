"""Which images a person names, and that no two are called the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgcldff.data.own_images import find_images, names_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = ["a/x.png", "a/notes.txt", "b/x.PNG", "b/deeper/y.tif", "b/.hidden.png", "b/._x.png", "out/masks/x.png"]
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    return tmp_path


def found(folder: Path, *named: object) -> list[str]:
    images = find_images(map(str, named), folder / "out").images
    return [image.path.relative_to(folder).as_posix() for image in images]


def test_a_folder_is_searched_to_the_bottom_without_hidden_files_other_kinds_and_what_is_written(folder):
    assert found(folder, folder) == ["a/x.png", "b/x.PNG", "b/deeper/y.tif"]


def test_a_pattern_names_what_it_matches(folder):
    assert found(folder, folder / "**/*.tif", folder / "?/x.png") == ["b/deeper/y.tif", "a/x.png"]


def test_a_file_that_is_named_twice_is_taken_once(folder):
    (folder / "again").symlink_to(folder / "a")
    assert found(folder, folder / "a", folder / "a/x.png", folder / "again") == ["a/x.png"]


def test_a_file_that_is_named_is_taken_whatever_its_ending(folder):
    assert found(folder, folder / "a/notes.txt") == ["a/notes.txt"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(folder):
    (folder / "a/x[1].png").touch()
    assert found(folder, folder / "a/x[1].png") == ["a/x[1].png"]


def test_what_leads_to_no_image_is_told(folder):
    (folder / "empty").mkdir()
    named = [str(folder / each) for each in ("empty", "none.png", "none/*.png")]
    reasons = ["holds no image", *["there is no such file or folder"] * 2]
    assert list(find_images(named, folder / "out").missing) == list(zip(named, reasons, strict=True))


@pytest.mark.parametrize(
    ("files", "names"),
    [
        (["/s/a.png", "/s/b.png"], ["a", "b"]),
        (["/s/1/a.png", "/s/2/a.png", "/s/b.png"], ["1__a", "2__a", "b"]),
        (["/s/1/x/a.png", "/s/2/x/a.png"], ["1__x__a", "2__x__a"]),
        (["/s/a.png", "/s/a.jpg"], ["a_png", "a_jpg"]),
        (["/s/A.png", "/t/a.png"], ["s__A", "t__a"]),
        (["/s/a.png", "/s/a.jpg", "/t/a.png", "/t/a.jpg"], ["s__a_png", "s__a_jpg", "t__a_png", "t__a_jpg"]),
        (["/s/a/b.png", "/s/c/b.png", "/s/a__b.png"], ["s__a__b_1", "c__b", "s__a__b_2"]),
    ],
)
def test_names_are_as_short_as_tells_them_apart(files, names):
    assert names_of([Path(file) for file in files]) == names
