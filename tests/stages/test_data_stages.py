"""The stages from the source to the audit of leakage, one after the other as the rules run them."""

from __future__ import annotations

import pandas as pd
import pytest
from stage_runs import run

from sgcldff.layout import Layout

LABELS = {"neutrophil": "neutrophil"}


@pytest.fixture(scope="module")
def layout(tmp_path_factory):
    """Two series of generated smears of which the longer one begins with the shorter one."""
    layout = Layout(tmp_path_factory.mktemp("results"))
    source = {"class_path": "sgcldff.data.sources.synthetic.SyntheticSmears", "size": 32, "classes": ["neutrophil"]}
    for name, images in (("long", 12), ("short", 6)):
        arguments = {"domain": "rapid", "images": images, "size": 32, "class_weights": {"neutrophil": 1}}
        settings = source | {"arguments": arguments, "dataset": name, "labels": LABELS}
        files = {kind: getattr(layout, kind)(name) for kind in ("dropped", "duplicates", "keypoints")}
        run("prepare", {}, layout.prepared(name) | files, settings, raw=layout.results / "raw" / name)
        shares = {"train": 0.7, "validation": 0.1, "test": 0.2, "grouped": True}
        index = {"index": layout.prepared(name)["index"]}
        run("split", index, {"split": layout.split(name, 0)}, shares, seed=0)
    names = ("short", "long")
    both = {
        f"{place}_{kind}": file
        for place, name in zip(("first", "second"), sorted(names), strict=True)
        for kind, file in (("index", layout.prepared(name)["index"]), ("keypoints", layout.keypoints(name)))
    }
    run("overlaps", both, {"overlaps": layout.overlaps(*names)}, {})
    files = {
        "index": [layout.prepared(name)["index"] for name in names],
        "duplicates": [layout.duplicates(name) for name in names],
        "overlaps": [layout.overlaps(*names)],
        "splits": [layout.split(name, 0) for name in names],
    }
    settings = {"datasets": names, "seeds": [0], "tests": {"short": ["short", "long"]}, "pools": {}}
    run("leakage", files, layout.leakage(), settings)
    return layout


def test_every_file_that_the_rules_promise_is_there(layout):
    for name in ("long", "short"):
        files = [*layout.prepared(name).values(), layout.dropped(name), layout.duplicates(name)]
        assert all(file.is_file() for file in files) and layout.keypoints(name).is_dir()
    assert all(file.is_file() for file in layout.leakage().values())


def test_shared_images_stand_in_the_order_of_the_datasets_names(layout):
    assert layout.overlaps("short", "long").name == "long--short.csv"
    shared = pd.read_csv(layout.overlaps("short", "long"))
    assert len(shared) == 6 and set(shared["kind"]) == {"same pixels"}
    assert (shared["first"] == shared["second"]).all()


def test_images_that_a_fit_has_seen_elsewhere_are_left_out_and_counted(layout):
    own, other = pd.read_csv(layout.leakage()["by_test"]).to_dict("records")
    assert (own["left_out"], own["held_back"], own["leaking"]) == (0, 0, 0)
    assert (other["images"], other["left_out"], other["leaking"]) == (6, 6, 0)
