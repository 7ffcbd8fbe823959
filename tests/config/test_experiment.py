"""What an experiment answers of its own entries: tests, members, classes and labels."""

from __future__ import annotations

from typing import Any

import pytest
from configuration import CONFIG, resolved

from sgcldff.config.choice import leave_out
from sgcldff.config.experiment import Experiment
from sgcldff.errors import InputError

SCENARIOS = {
    "in_domain": [["jtsc", "jtsc"], ["cellavision", "cellavision"]],
    "shift": [["jtsc", "cellavision"], ["jtsc", "all_idb2"]],
    "both": [["both", "cellavision"]],
    "left_out": [["one", "cellavision"]],
    "stain": [["jtsc", "jtsc@hue"]],
}


@pytest.fixture
def config() -> dict[str, Any]:
    """Two datasets of subtypes, one of leukaemia; a pool with the tested dataset as a member, and one without it."""
    pools = {
        "both": {"title": "both", "members": ["jtsc", "cellavision"]},
        "one": {"title": "one", "members": ["jtsc"]},
    }
    mine = {"family": next(iter(CONFIG["families"])), "title": "Mine", "scenario": "left_out"}
    mine |= {"reference": "full", "against": "no_fusion", "metric": "iou", "margin": 1, "direction": "greater"}
    return resolved(
        {
            "datasets": ["jtsc", "cellavision", "all_idb2"],
            "pools": pools,
            "scenarios": dict.fromkeys(CONFIG["scenarios"]) | SCENARIOS,
            "perturbations": {"hue": {"levels": [0.5, 1.0]}},
            "hypotheses": dict.fromkeys(CONFIG["hypotheses"]) | {"mine": mine},
        }
    )


@pytest.fixture
def experiment(config) -> Experiment:
    config["datasets"]["jtsc"]["labels"]["leukaemia"] = {"neutrophil": "healthy"}
    return Experiment.model_validate(config)


def test_a_fit_is_tested_where_a_scenario_asks_for_it_and_nowhere_else(experiment):
    assert experiment.tests() == {
        "jtsc": ["jtsc", "jtsc@hue@0.5", "jtsc@hue@1", "cellavision", "all_idb2"],
        "cellavision": ["cellavision"],
        "both": ["cellavision"],
        "one": ["cellavision"],
    }


def test_a_stain_shifted_test_asks_for_the_plain_one_too(experiment):
    alone = experiment.model_copy(update={"scenarios": {"stain": (("cellavision", "cellavision@hue"),)}})
    assert alone.tests() == {"cellavision": ["cellavision", "cellavision@hue@0.5", "cellavision@hue@1"]}


def test_axes_are_those_along_which_a_scenario_tests(experiment):
    assert list(experiment.axes()) == ["hue"] and "concentration" in experiment.perturbations


def test_a_fit_has_the_classes_of_its_space(experiment):
    assert experiment.classes("all_idb2") == ["healthy", "blast"]
    assert experiment.classes("both") == experiment.classes("jtsc") == CONFIG["classes"]["subtypes"]


def test_a_pool_has_members_and_a_dataset_is_its_own(experiment):
    assert experiment.members("both") == ["jtsc", "cellavision"] and experiment.members("all_idb2") == ["all_idb2"]


def test_the_members_of_a_pool_are_tested_on_their_test_subsets(experiment):
    assert experiment.on_own_test_subset("both", "cellavision")
    assert not experiment.on_own_test_subset("one", "cellavision")
    assert experiment.own_test_pairs() == [
        ("jtsc", "jtsc"),
        ("cellavision", "cellavision"),
        ("both", "cellavision"),
        ("jtsc", "jtsc@hue"),
    ]


def test_labels_are_asked_for_across_label_spaces_alone(experiment):
    assert experiment.foreign_labels("jtsc", "cellavision") is None
    assert experiment.foreign_labels("jtsc", "jtsc@hue@0.5") is None
    assert experiment.foreign_labels("all_idb2", "jtsc") == {"neutrophil": "healthy"}
    assert experiment.foreign_labels("all_idb2", "cellavision") == {}


def test_an_absent_dataset_goes_and_what_it_took_along_is_noted(config):
    assert "mine" in config["hypotheses"]
    leave_out(config, {"cellavision": "ask the authors"})
    assert list(config["datasets"]) == ["jtsc", "all_idb2"]
    assert config["absent"] == {"cellavision": {"title": "CellaVision", "obtain": "ask the authors"}}
    assert config["pools"]["both"]["members"] == ["jtsc"]
    assert config["scenarios"] == {
        "in_domain": [["jtsc", "jtsc"]],
        "shift": [["jtsc", "all_idb2"]],
        "stain": [["jtsc", "jtsc@hue"]],
    }
    assert config["absent_pairs"] == {
        "in_domain": [("cellavision", "cellavision")],
        "shift": [("jtsc", "cellavision")],
        "both": [("both", "cellavision")],
        "left_out": [("one", "cellavision")],
    }
    assert config["hypotheses"] == {}


def test_nothing_changes_where_nothing_is_absent(config):
    before = {name: list(pairs) for name, pairs in config["scenarios"].items()}
    leave_out(config, {})
    assert config["scenarios"] == before and config["absent"] == {} == config["absent_pairs"]


def test_a_run_without_any_dataset_is_refused_with_where_to_get_them(config):
    with pytest.raises(InputError, match="is there: put jtsc here; or put cellavision there."):
        leave_out(
            config, {"jtsc": "put jtsc here", "cellavision": "put cellavision there", "all_idb2": "put it elsewhere"}
        )


def test_only_the_arms_of_hypotheses_have_the_further_seeds(experiment):
    more = experiment.model_copy(update={"seeds": (0, 1), "further_seeds": (2,)})
    assert more.seeds_of("full") == more.seeds_of("no_fusion") == more.every_seed == (0, 1, 2)
    assert more.seeds_of("unetpp") == (0, 1)
