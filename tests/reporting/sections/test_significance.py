from __future__ import annotations

from finished_run import FinishedRun

from sgcldff.reporting.sections.significance import significance_section


def section(run: FinishedRun) -> str:
    return significance_section(
        run.titles, "full", run.methods, run.scenarios, run.table("comparisons"), "tables/comparisons.csv"
    )


def row(text: str, heading: str, title: str) -> list[str]:
    """The cells of the first row with this title below the heading."""
    line = next(line for line in text[text.index(heading) :].splitlines() if line.startswith(f"| {title}"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_on_redrawn_splits_the_corrected_test_is_shown_and_the_basis_said(run):
    text = section(run)
    in_domain = text[text.index("**In-domain, mean over") : text.index("**In-domain, ablations")]
    assert row(in_domain, "**In", "UNet++")[2:7] == ["+3.20", "−1.76 to +8.16", "2.77", "2", "0.109"]
    assert "corrected resampled t-test" in in_domain


def test_on_fixed_images_the_plain_test_is_shown_and_the_basis_said(run):
    text = section(run)
    shift = text[text.index("**Cross-stain, mean over") : text.index("**Domain-shift, mean over")]
    assert row(shift, "**Cross", "UNet++")[2:7] == ["+3.20", "+0.72 to +5.68", "5.54", "2", "0.031"]
    assert "Every seed is tested on the same images" in shift


def test_every_scenario_has_its_table(run):
    text = section(run)
    titles = ["In-domain, mean over", "In-domain, ablations on BCCD", "Cross-stain, mean", "Domain-shift, mean"]
    places = [text.index(f"**{title}") for title in titles]
    assert places == sorted(places)


def test_a_declared_comparison_has_no_correction_among_the_exploratory_ones(run):
    text = section(run)
    assert [line for line in text.splitlines() if "| declared |" in line.replace("   ", " ").replace("  ", " ")]
    assert row(text, "**Domain-shift, mean", "Without fusion  | F1")[7] == "declared"


def test_a_note_that_every_row_has_stands_once_below_the_table(run):
    few = "g_z does not exist for 2 pairs"
    run.change("comparisons", lambda table: table.assign(note=table["note"].fillna(few)))
    text = section(run)
    assert text.count(few) == text.count("**In-domain") + 2
    assert f"In every row: {few}." in text and "| constant difference |" in text


def test_a_scenario_without_comparisons_is_not_run(run):
    run.change("comparisons", lambda table: table[table["scenario"] != "cross_stain"])
    text = section(run)
    assert "**Cross-stain, mean over the 2 of them**\n\nnot run." in text


def test_a_note_of_all_rows_is_told_once_where_none_was_tested(run):
    alone = {"n": 1, "p": float("nan"), "note": "1 pair: a test needs at least 2"}
    run.change("comparisons", lambda table: table.assign(**alone))
    text = section(run)
    assert text.count("1 pair: a test needs at least 2") == 4
