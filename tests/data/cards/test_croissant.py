"""The metadata as the reference implementation of Croissant reads it, without a network."""

from __future__ import annotations

import json
import logging
import socket

import mlcroissant
import pandas as pd
import pytest

from sgcldff.data.cards.croissant import croissant, write_croissant
from sgcldff.data.sources.about import About
from sgcldff.tables.checksum import file_sha256


@pytest.fixture
def written(described, tmp_path):
    """Writes croissant.json beside the results and gives its path."""

    def write():
        file = tmp_path / "reports/made_up/croissant.json"
        write_croissant(croissant(described.facts(), described.files, file.parent), file)
        return file

    return write


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    """Any attempt to reach another machine fails."""

    def refused(*_, **__):
        raise OSError("this test has no network")

    monkeypatch.setattr(socket, "getaddrinfo", refused)


def records(file, name):
    """A record set as plain text, column by column without the name of the set."""
    read = mlcroissant.Dataset(jsonld=str(file)).records(name)
    return [{key.split("/")[1]: value.decode() for key, value in record.items()} for record in read]


def test_it_validates_without_an_error_or_a_warning(written, caplog):
    with caplog.at_level(logging.WARNING):
        metadata = mlcroissant.Dataset(jsonld=str(written())).metadata
    assert not metadata.ctx.issues.errors and not metadata.ctx.issues.warnings
    assert not [record for record in caplog.records if "context" in record.getMessage()]


def test_it_validates_where_little_is_known(described, written):
    described.dataset.about = About()
    issues = mlcroissant.Dataset(jsonld=str(written())).metadata.ctx.issues
    assert not issues.errors
    assert len(issues.warnings) == 3, "citation, date and licence are recommended"


def test_people_and_institutions_are_told_apart(written):
    creators = json.loads(written().read_text())["creator"]
    assert [creator["@type"] for creator in creators] == ["sc:Person", "sc:Person", "sc:Organization"]


def test_where_nothing_is_said_the_description_begins_with_what_was_prepared(described, written):
    described.dataset.about = About(what=None)
    assert json.loads(written().read_text())["description"].startswith("Prepared at 16x16 pixels: 6 images (")


def test_the_images_are_read_through_it_as_the_index_has_them(described, written):
    index = pd.read_csv(described.prepared / "index.csv", dtype=str)
    read = records(written(), "images")
    assert read == index[list(read[0])].to_dict("records")
    assert set(read[0]) == set(index.columns)


def test_each_split_is_a_record_set_of_its_own(described, written):
    read = records(written(), "split-seed-1")
    assert read == pd.read_csv(described.splits[1], dtype=str).to_dict("records")


def test_a_file_that_was_changed_is_refused(described, written):
    file = written()
    described.splits[0].write_text("image_id,subset\nlobed-1,test\n")
    with pytest.raises(mlcroissant.GenerationError) as caught:
        records(file, "split-seed-0")
    assert "is not identical with the reference" in str(caught.value.__cause__)


def test_every_file_has_its_checksum_and_its_place_beside_the_metadata(written):
    file = written()
    for entry in json.loads(file.read_text())["distribution"]:
        named = file.parent / entry["contentUrl"]
        assert entry["sha256"] == file_sha256(named)
        assert entry["contentSize"] == f"{named.stat().st_size} B"


def test_what_is_known_of_the_dataset_is_in_the_metadata(written):
    metadata = mlcroissant.Dataset(jsonld=str(written())).metadata
    assert [creator.name for creator in metadata.creators] == ["Ada Example", "Bob Example", "Example Hospital"]
    assert metadata.license == ["https://creativecommons.org/publicdomain/zero/1.0/"]
    assert metadata.cite_as == "Example (2021)" and metadata.date_published.year == 2021
    assert metadata.data_annotation_protocol == ["a rectangle in a rectangle", "the name of the file"]
    assert metadata.data_limitations == ["It shows no cell."]
    assert not metadata.ctx.is_live_dataset
