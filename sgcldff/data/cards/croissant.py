"""Croissant 1.0 metadata of a prepared dataset, with the Responsible-AI vocabulary (docs.mlcommons.org/croissant).

What can be read through it is index.csv and the splits, a record an image; the arrays are described as files, for
Croissant knows no arrays of images. Files are named relative to the metadata and carry their sha256.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sgcldff.data.cards.facts import CardSources
from sgcldff.data.dataset_files import DatasetFiles
from sgcldff.data.subsets import SUBSETS
from sgcldff.tables.checksum import file_sha256
from sgcldff.tables.files import write_text

CONFORMS_TO = ["http://mlcommons.org/croissant/1.0", "http://mlcommons.org/croissant/RAI/1.0"]
VERSION = "1.0.0"  # of the description; checksums tell the version of the content

CONTEXT = {  # As the specification prints it
    "@language": "en",
    "@vocab": "https://schema.org/",
    **{
        name: f"cr:{name}"
        for name in (
            *("citeAs", "column", "equivalentProperty", "extract", "field", "fileProperty", "fileObject", "fileSet"),
            *("format", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet"),
            *("references", "regex", "repeated", "replace", "samplingRate", "separator", "source", "subField"),
            "transform",
        )
    },
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "sc": "https://schema.org/",
}

CSV = "text/csv"
NPY = "https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html"
SPLIT_URLS = dict(zip(SUBSETS, ("cr:TrainingSplit", "cr:ValidationSplit", "cr:TestSplit"), strict=True))
COLUMNS = {  # columns of index.csv that are described.
    "image_id": "Name of the image, unique in the dataset",
    "label": "Class of the leukocyte, in the dataset's own label space",
    "group": "Images of one group show the same piece of a smear, or belong together by their source",
    "source_label": "What the source calls the image",
    "masked": "yes where some pixel of the mask is known, else no",
    "source": "The source's file, relative to the folder of the source",
    "sha256": "Of the image's pixels, before it was resized",
}


def croissant(facts: Mapping[str, Any], files: CardSources, folder: Path) -> dict[str, Any]:
    """The metadata as it stands in `folder`/croissant.json; what is not known is left out.

    facts: as `gather_facts` gives them from the same files.
    """
    about = facts["about"]
    described = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": facts["title"],
        "alternateName": facts["dataset"],
        "description": _description(facts),
        "url": about["url"],
        "license": about["licence_url"] or about["licence"],
        "creator": [
            *({"@type": "sc:Person", "name": name} for name in about["creators"]),
            *({"@type": "sc:Organization", "name": name} for name in about["institutions"]),
        ],
        "datePublished": str(about["year"] or ""),
        "citeAs": about["citation"],
        "version": VERSION,
        "isLiveDataset": False,
        "keywords": ["white blood cells", "blood smear", "microscopy", "segmentation", "classification"],
        **_responsible(facts),
        "distribution": [
            *_files(facts, files.prepared, folder),
            *(_split_file(file, folder) for file in files.splits),
        ],
        "recordSet": [_classes(facts), _subsets(), _images(), *map(_split_records, files.splits)],
    }
    return {key: value for key, value in described.items() if value not in ("", [])}


def write_croissant(described: Mapping[str, Any], file: Path) -> None:
    """The metadata as JSON."""
    write_text(json.dumps(described, indent=2, ensure_ascii=False) + "\n", file)


def _description(facts: Mapping[str, Any]) -> str:
    counts = ", ".join(f"{label} {counts['images']}" for label, counts in facts["classes"].items())
    sentence = (
        f"Prepared at {facts['size']}x{facts['size']} pixels: {facts['images']} images ({counts}), "
        f"{facts['masked']} of them with a mask."
    )
    return " ".join(text for text in (facts["about"]["what"], sentence) if text)


def _responsible(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The Responsible-AI properties for which there are facts."""
    about = facts["about"]
    largest = max(facts["classes"], key=lambda label: facts["classes"][label]["images"])
    share = facts["classes"][largest]["images"] / facts["images"]
    properties = {
        "rai:dataCollection": f"Stain: {about['stain']}" if about["stain"] else "",
        "rai:dataCollectionMissingData": "; ".join(
            f"{entry['images']} of the source's images left out: {entry['reason']}" for entry in facts["left_out"]
        ),
        "rai:dataPreprocessingProtocol": [
            f"The whole field resized to {facts['size']}x{facts['size']} pixels, averaging over areas where it shrinks",
            "Mask codes brought to 0 background, 1 cytoplasm, 2 nucleus, 255 unknown",
            "Images that show the same piece of a smear joined in groups",
        ],
        "rai:dataAnnotationProtocol": [text for text in (about["masks"], about["labels"]) if text],
        "rai:dataBiases": [f"Classes are not balanced: {100 * share:.0f}% of the images are of the class {largest}"],
        "rai:dataLimitations": list(about["faults"]),
        "rai:dataUseCases": ["Comparing methods of segmentation and classification; not for diagnosis"],
    }
    return {key: value for key, value in properties.items() if value}


def _files(facts: Mapping[str, Any], prepared: DatasetFiles, folder: Path) -> list[dict[str, Any]]:
    count, size = facts["images"], facts["size"]
    return [
        _file(prepared.index, folder, CSV, "A row an image, in the order of the arrays"),
        _file(prepared.images, folder, NPY, f"Images, RGB uint8 [{count}, {size}, {size}, 3]"),
        _file(
            prepared.masks,
            folder,
            NPY,
            f"Masks, uint8 [{count}, {size}, {size}]: 0 background, 1 cytoplasm, 2 nucleus, 255 unknown",
        ),
    ]


def _split_file(file: Path, folder: Path) -> dict[str, Any]:
    return _file(file, folder, CSV, "The subset of each image, drawn by class")


def _file(file: Path, folder: Path, encoding: str, description: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "description": description,
        "contentUrl": Path(os.path.relpath(file, folder)).as_posix(),
        "contentSize": f"{file.stat().st_size} B",
        "encodingFormat": encoding,
        "sha256": file_sha256(file),
    }


def _classes(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": "classes",
        "name": "classes",
        "description": "The classes of the images",
        "dataType": "sc:Enumeration",
        "key": {"@id": "classes/name"},
        "field": [_field("classes/name", "Name of the class")],
        "data": [{"classes/name": label} for label in facts["classes"]],
    }


def _subsets() -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": "subsets",
        "name": "subsets",
        "description": "The subsets of a split",
        "dataType": "cr:Split",
        "key": {"@id": "subsets/name"},
        "field": [_field("subsets/name", "Name of the subset"), _field("subsets/url", "What the subset is", "sc:URL")],
        "data": [{"subsets/name": subset, "subsets/url": url} for subset, url in SPLIT_URLS.items()],
    }


def _images() -> dict[str, Any]:
    fields = {name: _field(f"images/{name}", text) | _column("index.csv", name) for name, text in COLUMNS.items()}
    fields["label"] |= {"references": {"field": {"@id": "classes/name"}}}
    return {
        "@type": "cr:RecordSet",
        "@id": "images",
        "name": "images",
        "description": "The images; the n-th record is the n-th image of images.npy and the n-th mask of masks.npy",
        "key": {"@id": "images/image_id"},
        "field": list(fields.values()),
    }


def _split_records(file: Path) -> dict[str, Any]:
    name = f"split-{file.stem}"
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"The split of {file.stem}",
        "key": {"@id": f"{name}/image_id"},
        "field": [
            _field(f"{name}/image_id", COLUMNS["image_id"])
            | _column(file.name, "image_id")
            | {"references": {"field": {"@id": "images/image_id"}}},
            _field(f"{name}/subset", "Subset that the image belongs to")
            | _column(file.name, "subset")
            | {"references": {"field": {"@id": "subsets/name"}}},
        ],
    }


def _field(name: str, description: str, kind: str = "sc:Text") -> dict[str, Any]:
    short = name.partition("/")[2]
    return {"@type": "cr:Field", "@id": name, "name": short, "description": description, "dataType": kind}


def _column(file: str, column: str) -> dict[str, Any]:
    return {"source": {"fileObject": {"@id": file}, "extract": {"column": column}}}
