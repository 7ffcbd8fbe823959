from __future__ import annotations

import re

import pandas as pd
import pytest
from finished_run.configuration import dataset


@pytest.fixture
def text(run, document) -> str:
    return document(run)


def row(text: str, heading: str, title: str) -> list[str]:
    """Cells of the first row with this title below the heading."""
    line = next(line for line in text[text.index(heading) :].splitlines() if line.startswith(f"| {title}"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def section(text: str, heading: str) -> str:
    return text[text.index(heading) :].split("\n## ")[0]


def test_table_2_has_the_papers_value_and_the_difference_beside_ours(text):
    cells = row(text, "## Table 2", "**SG-CLDFF**")
    ours, paper, difference = cells[10:13]
    assert paper == "0.82 ± 0.01"
    assert float(difference.replace("−", "-")) == pytest.approx(100 * (float(ours.split()[0]) - 0.82), abs=0.11)


def test_a_test_that_leaks_on_purpose_says_so(run, document):
    run.settings["leakage"] = {"honest": "bccd", "inflated": "jtsc"}
    run.settings["scenarios"] |= {"by_image": [["jtsc", "jtsc"]], "apart": [["bccd", "bccd"]]}
    text = document(run.with_files(splits={"bccd": (), "jtsc": ()}))
    section = text[text.index("## By-image") :]
    leaking, apart = section[: section.index("## Apart")], section[section.index("## Apart") :]
    assert "split and has seen copies of its images, on purpose" in leaking and "seen none of" not in leaking
    assert "split and has seen none of its images" in apart


def test_every_row_tells_its_seeds_and_images(text):
    assert row(text, "## Table 2", "UNet++")[-2:] == ["3", "36"]
    assert row(text, "Table 2 on JTSC", "UNet++")[-2:] == ["3", "12"]


def test_a_row_with_fewer_seeds_than_configured_says_so(run, document):
    run.settings["seeds"] = [0, 1, 2, 3, 4]
    assert row(document(run), "## Table 2", "UNet++")[-2] == "3 of 5"


def test_a_cell_with_fewer_seeds_than_its_row_says_so(run, document):
    summary = pd.read_csv(run.files.statistics["summary"])
    summary.loc[(summary["method"] == "unetpp") & (summary["metric"] == "auc"), "n_seeds"] = 2
    run.change("summary", lambda _: summary)
    assert row(document(run), "## Table 2", "UNet++")[7].endswith("(n = 2)")


def test_what_was_not_run_is_shown_as_not_run(run, document):
    text = document(run)
    of_table_2, of_table_3 = (section(text, f"## Table {number}") for number in (2, 3))
    assert "Not run: Without saliency, Without both" in of_table_3
    assert "| Without saliency" not in of_table_3
    without = next(line for line in of_table_2.splitlines() if line.startswith("In the paper, and not among"))
    assert "Luo et al. (2024)" in without
    assert "- **Alignment helps across stains**: not run." in text


def test_a_metric_that_a_method_does_not_give_is_a_dash(text):
    assert row(text, "## Table 2", "Thresholding")[7:10] == ["—", "—", "—"]


def test_every_direction_of_a_transfer_has_its_column(text):
    assert "JTSC → CellaVision | CellaVision → JTSC" in re.sub(" +", " ", text[text.index("Cross-stain, IoU") :])
    assert len(row(text, "Domain-shift, F1", "UNet++")) == 7


def test_a_verdict_stands_in_words_with_interval_margin_and_bound(text):
    assert (
        "- **Fusion helps under domain shift: holds: at least +1.65 (one-sided 95%).** SG-CLDFF minus Without "
        "fusion: +2.90 points of F1 "
        "(95% interval +1.10 to +4.70, 3 seeds). The claimed margin is 1.5 points, the lower bound +1.65"
    ) in text


def test_below_every_table_with_a_spread_stands_what_it_is_over(text):
    # Tables of claims quote the paper's spread; their legend says what is printed.
    blocks = [block for block in text.split("\n\n") if not re.match(r"\| Claim +\|", block)]
    lines = [line for block in blocks for line in block.splitlines() if line]
    spreads = [i for i, line in enumerate(lines) if line.startswith("|") and re.search(r"\d ± \d", line)]
    last_rows = [i for i in spreads if not lines[i + 1].startswith("|")]
    assert len(last_rows) > 10
    explained = "± : standard deviation over the 3 seeds (n − 1), not over images and not a standard error."
    assert all(lines[i + 1].startswith(explained) for i in last_rows)


def test_a_single_seed_has_no_spread_and_the_tables_say_so(run, document):
    run.change("runs", lambda runs: runs[runs["seed"] == 0])
    assert "± : a single seed has no standard deviation." in document(run)


def test_a_difference_that_allows_no_test_has_its_note_and_no_p(text):
    cells = row(text, "## SG-CLDFF against each method", "Control: oracle")
    assert cells[3:] == ["—", "—", "2", "—", "—", "—", "—", "3", "constant difference"]


def test_methods_are_compared_in_the_order_of_the_configuration(text):
    section = text[text.index("## SG-CLDFF against each method") : text.index("ablations on BCCD alone")]
    order = ["| Without fusion", "| Thresholding", "| UNet++", "| Control: oracle", "| Control: chance"]
    places = [section.index(title) for title in order]
    assert places == sorted(places)


def test_what_was_run_tells_devices_times_and_commits(text):
    assert row(text, "## What was run", "Device")[1] == "CPU"
    assert row(text, "## What was run", "Fits")[1] == "54, 11 min in all"
    assert row(text, "## What was run", "Commit of the fits")[1] == "c0ffee"
    assert row(text, "## What was run", "Versions of the fits")[1] == "python 3.11.9, torch 2.0"


def test_table_3_says_where_it_was_made_when_bccd_is_missing(run, document):
    run.settings["datasets"] = {"jtsc": dataset("JTSC")}
    run.settings["scenarios"] = {"in_domain": [["jtsc", "jtsc"]]}
    text = document(run)
    assert "which is not among the datasets of this run" in text
    assert "**Table 3 on JTSC" in text


def test_images_left_out_of_a_mean_are_counted(run, document):
    runs = pd.read_csv(run.files.runs)
    runs.loc[(runs["method"] == "chance") & (runs["tested_on"] == runs["trained_on"]), "n_empty_truth"] = 2
    runs.to_csv(run.files.runs, index=False)
    assert "- Control: chance: 18 × truth empty and a cell predicted (IoU 0, counted)" in document(run)


def test_a_single_arm_alone_has_its_rows_and_the_others_are_not_run(run, document):
    for name in ("runs", "summary"):
        run.change(name, lambda table: table[table["method"] == "no_fusion"])
    for name in ("comparisons", "hypotheses"):
        run.change(name, lambda table: table.head(0))
    text = document(run)
    assert "Not run: SG-CLDFF" in section(text, "## Table 3")
    assert "±" in row(text, "## Table 3", "Without fusion")[1]
