from __future__ import annotations

import pandas as pd

from sgcldff.reporting.run import read_material


def test_methods_come_in_the_order_of_their_roles(experiment):
    material = read_material(experiment["settings"], experiment["runs"], experiment["statistics"])
    assert material.methods("baseline", "reference") == ["thresholding", "unetpp", "full"]


def test_a_pair_that_was_not_run_is_known_as_such(experiment):
    runs = pd.read_csv(experiment["runs"])
    runs[runs["tested_on"] != "bccd"].to_csv(experiment["runs"], index=False)
    material = read_material(experiment["settings"], experiment["runs"], experiment["statistics"])
    assert material.was_run("full", "in_domain")
    assert not material.was_run("full", "in_domain", "bccd→bccd")
