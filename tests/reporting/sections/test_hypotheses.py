from __future__ import annotations

import re

from finished_run import FinishedRun, statistics_tables

from sgcldff.reporting.sections.hypotheses import hypotheses_section


def section(run: FinishedRun) -> str:
    return hypotheses_section(run.titles, run.experiment.hypotheses, run.table("hypotheses"))


def row(text: str, heading: str, title: str) -> list[str]:
    """The cells of the first row with this title below the heading."""
    line = next(line for line in text[text.index(heading) :].splitlines() if re.match(rf"\| {title}", line))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_single_seed_has_its_difference_and_the_reason_why_there_is_no_test(run):
    alone = {"n": 1, "p": float("nan"), "verdict": "INCONCLUSIVE", "note": "1 pair: a test needs at least 2"}
    run.change("hypotheses", lambda table: table.assign(**alone))
    text = section(run)
    assert "+2.90 points of F1 (1 seed, 1 pair: a test needs at least 2).\n" in text


def test_a_hypothesis_tells_power_seeds_needed_and_what_new_images_change(run):
    text = section(run)
    assert (
        "  - Power 0.40: with 3 seeds and this SD, a true difference of +4.90 points would be shown beyond the margin "
        "four times in five, and 12 (4 to > 100,000) seeds would decide if mean and SD stay as observed (in brackets "
        "the 80% interval).\n"
        "  - If new images are meant too: cannot be decided (95% interval −0.90 to +6.70)."
    ) in text


def test_a_verdict_stands_with_the_bound_that_decided_it_and_fragile(run):
    """The two-sided interval of such a hypothesis may hold the margin."""
    text = section(run)
    assert "- **Fusion helps under domain shift: holds: at least +1.65 (one-sided 95%).** SG-CLDFF minus" in text
    places = ("domain", "JTSC → CellaVision", "CellaVision → JTSC")
    verdicts = [row(text, "**The hypotheses, with", rf"fusion +\| {place}")[2] for place in places]
    assert verdicts == [
        "holds: at least +1.65 (one-sided 95%)",
        "holds in direction only: at least +1.40 (one-sided 95%), fragile: sign flips one-sided p = 0.25",
        "falls: at most +1.00 (one-sided 95%)",
    ]


def test_a_hypothesis_of_less_is_supported_by_its_upper_bound(run):
    by = {"direction": "less", "decided_by": "upper bound", "crossed_verdict": "REFUTED", "crossed_lower": -1.25}
    run.change("hypotheses", lambda table: table.assign(**by))
    cells = row(section(run), "**The hypotheses, with", "fusion")
    assert [cells[2], cells[-1]] == [
        "holds: at most +4.15 (one-sided 95%)",
        "falls: at least −1.25 (one-sided 95%)",
    ]


def test_new_images_too_have_the_bound_that_decided(run):
    crossed = {"crossed_verdict": "SUPPORTED", "crossed_lower": 1.51}
    run.change("hypotheses", lambda table: table.assign(**crossed))
    assert "new images are meant too: holds: at least +1.51 (one-sided 95%) (95% interval −0.90 to" in section(run)


def test_the_least_p_of_a_sign_test_is_that_of_the_seeds(run):
    assert "With 3 seeds neither can be below 0.25," in section(run)


def test_a_number_of_seeds_that_nobody_can_run_is_shown_as_such(run):
    run.change("hypotheses", lambda table: table.assign(pairs_needed=float("inf")))
    assert "> 100,000 (4 to > 100,000) seeds would decide" in section(run)


def test_a_hypothesis_in_the_other_direction_has_its_margin_below_zero(run):
    run.change("hypotheses", lambda table: table.assign(direction="less"))
    assert "The claimed margin is −1.5 points" in section(run)


def test_an_equivalence_bound_of_nothing_is_a_dash(run):
    run.change("hypotheses", lambda table: table.assign(equivalence_bound=0.0))
    assert row(section(run), "What so many seeds", "fusion")[8:10] == ["—", "—"]


def test_on_redrawn_splits_the_corrected_interval_bounds_and_p_are_shown(run):
    run.change("hypotheses", statistics_tables.on_redrawn_splits)
    text = section(run)
    cells = row(text, "**The hypotheses, with", "fusion")
    assert cells[4:10] == ["+2.90", "−8.00 to +9.00", "1.5", "−7.00", "+8.00", "0.222"]
    assert "(95% interval −8.00 to +9.00, 3 seeds)" in text
    assert "the lower bound −7.00, the upper bound +8.00. Against the margin p = 0.222, after Holm" in text
    assert "corrected resampled t-test" in text
    assert "+1.10 to +4.70" not in text and "p = 0.006" not in text


def test_on_fixed_images_the_plain_interval_bounds_and_p_are_shown(run):
    decoys = {"corrected_low": -8.0, "corrected_high": 9.0, "corrected_lower": -7.0, "corrected_upper": 8.0}
    run.change("hypotheses", lambda table: table.assign(**decoys, corrected_p_margin=0.222))
    cells = row(section(run), "**The hypotheses, with", "fusion")
    assert cells[4:10] == ["+2.90", "+1.10 to +4.70", "1.5", "+1.65", "+4.15", "0.006"]
