"""The pages of the report in Markdown: the first one, paper_tables.md, and PAGES, which it links."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sgcldff.config.experiment import IN_DOMAIN, REFERENCE
from sgcldff.reporting.figure_captions import counted_otherwise, figure_captions
from sgcldff.reporting.files import FIGURES, PAGES, ReportFiles
from sgcldff.reporting.paper_values import contradictions
from sgcldff.reporting.scenarios import Scenario, lost_scenarios, merged
from sgcldff.reporting.sections.answer import answer
from sgcldff.reporting.sections.attention import attention_section
from sgcldff.reporting.sections.audit import audit_section
from sgcldff.reporting.sections.availability import where_to_get, without_note
from sgcldff.reporting.sections.beside_the_paper import (
    PAPER_ABLATION_DATASET,
    TABLE_2_METRICS,
    TABLE_3_ROLES,
    table_2,
    table_3,
)
from sgcldff.reporting.sections.claims import claims_section
from sgcldff.reporting.sections.costs import costs_section
from sgcldff.reporting.sections.datasets import Audit, datasets_section, read_facts
from sgcldff.reporting.sections.explanations import explanations_section
from sgcldff.reporting.sections.failures import failures_section
from sgcldff.reporting.sections.figure_list import figures_section
from sgcldff.reporting.sections.first_tables import first_hypotheses, first_table_2, first_table_3, first_transfer
from sgcldff.reporting.sections.further_metrics import FURTHER_METRICS, further_metrics
from sgcldff.reporting.sections.hypotheses import hypotheses_section
from sgcldff.reporting.sections.interactions import interactions_section
from sgcldff.reporting.sections.leakage import leakage_section, read_siblings
from sgcldff.reporting.sections.levels import level_in_domain, levels_under_shift
from sgcldff.reporting.sections.machines import machine_count, machines_section
from sgcldff.reporting.sections.overview import PAPER, header, how_to_read, in_three_lines, what_was_run
from sgcldff.reporting.sections.per_class import per_class
from sgcldff.reporting.sections.related_work import related_work_section
from sgcldff.reporting.sections.robustness import robustness_section
from sgcldff.reporting.sections.shift_controls import remedies_in_words, shift_controls_section
from sgcldff.reporting.sections.significance import significance_section
from sgcldff.reporting.sections.strata import shown_methods, strata_section
from sgcldff.reporting.sections.training import training_section
from sgcldff.reporting.sections.transfer import lost_scenario, scenario_section
from sgcldff.reporting.shown import Shown
from sgcldff.tables.robustness import ROBUSTNESS_METRICS

FIRST = "paper_tables"
FIRST_FIGURE = "answer"
NOTHING_TO_SHOW = "This run has nothing to show here."


@dataclass(frozen=True)
class Material:
    """What the pages are made of. measured: the tables of what was measured; failed: as `failed_runs` gives it."""

    shown: Shown
    files: ReportFiles
    provenance: Mapping[str, Any]
    measured: Mapping[str, pd.DataFrame]
    failed: Mapping[tuple[str, str, int], str]
    costs: pd.DataFrame
    audit: Audit


def pages(material: Material) -> dict[str, str]:
    """FIRST and then those of PAGES that there are, ready Markdown; one for which the run has nothing says so."""
    bodies = {name: "\n\n".join(filter(None, sections)) for name, sections in _sections(material).items()}
    experiment = material.shown.experiment
    top = header(experiment.name, experiment.synthetic, experiment.scale)
    back = f"[First page]({_link(material.files.document, _folder(material.files))})"
    texts = {FIRST: "\n\n".join(filter(None, [top, PAPER, *_first_page(material, bodies)])) + "\n"}
    for name in material.files.pages:
        title, _ = PAGES[name]
        texts[name] = "\n\n".join([top, f"{back} · {title}", bodies[name] or NOTHING_TO_SHOW]) + "\n"
    return texts


def _first_page(material: Material, bodies: Mapping[str, str]) -> list[str]:
    """Two screens, then the tables that the paper has; bodies: of the pages, "" where there is nothing to link."""
    shown, files, measured = material.shown, material.files, material.measured
    experiment, titles, statistics = shown.experiment, shown.titles, shown.statistics
    in_domain = shown.scenarios[IN_DOMAIN]
    beside = files.document.parent
    links = {name: _link(file, beside) for name, file in files.pages.items()}
    shifts = _shifts(shown)
    transfers = [scenario for scenario in shifts if not scenario.axes]
    more = bool(experiment.further_seeds)
    return [
        in_three_lines(
            datasets=[titles.dataset(name) for name in experiment.datasets],
            classes=shown.every_class,
            size=experiment.size,
            seeds=sorted(int(seed) for seed in shown.results.runs["seed"].unique()),
            further_seeds=experiment.further_seeds,
            epochs=experiment.training.epochs,
            methods=shown.methods,
            runs=shown.results.runs,
            provenance=material.provenance,
            failed=len(material.failed),
            page=links["run"],
        ),
        answer(
            experiment.hypotheses,
            statistics["hypotheses"],
            experiment.interactions,
            statistics["interactions"],
            statistics["claims"],
            links["claims"],
            [
                *level_in_domain(measured["table2"]),
                *levels_under_shift(titles, transfers, measured, statistics["comparisons"]),
            ],
            remedies_in_words(shown.methods, REFERENCE, _endpoints(shown, shifts), statistics["shift_controls"]),
        ),
        f"![{FIGURES[FIRST_FIGURE]}]({_link(files.figures[FIRST_FIGURE][1], beside)})"
        if FIRST_FIGURE in files.figures
        else "",
        first_table_2(titles, shown.methods, in_domain, measured["table2"], shown.seeds, links["tables"]),
        first_table_3(titles, measured["table3"], shown.seeds, PAPER_ABLATION_DATASET in experiment.datasets, more),
        first_transfer(titles, shown.methods, transfers, measured, shown.seeds, links.get("transfer"), more),
        first_hypotheses(titles, experiment.hypotheses, statistics["hypotheses"], links.get("hypotheses")),
        "\n".join(
            ["## Further pages", ""]
            + [
                f"- [{title}]({links[name]}): {about}"
                for name, (title, about) in PAGES.items()
                if bodies[name] and name in links
            ]
            + [f"- `{_link(files.tables['runs'].parent, beside)}/`: every table as CSV"]
        ),
    ]


def _shifts(shown: Shown) -> list[Scenario]:
    """The scenarios beside the in-domain one that hypotheses are about, those of the same pairs as one.

    Without a hypothesis, those that test on another dataset than the one that was trained on.
    """
    claimed = dict.fromkeys(one.scenario for one in shown.experiment.hypotheses.values())
    chosen = [shown.scenarios[name] for name in claimed if name in shown.scenarios and name != IN_DOMAIN]
    return merged(chosen or [each for each in shown.scenarios.values() if not (each.own_subsets or each.axes)])


def _endpoints(shown: Shown, shifts: Sequence[Scenario]) -> list[tuple[Scenario, str]]:
    """Every metric of the hypotheses about a shift, in each shift."""
    metrics = dict.fromkeys(
        one.metric
        for one in shown.experiment.hypotheses.values()
        if any(one.scenario in scenario.names for scenario in shifts)
    )
    return [(scenario, metric) for scenario in shifts for metric in metrics]


def _sections(material: Material) -> dict[str, list[str]]:
    """Name of a page -> its sections; "" where the run has nothing for one."""
    shown, files, provenance, measured = material.shown, material.files, material.provenance, material.measured
    experiment, titles, methods, statistics = shown.experiment, shown.titles, shown.methods, shown.statistics
    runs, scenarios, seeds, absent = shown.results.runs, shown.scenarios, shown.seeds, experiment.absent
    in_domain = scenarios[IN_DOMAIN]
    own_runs = runs[
        (runs["trained_on"] == runs["tested_on"]) & runs["trained_on"].isin([first for first, _ in in_domain.pairs])
    ]
    classes = measured["per_class"]
    links = {name: _link(file, _folder(files)) for name, file in files.tables.items()}
    return {
        "tables": [
            table_2(
                titles, in_domain, measured["table2"], seeds, shown.without_truth(in_domain, TABLE_2_METRICS), absent
            ),
            table_3(titles, measured["table3"], seeds, PAPER_ABLATION_DATASET in experiment.datasets),
            related_work_section(titles, in_domain, measured["related_work"], seeds),
        ],
        "classes": [
            further_metrics(
                titles,
                methods,
                measured["further_metrics"],
                own_runs,
                seeds,
                shown.without_truth(in_domain, FURTHER_METRICS),
                experiment.size,
            ),
            per_class(
                titles,
                REFERENCE,
                classes[(classes["method"] == REFERENCE) & (classes["scenario"] == IN_DOMAIN)],
                seeds.measured,
                links["per_class"],
            ),
            strata_section(
                titles,
                shown_methods(shown.results, in_domain, methods),
                in_domain.pairs,
                statistics["strata"],
                seeds.measured,
                links["strata"],
            ),
        ],
        "transfer": [
            *_transfer(shown, measured),
            *(lost_scenario(titles, scenario, absent) for scenario in lost_scenarios(experiment)),
            shift_controls_section(
                titles,
                methods,
                experiment.hypotheses,
                statistics["hypotheses"],
                statistics["shift_controls"],
                links["shift_controls"],
            ),
        ],
        "robustness": [
            robustness_section(
                titles,
                REFERENCE,
                methods,
                experiment.axes(),
                statistics["robustness"],
                _notes_by_axis(shown),
                links["robustness"],
            )
        ],
        "attention": [
            attention_section(titles, REFERENCE, methods, statistics["attention"], links["attention"]),
            explanations_section(titles, REFERENCE, measured["explanations"], links["explanations"]),
        ],
        "leakage": [
            leakage_section(
                titles,
                REFERENCE,
                methods,
                experiment.leakage,
                statistics["leakage"],
                {name: read_siblings(files.indexes[name], splits) for name, splits in files.splits.items()},
            )
        ],
        "hypotheses": [
            hypotheses_section(titles, experiment.hypotheses, statistics["hypotheses"]),
            interactions_section(titles, experiment.interactions, statistics["interactions"]),
        ],
        "significance": [
            significance_section(titles, REFERENCE, methods, scenarios, statistics["comparisons"], links["comparisons"])
        ],
        "claims": [claims_section(titles, statistics["claims"], links["claims"])],
        "audit": [
            audit_section(
                "What the paper's printed numbers allow",
                statistics["audit_comparisons"],
                statistics["audit_findings"],
                statistics["audit_claims"],
                contradictions(),
            )
        ],
        "costs": [costs_section(titles, material.costs, experiment.size, machine_count(provenance["fits"]))],
        "datasets": [
            datasets_section(
                titles,
                {name: read_facts(file) for name, file in files.facts.items()},
                {name: _link(file, _folder(files)) for name, file in files.cards.items()},
                material.audit,
                absent,
            )
        ],
        "training": [training_section(titles, methods, measured["training_curves"])],
        "figures": [
            figures_section(
                titles,
                figure_captions(
                    {name: FIGURES[name] for name in files.figures},
                    REFERENCE,
                    IN_DOMAIN,
                    scenarios,
                    experiment.hypotheses,
                    shown.every_run,
                    experiment.seeds,
                    counted_otherwise(
                        measured["training_curves"],
                        {
                            "training_curves": [each.key for each in methods if each.role in TABLE_3_ROLES],
                            "training_curves_others": [each.key for each in methods if each.role not in TABLE_3_ROLES],
                        },
                        measured["explanations"],
                    ),
                ),
                {name: _link(png, _folder(files)) for name, (_, png) in files.figures.items()},
                _link(files.tables["runs"].parent, _folder(files)),
            )
        ],
        "run": [
            what_was_run(
                name=experiment.name,
                datasets=[titles.dataset(name) for name in experiment.datasets],
                classes=shown.every_class,
                size=experiment.size,
                seeds=experiment.seeds,
                further_seeds=experiment.further_seeds,
                training=experiment.training,
                methods=methods,
                runs=shown.every_run,
                provenance=provenance,
            ),
            machines_section(titles, provenance["fits"]),
            failures_section(titles, material.failed, provenance["fits"]),
            how_to_read(),
        ],
    }


def _transfer(shown: Shown, measured: Mapping[str, pd.DataFrame]) -> list[str]:
    """The scenarios with a section of their own: the others are Tables 2 and 3 and the robustness curves."""
    return [
        scenario_section(
            shown.titles,
            scenario,
            measured[scenario.name],
            shown.seeds,
            shown.without_truth(scenario, TABLE_2_METRICS),
            shown.experiment.absent,
        )
        for scenario in merged(shown.scenarios.values())
        if scenario.name != IN_DOMAIN and not scenario.axes
    ]


def _notes_by_axis(shown: Shown) -> dict[str, list[str]]:
    """What the means along each axis go without."""
    notes: dict[str, list[str]] = {axis: [] for axis in shown.experiment.axes()}
    for scenario in shown.scenarios.values():
        for axis in scenario.axes:
            notes[axis] += without_note(shown.titles, shown.without_truth(scenario, ROBUSTNESS_METRICS))
            notes[axis] += [where_to_get(shown.experiment.absent, scenario.absent)] if scenario.absent else []
    return notes


def _folder(files: ReportFiles) -> Path:
    """Where PAGES lie."""
    return next(iter(files.pages.values())).parent


def _link(file: Path, folder: Path) -> str:
    """The file as a page in this folder links to it."""
    return Path(os.path.relpath(file, folder)).as_posix()
