from __future__ import annotations

from typing import Any

import pytest

from sgcldff.config.plan import (
    classes_of,
    foreign_labels,
    leave_out,
    members,
    on_own_test_subset,
    own_test_pairs,
    scenario_tests,
)
from sgcldff.errors import InputError

SUBTYPES, LEUKAEMIA = {"neutrophil": "neutrophil", "basophil": None}, {"blast": "blast"}


@pytest.fixture
def config() -> dict[str, Any]:
    def dataset(title: str, space: str, **labels: dict[str, str | None]) -> dict[str, Any]:
        return {"title": title, "space": space, "labels": labels}

    return {
        "label_spaces": {
            "subtypes": {"classes": ["neutrophil", "monocyte"]},
            "leukaemia": {"classes": ["healthy", "blast"]},
        },
        "datasets": {
            "a": dataset("A", "subtypes", subtypes=SUBTYPES, leukaemia={"neutrophil": "healthy"}),
            "b": dataset("B", "subtypes", subtypes=SUBTYPES),
            "c": dataset("C", "leukaemia", leukaemia=LEUKAEMIA),
        },
        "pools": {"both": {"title": "A and B", "members": ["a", "b"]}, "one": {"title": "A", "members": ["a"]}},
        "perturbations": {"hue": {"levels": [0.5, 1.0]}},
        "scenarios": {
            "in_domain": [["a", "a"], ["b", "b"]],
            "shift": [["a", "b"], ["a", "c"]],
            "pooled": [["both", "b"]],
            "left_out": [["one", "b"]],
            "stain": [["a", "a@hue"]],
        },
        "hypotheses": {"h": {"scenario": "left_out", "reference": "full", "against": "none", "family": "f"}},
        "interactions": {},
    }


def test_a_fit_is_tested_where_a_scenario_asks_for_it_and_nowhere_else(config):
    assert scenario_tests(config) == {
        "a": ["a", "a@hue@0.5", "a@hue@1", "b", "c"],
        "b": ["b"],
        "both": ["b"],
        "one": ["b"],
    }


def test_a_stain_shifted_test_asks_for_the_plain_one_too(config):
    config["scenarios"] = {"stain": [["a", "a@hue"]]}
    assert scenario_tests(config) == {"a": ["a", "a@hue@0.5", "a@hue@1"]}


def test_a_fit_has_the_classes_of_its_space(config):
    assert classes_of(config, "c") == ["healthy", "blast"]
    assert classes_of(config, "both") == ["neutrophil", "monocyte"]


def test_a_pool_has_members_and_a_dataset_is_its_own(config):
    assert members(config, "both") == ["a", "b"] and members(config, "c") == ["c"]


def test_the_members_of_a_pool_are_tested_on_their_test_parts(config):
    assert on_own_test_subset(config, "both", "b") and not on_own_test_subset(config, "one", "b")
    assert own_test_pairs(config) == [("a", "a"), ("b", "b"), ("both", "b"), ("a", "a@hue")]


def test_labels_are_asked_for_across_label_spaces_alone(config):
    assert foreign_labels(config, "a", "b") is None and foreign_labels(config, "a", "a@hue@0.5") is None
    assert foreign_labels(config, "c", "a") == {"neutrophil": "healthy"}
    assert foreign_labels(config, "c", "b") == {}


def test_an_absent_dataset_goes_and_what_it_took_along_is_noted(config):
    leave_out(config, {"b": "ask the authors"})
    assert list(config["datasets"]) == ["a", "c"]
    assert config["absent"] == {"b": {"title": "B", "obtain": "ask the authors"}}
    assert config["pools"]["both"]["members"] == ["a"]
    assert config["scenarios"] == {"in_domain": [["a", "a"]], "shift": [["a", "c"]], "stain": [["a", "a@hue"]]}
    assert config["absent_pairs"] == {
        "in_domain": [("b", "b")],
        "shift": [("a", "b")],
        "pooled": [("both", "b")],
        "left_out": [("one", "b")],
    }
    assert config["hypotheses"] == {}


def test_nothing_changes_where_nothing_is_absent(config):
    before = {name: list(pairs) for name, pairs in config["scenarios"].items()}
    leave_out(config, {})
    assert config["scenarios"] == before and config["absent"] == {} == config["absent_pairs"]


def test_a_run_without_any_dataset_is_refused_with_where_to_get_them(config):
    with pytest.raises(InputError, match="is there: put a here; or put b there."):
        leave_out(config, {"a": "put a here", "b": "put b there", "c": "put c elsewhere"})
