from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest
from finished_run import FinishedRun

from sgcldff.config.experiment import Absent
from sgcldff.errors import InputError
from sgcldff.reporting.sections.datasets import DUPLICATES, TESTS, Audit, datasets_section, read_audit, read_facts
from sgcldff.reporting.titles import Titles

SPACES = {"subtypes": ["neutrophil", "lymphocyte", "monocyte", "eosinophil"], "leukaemia": ["healthy", "blast"]}
LINKS = {"bccd": "datasets/bccd/README.md", "jtsc": "datasets/jtsc/README.md"}


def facts_of(space: str = "subtypes", **changes) -> dict:
    about = {"licence": "MIT", "redistributable": True, "stain": "Wright"}
    classes = {SPACES[space][0]: {"images": 30}, SPACES[space][1]: {"images": 10}}
    facts = {"about": about, "space": space, "spaces": SPACES, "classes": classes, "images": 40, "masked": 20}
    facts |= {"groups": {"number": 35, "kept": True}, "duplicates": {"overlap": 5}}
    return facts | {"left_out": [{"label": "basophil", "reason": "left out", "images": 3}]} | changes


AUDIT = Audit(
    pd.DataFrame(
        [["bccd", "bccd", 40, 35, 0, 5, 9], ["bccd", "jtsc", 80, 70, 0, 0, 0]], columns=list(DUPLICATES.columns)
    ),
    pd.DataFrame(
        [
            *[["bccd", "bccd", seed, 8, 0, 0, 0] for seed in (0, 1)],
            *[["jtsc", "bccd", seed, 40, 2 + seed, 0, 0] for seed in (0, 1)],
        ],
        columns=list(TESTS.columns),
    ),
)


@pytest.fixture
def titles(run: FinishedRun) -> Titles:
    return run.titles


def cells(text: str, title: str) -> list[str]:
    line = next(line for line in text.splitlines() if line.startswith(f"| {title} "))
    return [cell.strip() for cell in line.strip("|").split("|")]


def section(titles: Titles, audit: Audit = AUDIT, absent: dict[str, Absent] | None = None, **changes) -> str:
    facts = {"bccd": facts_of(**changes), "jtsc": facts_of()}
    return datasets_section(titles, facts, LINKS, audit, absent or {})


def test_each_dataset_has_a_row_that_leads_to_its_card(titles):
    row = cells(section(titles), "[BCCD](datasets/bccd/README.md)")
    assert row[1:] == ["40", "35", "0", "5", "50%", "Wright", "MIT", "yes"]


@pytest.mark.parametrize(("licence", "shown"), [("research only", ["research only", "no"]), ("", ["—", "—"])])
def test_whether_images_may_be_passed_on_is_told_and_what_is_not_known_is_a_dash(titles, licence, shown):
    about = {"licence": licence, "redistributable": False, "stain": ""}
    row = cells(section(titles, about=about), "[BCCD](datasets/bccd/README.md)")
    assert row[-3:] == ["—", *shown]


def test_an_absent_dataset_is_not_available_and_it_is_said_where_to_get_it(titles):
    text = section(titles, absent={"lisc": Absent(title="LISC", obtain="put LISC Database.zip into results/raw/lisc")})
    assert cells(text, "LISC")[1:] == ["not available", *["—"] * 7]
    assert "- **LISC**: put LISC Database.zip into results/raw/lisc" in text


def test_a_dataset_that_was_divided_image_by_image_is_named(titles):
    assert "on purpose" not in section(titles)
    assert "Only BCCD was divided image by image" in section(titles, groups={"number": 35, "kept": False})


def test_classes_are_counted_in_a_table_for_each_label_space(titles):
    facts = {"bccd": facts_of(), "jtsc": facts_of("leukaemia")}
    text = datasets_section(titles, facts, LINKS, AUDIT, {})
    subtypes, leukaemia = text.split("by class (subtypes)")[1].split("by class (leukaemia)")
    assert cells(subtypes, "BCCD")[1:] == ["30", "10", "0", "0", "40"]
    assert cells(leukaemia, "JTSC")[1:] == ["30", "10", "40"]
    assert "JTSC" not in subtypes


def test_what_was_left_out_stands_with_its_reason(titles):
    left_out = section(titles).split("that were left out")[1]
    assert cells(left_out, "BCCD")[1:] == ["basophil", "left out", "3"]


def test_pairs_found_by_content_are_told_and_datasets_without_any_in_words(titles):
    text = section(titles).split("### Leakage, audited")[1]
    assert cells(text, "BCCD")[1:] == ["40", "0", "5", "9"]
    assert "Pairs of datasets without an image in common: 1 of 1." in text


def test_a_test_for_which_images_were_set_aside_stands_with_what_leaks(titles):
    text = section(titles).split("### Leakage, audited")[1]
    assert "and lost no image for that: 1 of 2, each in 2 seeds." in text
    assert cells(text, "JTSC → BCCD")[1:] == ["40.0", "2.5", "0.0", "0.0"]


def test_where_nothing_is_shared_there_is_no_table_of_tests(titles):
    clean = replace(AUDIT, tests=AUDIT.tests[AUDIT.tests["trained_on"] == "bccd"])
    assert "Fit → test" not in section(titles, clean)


def test_the_facts_are_read_from_the_card_and_a_missing_file_is_named(tmp_path):
    file = tmp_path / "facts.json"
    with pytest.raises(InputError, match=r"facts\.json does not exist: run the target `cards` first"):
        read_facts(file)
    file.write_text("{")
    with pytest.raises(InputError, match=r"facts\.json is not JSON"):
        read_facts(file)
    file.write_text(json.dumps(facts_of()))
    assert read_facts(file) == facts_of()


def test_the_audit_is_read_from_its_two_tables(tmp_path):
    duplicates, leakage = tmp_path / "duplicates_by_dataset.csv", tmp_path / "leakage_by_test.csv"
    AUDIT.pairs.to_csv(duplicates, index=False)
    AUDIT.tests.to_csv(leakage, index=False)
    pd.testing.assert_frame_equal(read_audit(duplicates, leakage).tests, AUDIT.tests)
