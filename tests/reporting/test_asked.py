from __future__ import annotations

import json
from pathlib import Path

import pytest
from finished_run.configuration import configuration

from sgcldff.config.experiment import Experiment
from sgcldff.config.settings import fit_settings
from sgcldff.errors import InputError
from sgcldff.reporting.asked import check_asked


@pytest.fixture
def experiment() -> Experiment:
    return Experiment.model_validate(configuration())


@pytest.fixture
def record(experiment: Experiment, tmp_path: Path) -> Path:
    """The fit.json of a fit of the experiment."""
    asked = fit_settings(experiment, "bccd", "full", 0).model_dump(mode="json")
    (tmp_path / "fit.json").write_text(json.dumps({"asked": asked}))
    return tmp_path / "fit.json"


def test_a_fit_of_the_configuration_is_taken(experiment, record):
    check_asked(experiment, [record])


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("training", {"epochs": 1}, "training.epochs is 1 and not"),
        ("size", 8, "size is 8 and not"),
        ("arguments", {"width": 7}, "arguments"),
    ],
)
def test_a_fit_that_was_asked_for_otherwise_is_refused_with_its_file_and_the_difference(
    experiment, record, key, value, said
):
    fit = json.loads(record.read_text())
    fit["asked"][key] = fit["asked"][key] | value if isinstance(value, dict) else value
    record.write_text(json.dumps(fit))
    with pytest.raises(InputError, match=said) as caught:
        check_asked(experiment, [record])
    assert str(record) in str(caught.value)
