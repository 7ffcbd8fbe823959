from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from finished_run import statistics_tables
from finished_run.configuration import dataset

from sgcldff.reporting.contents import pages_of

SCREEN, WIDTH = 50, 130  # lines of a terminal, and characters of a wide one


@pytest.fixture
def text(run, first_page) -> str:
    return first_page(run)


def tables(text: str) -> list[list[str]]:
    """The lines of each table."""
    found, lines = [], text.splitlines()
    for before, line in zip(["", *lines], lines, strict=False):
        if line.startswith("|"):
            if not before.startswith("|"):
                found.append([])
            found[-1].append(line)
    return found


def test_the_answer_stands_on_the_first_screen(text):
    lines = text[: text.index("## Table 2")].splitlines()
    assert len(lines) < SCREEN
    assert lines[0].startswith("# SG-CLDFF, measured again")
    assert "## The answer" in lines and any("figures/answer.png" in line for line in lines)


def test_every_table_has_at_most_seven_columns_and_fits_a_terminal(text):
    assert len(tables(text)) == 4
    assert all(lines[0].count("|") <= 8 and len(lines[0]) <= WIDTH for lines in tables(text))


def test_seeds_stand_below_a_table_whose_rows_all_have_the_same_and_else_in_a_column(run, text, first_page):
    def one_fewer(table: pd.DataFrame) -> pd.DataFrame:
        table.loc[table["method"] == "unetpp", "n_seeds"] = 2
        return table

    (alike, *_), below = tables(text), "± : SD over 3 seeds."
    assert "Seeds" not in alike[0] and below in text[text.index("## Table 2") : text.index("## Table 3")]
    run.change("summary", one_fewer)
    page = first_page(run)
    differing, *_ = tables(page)
    assert differing[0].split("|")[-2].strip() == "Seeds"
    assert below not in page[page.index("## Table 2") : page.index("## Table 3")]


def test_what_a_title_says_at_its_end_is_a_mark_in_the_table_and_words_below_it(run, first_page):
    run.settings["methods"]["unetpp"]["arguments"] = {"weights": "none"}
    text = first_page(run)
    assert any(line.startswith("| UNet++ † ") for line in text.splitlines())
    assert "† random weights. ± :" in text


def test_the_papers_value_stands_in_the_cell(text):
    line = next(line for line in text.splitlines() if line.startswith("| **SG-CLDFF**"))
    assert re.search(r"0\.\d{3} ± 0\.\d{3} \(0\.82\)", line)


def test_hypotheses_are_answered_in_words_with_what_decided_them(text):
    assert (
        "- **Fusion helps under domain shift: holds.** Measured: +2.90 points of F1, at least +1.65 (one-sided 95%), "
        "3 seeds. Pairs of datasets that show it by themselves: none of 6."
    ) in text
    assert "- **Alignment helps across stains**: not run." in text


def test_the_table_of_the_hypotheses_has_their_verdicts_in_words(text):
    line = next(line for line in text.splitlines() if line.startswith("| Without fusion") and "domain-shift" in line)
    assert line.split("|")[-2].strip() == "holds"


def test_pairs_of_datasets_below_chance_are_named_beside_the_mean_that_hides_them(run, first_page):
    def one_below(table: pd.DataFrame) -> pd.DataFrame:
        keys = {"scenario": "cross_stain", "against": "chance", "metric": "iou"}
        average = table[(table[list(keys)] == list(keys.values())).all(axis=1) & table["pair"].isna()]
        below = {"pair": "jtsc→cellavision", "mean": -5.0, "ci_low": -8.0, "ci_high": -2.0}
        return pd.concat([table, average.assign(**below)])

    run.change("comparisons", one_below)
    line = next(line for line in first_page(run).splitlines() if "another dataset than it was" in line)
    assert line.count("and **below chance** from JTSC to CellaVision") == 1


def test_an_undecided_hypothesis_says_how_many_seeds_would_do(run, first_page):
    def undecided(table: pd.DataFrame) -> pd.DataFrame:
        table["verdict"], table["decided_by"] = "INCONCLUSIVE", ""
        return table.assign(pairs_needed=27, pairs_needed_low=5, pairs_needed_high=627)

    run.change("hypotheses", undecided)
    text = first_page(run)
    assert "**Fusion helps under domain shift: cannot be decided.** Measured: +2.90 points of F1" in text
    wanted = "about 27 seeds would show in four repetitions of five that it holds, perhaps only 5, perhaps far more."
    assert wanted in text


def test_the_interval_is_the_corrected_one_on_redrawn_splits(run, first_page):
    run.change("hypotheses", statistics_tables.on_redrawn_splits)
    run.change("hypotheses", lambda table: table.assign(decided_by=""))
    assert "95% interval −8.00 to +9.00" in first_page(run)


def test_the_level_and_the_place_among_the_methods_are_told(text):
    assert re.search(
        r"SG-CLDFF on new images of its own datasets\*\*: accuracy \d+\.\d% \(paper 95\.8\), F1 0\.\d+ \(paper 0\.94\)",
        text,
    )
    assert "Place 1 of 3 by F1" in text  # UNet++ and thresholding; the controls mark the ends


def test_claims_that_fall_are_named(run, text):
    claims = run.table("claims")
    (fallen,) = claims.loc[claims["verdict"] == "REFUTED", "statement"]
    assert "**The paper's 6 claims** give 7 lines, one for each method that a claim is tested with" in text
    assert " 2 were not run. 1 cannot be tested by measuring." in text
    assert (
        "1 fall, 3 cannot be decided. 2 were not run. 1 cannot be tested by measuring. Fragile, for a single seed "
        "could turn them: 1 of these verdicts." in text
    )
    assert f"What falls: “{fallen.rstrip('.')}”." in text


def test_what_was_not_run_is_one_sentence(text):
    assert "not run |" not in text.split("## The hypotheses")[0]
    assert "Not run: Without saliency, Without both" in text


def test_pages_that_the_run_has_are_linked_and_there(run, text):
    linked = re.findall(r"^- \[.*\]\((pages/\w+\.md)\)", text.split("## Further pages")[1], re.MULTILINE)
    pages = run.files.document.parent / "pages"
    assert linked == [f"pages/{name}.md" for name in pages_of(run.experiment)]
    assert {file.name for file in pages.iterdir()} == {Path(name).name for name in linked}
    assert not {"robustness.md", "leakage.md"} & {file.name for file in pages.iterdir()}  # neither was run


def test_every_link_of_every_page_leads_to_a_file_of_the_report(run, rendered):
    files = rendered(run).files
    elsewhere = {*files.cards.values(), *(file for pair in files.figures.values() for file in pair)}  # not written here
    for page in (files.document, *files.pages.values()):
        for link in re.findall(r"\]\((?!https:)([^)#]+)\)", page.read_text(encoding="utf-8")):
            target = (page.parent / link).resolve()
            assert target.exists() or target in {file.resolve() for file in elsewhere}, f"{page.name}: {link}"


def test_one_dataset_has_one_page_without_a_table_for_each_dataset(run, first_page):
    run.settings["datasets"] = {"bccd": dataset("BCCD")}
    run.settings["scenarios"] = {"in_domain": [["bccd", "bccd"]]}
    run.settings["hypotheses"] = {}
    text = first_page(run)
    assert len(tables(text)) == 2 and len(text.splitlines()) < 2 * SCREEN


def test_the_same_pairs_under_two_names_are_shown_once(run, first_page):
    run.settings["scenarios"]["domain_shift"] = run.settings["scenarios"]["cross_stain"]
    text = first_page(run)
    assert [line for line in text.splitlines() if line.startswith("| Method") and "AUC" not in line][-1].count(
        "IoU"
    ) == 1
    assert "SG-CLDFF on another dataset than it was trained on**. Cross-stain and domain-shift: F1 0." in text


def test_without_a_hypothesis_the_level_on_another_dataset_is_told_all_the_same(run, first_page):
    run.settings |= {"hypotheses": {}, "interactions": {}}
    text = first_page(run)
    assert (
        "SG-CLDFF on another dataset than it was trained on**. Cross-stain: F1 0." in text
        and "## Other stains, other datasets" in text
    )


def test_failed_fits_are_counted_at_the_top(run, first_page):
    fit = json.loads(run.files.fits[0].read_text())
    failed = run.files.document.parent.parent / "fit.json"
    failed.write_text(json.dumps(fit | {"failed": {"reason": "the loss was infinite"}}))
    assert "**1 fits failed**" in first_page(run.with_files(fits=[failed, *run.files.fits[1:]]))


def test_what_scores_below_chance_under_shift_is_named(run, first_page):
    def worse(table: pd.DataFrame) -> pd.DataFrame:
        shift = (table["scenario"] == "cross_stain") & (table["method"] == "unetpp") & (table["metric"] == "iou")
        return table.assign(mean=table["mean"].where(~shift, 0.1))

    assert "below chance" not in first_page(run)
    run.change("summary", worse)
    assert "**Mean below chance in cross-stain IoU** (not tested): UNet++." in first_page(run)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.1, 9.0, "above chance"),
        (-9.0, -0.1, "**below chance**"),
        (-1.0, 9.0, "**not shown to be better than chance**"),
    ],
)
def test_the_level_under_shift_is_set_against_chance_by_its_interval(run, first_page, low, high, words):
    of_chance = {"mean": (low + high) / 2, "ci_low": low, "ci_high": high}
    run.change(
        "comparisons",
        lambda table: table.assign(
            **{name: table[name].where(table["against"] != "chance", value) for name, value in of_chance.items()}
        ),
    )
    line = next(line for line in first_page(run).splitlines() if "another dataset than it was" in line)
    assert re.search(
        rf"Cross-stain: F1 0\.\d+ is {re.escape(words)} \(0\.\d+\), IoU 0\.\d+ is {re.escape(words)}", line
    )


def test_the_answer_has_no_verdict_codes_and_no_semicolons(text):
    told = text[text.index("## The answer") : text.index("![")]
    assert not re.search(r"SUPPORTED|REFUTED|INCONCLUSIVE|DIRECTION ONLY|;", told)
