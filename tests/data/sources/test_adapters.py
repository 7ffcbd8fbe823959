"""The three adapters on label files made up on the spot."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from sgcldff.data.sources.bccd import BCCD, IMAGES
from sgcldff.data.sources.dataset import Record
from sgcldff.data.sources.zheng import JTSC, CellaVision
from sgcldff.errors import InputError
from sgcldff.method import UNKNOWN

JTSC_LABELS = "Class Labels of Dataset 1.csv"


def write_bccd(raw, *rows):
    file = raw / IMAGES / "labels.csv"
    file.parent.mkdir(parents=True)
    file.write_text("\n".join([",Image,Category", *rows]) + "\n")


def test_numbers_of_zheng_become_names(tmp_path):
    (tmp_path / JTSC_LABELS).write_text("image ID,class label\r\n1,2\r\n12,5\r\n")
    assert JTSC().records(tmp_path) == [
        Record("jtsc-001", "lymphocyte", "Dataset 1/001.bmp", "Dataset 1/001.png"),
        Record("jtsc-012", "basophil", "Dataset 1/012.bmp", "Dataset 1/012.png"),
    ]


def test_cellavision_has_its_own_column_name(tmp_path):
    (tmp_path / "Class Labels of Dataset 2.csv").write_text("image ID,class\n7,4\n")
    assert CellaVision().records(tmp_path) == [
        Record("cellavision-007", "eosinophil", "Dataset 2/007.bmp", "Dataset 2/007.png")
    ]


def test_bccd_tells_single_cells_two_cells_and_no_label_apart(tmp_path):
    write_bccd(tmp_path, ",0,NEUTROPHIL", ',10,"NEUTROPHIL, EOSINOPHIL"', ',11,"EOSINOPHIL,EOSINOPHIL"', ",117,")
    records = BCCD().records(tmp_path)
    assert [record.label for record in records] == ["neutrophil", "two cells", "two cells", "unlabelled"]
    assert records[0].image_id == "BloodImage_00000"
    assert records[0].mask is not None and records[0].mask.endswith("Ground Truth/BCCD/BloodImage_Mask_00000.png")


def test_bccd_passes_over_rows_without_an_image(tmp_path):
    write_bccd(tmp_path, ",0,NEUTROPHIL", ",9999,MONOCYTE")
    assert len(BCCD().records(tmp_path)) == 1


@pytest.mark.parametrize("text", ["PLATELET", '"NEUTROPHIL, PLATELET"', '"NEUTROPHIL,NEUTROPHIL,NEUTROPHIL"'])
def test_a_label_that_bccd_does_not_know_is_named_with_its_line(tmp_path, text):
    write_bccd(tmp_path, ",0,NEUTROPHIL", f",1,{text}")
    with pytest.raises(InputError, match=r"labels\.csv has in line 3 the label .*no table knows"):
        BCCD().records(tmp_path)


def test_a_number_that_zheng_does_not_know_is_named_with_its_line(tmp_path):
    (tmp_path / JTSC_LABELS).write_text("image ID,class label\n1,2\n2,6\n")
    with pytest.raises(InputError, match=r"Dataset 1\.csv has in line 3 the label '6'"):
        JTSC().records(tmp_path)


@pytest.mark.parametrize("row", ["x,1", "1,3", ",1"])
def test_an_image_number_that_is_none_or_twice_there_is_refused(tmp_path, row):
    (tmp_path / JTSC_LABELS).write_text(f"image ID,class label\n1,2\n{row}\n")
    with pytest.raises(InputError, match="line 3 the image number"):
        JTSC().records(tmp_path)


def test_a_label_file_without_its_column_is_refused(tmp_path):
    (tmp_path / JTSC_LABELS).write_text("image ID,class\n1,2\n")
    with pytest.raises(InputError, match="lacks the column .*'class label'"):
        JTSC().records(tmp_path)


def test_a_missing_label_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"Class Labels of Dataset 1\.csv is missing"):
        JTSC().records(tmp_path)


@pytest.mark.parametrize("dataset", [BCCD, JTSC, CellaVision])
def test_the_source_that_is_named_is_where_the_files_come_from(dataset):
    assert dataset.base_url.startswith(dataset.about.url.replace("github.com", "raw.githubusercontent.com") + "/")


@pytest.mark.parametrize("dataset", [BCCD, JTSC, CellaVision])
def test_each_creator_is_one_person(dataset):
    assert not [name for name in dataset.about.creators if set(name) & set(",()") or " and " in name]


def test_bccd_names_the_original_of_its_images():
    assert "https://github.com/Shenggan/BCCD_Dataset" in BCCD.about.what


def test_an_image_without_a_mask_is_unknown_everywhere(tmp_path):
    Image.fromarray(np.zeros((4, 5, 3), np.uint8)).save(tmp_path / "a.bmp")
    image, codes = JTSC().read(tmp_path, Record("a", "monocyte", "a.bmp", None))
    assert image.shape == (4, 5, 3)
    assert codes.shape == (4, 5) and (codes == UNKNOWN).all()
