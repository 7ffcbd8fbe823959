from __future__ import annotations

from finished_run import FinishedRun

from sgcldff.reporting.sections.interactions import independence_sentences, interactions_section


def section(run: FinishedRun) -> str:
    return interactions_section(run.titles, run.experiment.interactions, run.table("interactions"))


def row(text: str, heading: str, title: str) -> list[str]:
    """The cells of the first row with this title below the heading."""
    line = next(line for line in text[text.index(heading) :].splitlines() if line.startswith(f"| {title}"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_2_by_2_has_seven_effects_a_metric_and_the_verdict_on_all_of_them(run):
    text = section(run)
    for title in ("**F1, in-domain", "**IoU, in-domain"):
        blocks = text[text.index(title) :].split("\n\n")
        assert len(blocks[1].splitlines()) == 2 + 7
        assert blocks[2].startswith(
            "Together: **holds in direction only: fragile: fusion: one seed decides**: both effects are above zero"
        )
        assert "Equivalence bound: ±1.0 points." in blocks[2]


def test_an_effect_has_the_corrected_p_that_holm_starts_from(run):
    assert row(section(run), "**F1", "saliency module")[1:8] == [
        *("+2.20", "−2.76 to +7.16", "2.77", "2", "0.200", "0.030", "0.56 (−0.50 to 2.30)")
    ]


def test_an_effect_has_its_verdict_with_the_bound_of_the_corrected_test(run):
    cells = row(section(run), "**F1", "saliency module")
    assert cells[8:10] == ["12 (4 to > 100,000)", "holds: at least −1.18 (one-sided 95%)"]


def test_an_equivalent_interaction_stands_with_its_90_percent_interval(run):
    equivalent = {"verdict": "EQUIVALENT", "decided_by": "both bounds"}
    run.change("interactions", lambda table: table.assign(**equivalent))
    assert row(section(run), "**F1", "interaction")[9] == "they add up: −1.18 to +5.58 (90% interval)"


def test_a_2_by_2_without_its_arms_is_not_run(run):
    run.change("interactions", lambda table: table.head(0))
    assert section(run).endswith("not run.")


def test_without_declared_interactions_there_is_no_section(run):
    run.settings["interactions"] = {}
    assert section(run) == ""


def test_a_part_that_gains_by_itself_is_named_where_both_together_cannot_be_decided(run):
    table = run.table("interactions")
    open_ = table["effect"] == "independent"
    chosen = (table["effect"] == "second") & (table["metric"] == "iou")
    verdicts = table["verdict"].where(chosen, "INCONCLUSIVE")
    assert open_.any() and (verdicts[chosen] == "SUPPORTED").all()
    (sentence,) = independence_sentences(run.experiment.interactions, table.assign(verdict=verdicts, fragile=""))
    assert sentence.endswith(
        "Shown to gain, averaged with and without the other: fusion +2.2 points of IoU (−2.8 to +7.2)."
    )


def test_metrics_of_which_the_same_holds_stand_in_one_sentence(run):
    assert independence_sentences(run.experiment.interactions, run.table("interactions")) == [
        "**Both parts contribute independently, F1 and IoU: holds in direction only.** Both effects are above zero, "
        "but whether they add up is open. Fragile: fusion: one seed decides."
    ]
    independent = {"f1": "SUPPORTED", "iou": "INCONCLUSIVE"}
    run.change("interactions", lambda table: table.assign(verdict=table["metric"].map(independent), fragile=""))
    apart = independence_sentences(run.experiment.interactions, run.table("interactions"))
    assert [text.split("**")[1] for text in apart] == [
        f"Both parts contribute independently, {words}" for words in ("F1: holds.", "IoU: cannot be decided.")
    ]
