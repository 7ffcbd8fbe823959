from __future__ import annotations

from sgcldff.reporting.methods import of_roles


def test_methods_come_in_the_order_of_their_roles(run):
    methods = of_roles(run.methods, "baseline", "reference")
    assert [method.key for method in methods] == ["thresholding", "unetpp", "full"]


def test_a_network_with_random_weights_says_so_in_its_title(run):
    run.settings["methods"]["unetpp"]["arguments"] = {"weights": "none"}
    assert [method.title for method in run.methods if method.key == "unetpp"] == ["UNet++ (random weights)"]


def test_a_pair_that_was_not_run_is_known_as_such(run):
    run.change("runs", lambda runs: runs[runs["tested_on"] != "bccd"])
    assert run.results.was_run("full", run.scenarios["in_domain"].pairs)
    assert not run.results.was_run("full", [("bccd", "bccd")])
