"""The verbs from the source to the audit of leakage, one after the other as the rules call them."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from sgcldff.cli.main import app
from sgcldff.layout import KEYPOINT_FILES, LEAKAGE_FILES, PREPARED_FILES, Layout


def run(verb, settings=None, **options):
    given = {"settings": json.dumps(settings)} if settings else {}
    arguments = [part for name, value in (given | options).items() for part in (f"--{name}", str(value))]
    done = CliRunner().invoke(app, [verb, *arguments])
    assert done.exit_code == 0, done.output


@pytest.fixture(scope="module")
def layout(tmp_path_factory):
    """Two series of generated smears of which the longer one begins with the shorter one."""
    layout = Layout(tmp_path_factory.mktemp("results"))
    source = {"class": "sgcldff.data.sources.synthetic.SyntheticSmears", "size": 32, "classes": ["neutrophil"]}
    source |= {"labels": {"neutrophil": "neutrophil"}}
    for name, images in (("long", 12), ("short", 6)):
        arguments = {"domain": "rapid", "images": images, "size": 32, "class_weights": {"neutrophil": 1}}
        settings = source | {"arguments": arguments, "dataset": name}
        run("prepare", settings, raw=layout.results / "raw" / name, out=layout.prepared(name), jobs=1)
        shares = {"split": {"train": 0.7, "validation": 0.1, "test": 0.2}, "grouped": True}
        run("split", shares, prepared=layout.prepared(name), seed=0, out=layout.split(name, 0))
    first, second = (layout.prepared(name) for name in ("long", "short"))
    run("overlaps", first=first, second=second, out=layout.overlaps("short", "long"))
    tests = {"short": ["short", "long"]}
    settings = {"datasets": ["short", "long"], "seeds": [0], "tests": tests, "pools": {}}
    run("leakage", settings, results=layout.results, out=layout.leakage())
    return layout


def test_every_file_that_the_rules_promise_is_there(layout):
    for name in ("long", "short"):
        assert all((layout.prepared(name) / file).exists() for file in PREPARED_FILES)
        assert all((layout.keypoints(name) / file).exists() for file in KEYPOINT_FILES)
        assert layout.duplicates(name).exists()
    assert all((layout.leakage() / file).exists() for file in LEAKAGE_FILES)


def test_shared_images_stand_in_the_order_of_the_datasets_names(layout):
    assert layout.overlaps("short", "long").name == "long--short.csv"
    shared = pd.read_csv(layout.overlaps("short", "long"))
    assert len(shared) == 6 and set(shared["kind"]) == {"same pixels"}
    assert (shared["first"] == shared["second"]).all()


def test_images_that_a_fit_has_seen_elsewhere_are_left_out_and_counted(layout):
    own, other = pd.read_csv(layout.leakage() / "leakage_by_test.csv").to_dict("records")
    assert (own["left_out"], own["held_back"], own["leaking"]) == (0, 0, 0)
    assert (other["images"], other["left_out"], other["leaking"]) == (6, 6, 0)
