from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from sgcldff.reporting.hypotheses_table import hypotheses
from sgcldff.reporting.interaction_table import interactions
from sgcldff.reporting.run import Material, read_material
from sgcldff.reporting.significance_table import significance


@pytest.fixture
def read(experiment):
    """Reads the material after `change(name, function)` has rewritten a table of the statistics."""

    def change(name: str, function) -> Material:
        path = experiment["statistics"] / f"{name}.csv"
        function(pd.read_csv(path)).to_csv(path, index=False)
        return read_material(experiment["settings"], experiment["runs"], experiment["statistics"])

    return change


@pytest.fixture
def material(read) -> Material:
    return read("hypotheses", lambda table: table)


def row(text: str, heading: str, title: str) -> list[str]:
    line = next(line for line in text[text.index(heading) :].splitlines() if line.startswith(f"| {title}"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_on_redrawn_splits_the_corrected_test_is_shown_and_the_basis_said(material):
    text = significance(material)
    in_domain = text[text.index("**In-domain, mean over") : text.index("**In-domain, ablations")]
    assert row(in_domain, "**In", "UNet++")[2:7] == ["+3.20", "−1.76 to +8.16", "2.77", "2", "0.109"]
    assert "corrected resampled t-test" in in_domain


def test_on_fixed_images_the_plain_test_is_shown_and_the_basis_said(material):
    text = significance(material)
    shift = text[text.index("**Cross-stain, mean over") : text.index("**Domain-shift, mean over")]
    assert row(shift, "**Cross", "UNet++")[2:7] == ["+3.20", "+0.72 to +5.68", "5.54", "2", "0.031"]
    assert "Every seed is tested on the same images" in shift


def test_every_scenario_has_its_table(material):
    text = significance(material)
    titles = ["In-domain, mean over", "In-domain, ablations on BCCD", "Cross-stain, mean", "Domain-shift, mean"]
    places = [text.index(f"**{title}") for title in titles]
    assert places == sorted(places)


def test_a_declared_comparison_has_no_correction_among_the_exploratory_ones(material):
    text = significance(material)
    assert [line for line in text.splitlines() if "| declared |" in line.replace("   ", " ").replace("  ", " ")]
    assert row(text, "**Domain-shift, mean", "Without fusion  | F1")[7] == "declared"


def test_a_note_that_every_row_has_stands_once_below_the_table(read):
    few = "g_z does not exist for 2 pairs"
    material = read("comparisons", lambda table: table.assign(note=table["note"].fillna(few)))
    text = significance(material)
    assert text.count(few) == text.count("**In-domain") + 2
    assert f"In every row: {few}." in text and "| constant difference |" in text


def test_a_scenario_without_comparisons_is_not_run(read):
    material = read("comparisons", lambda table: table[table["scenario"] != "cross_stain"])
    text = significance(material)
    assert "**Cross-stain, mean over the 2 of them**\n\nnot run." in text


def test_a_single_seed_has_its_difference_and_the_reason_why_there_is_no_test(read):
    alone = {"n": 1, "p": float("nan"), "verdict": "INCONCLUSIVE", "note": "1 pair: a test needs at least 2"}
    text = hypotheses(read("hypotheses", lambda table: table.assign(**alone)))
    assert "+2.90 points of F1 (1 seed; 1 pair: a test needs at least 2).\n" in text


def test_a_note_of_all_rows_is_told_once_where_none_was_tested(read):
    alone = {"n": 1, "p": float("nan"), "note": "1 pair: a test needs at least 2"}
    text = significance(read("comparisons", lambda table: table.assign(**alone)))
    assert text.count("1 pair: a test needs at least 2") == 4


def test_a_hypothesis_tells_power_seeds_needed_and_what_new_images_change(material):
    text = hypotheses(material)
    assert (
        "  - Power 0.40: with 3 seeds and this SD, a true difference of +4.90 points would be shown beyond the margin "
        "four times in five; 12 seeds would decide if mean and SD stay as observed.\n"
        "  - If new images are meant too: INCONCLUSIVE (95% interval −0.90 to +6.70)."
    ) in text


def test_the_least_p_of_a_sign_test_is_that_of_the_seeds(material):
    assert "with 3 seeds neither can be below 0.25," in hypotheses(material)


def test_a_number_of_seeds_that_nobody_can_run_is_told_as_such(read):
    material = read("hypotheses", lambda table: table.assign(pairs_needed=float("inf")))
    assert "> 100,000 seeds would decide" in hypotheses(material)


def test_a_hypothesis_in_the_other_direction_has_its_margin_below_zero(read):
    material = read("hypotheses", lambda table: table.assign(direction="less"))
    assert "the claimed margin is −1.5 points" in hypotheses(material)


def test_an_equivalence_bound_of_nothing_is_a_dash(read):
    material = read("hypotheses", lambda table: table.assign(equivalence_bound=0.0))
    assert row(hypotheses(material), "What so many seeds", "fusion")[8:10] == ["—", "—"]


def test_the_2_by_2_has_seven_effects_a_metric_and_the_verdict_on_all_of_them(material):
    text = interactions(material)
    for title in ("**F1, in-domain", "**IoU, in-domain"):
        section = text[text.index(title) :].split("\n\n")
        assert len(section[1].splitlines()) == 2 + 7
        assert section[2].startswith("Together: **DIRECTION ONLY**: both effects are above zero")
        assert "Equivalence bound: ±1.0 points." in section[2]


def test_an_effect_has_the_corrected_p_that_holm_starts_from(material):
    assert row(interactions(material), "**F1", "saliency module")[1:8] == [
        *("+2.20", "−2.76 to +7.16", "2.77", "2", "0.200", "0.030", "0.56 (−0.50 to 2.30)")
    ]


def test_a_2_by_2_without_its_arms_is_not_run(read):
    assert interactions(read("interactions", lambda table: table.head(0))).endswith("not run.")


def test_without_declared_interactions_there_is_no_section(material):
    settings = {key: value for key, value in material.settings.items() if key != "interactions"}
    assert interactions(replace(material, settings=settings)) == ""
