# statistics -> report -> the end of a run, and what of it is shipped

EVERY_TABLE = [*TABLES, *(scenario for scenario in EXPERIMENT.scenarios if scenario != IN_DOMAIN)]
OWN = [name for name, tested_on in TESTS.items() if name in tested_on]  # fits that are tested on their own test subset
SHOWN_FIGURES, SHOWN_PAGES = figures_of(EXPERIMENT), pages_of(EXPERIMENT)
SHOWN_IMAGES = {
    name: LAYOUT.explanations(name, REFERENCE, seed) for name in EXPLAINED if (seed := explained_seed(name)) is not None
}
# Of a dataset whose weights are all elsewhere, what was measured there came with its bundle, without the images.
EXPLAINED_FACTS = explained_facts(EXPERIMENT, LAYOUT) | {name: files["facts"] for name, files in SHOWN_IMAGES.items()}
DIVIDED_TWICE = list(EXPERIMENT.leakage.model_dump().values()) if EXPERIMENT.leakage else []


rule report:
    input:
        **LAYOUT.leakage(),
        runs=RESULTS / "{selection}runs.csv",
        scores=RESULTS / "{selection}scores.parquet",
        confusion=RESULTS / "{selection}confusion.csv",
        statistics=[RESULTS / f"{{selection}}statistics/{name}.csv" for name in STATISTICS],
        predictions=[LAYOUT.prediction(name, REFERENCE, seed, name) for name in OWN for seed in SEEDS],
        fits=fit_records,
        histories=fit_histories,
        costs=fit_costs,
        architecture=built_blocks(EXPERIMENT, LAYOUT),
        explanations=[files["maps"] for files in SHOWN_IMAGES.values()],
        explained=list(EXPLAINED_FACTS.values()),
        index=[LAYOUT.prepared(dataset)["index"] for dataset in DATASETS],
        dropped=[LAYOUT.dropped(dataset) for dataset in DATASETS],
        splits=[LAYOUT.split(dataset, seed) for dataset in DIVIDED_TWICE for seed in SEEDS],
        facts=[card_files(dataset)["facts"] for dataset in DATASETS],
        cards=[card_files(dataset)["readme"] for dataset in DATASETS],
        printed=[shipped(file) for file in (PAPER_TABLES, PAPER_RELATED_WORK, PAPER_CONTRADICTIONS)],
        parts=[shipped(file) for file in (HTML_TEMPLATE, *HTML_STYLES, *HTML_SCRIPTS)],
        code=code("report"),
    output:
        document=report(REPORTS / "{selection}paper_tables.md", caption="../report/paper_tables.rst", category="Tables"),
        html=REPORTS / "{selection}report.html",
        pages=[REPORTS / f"{{selection}}pages/{name}.md" for name in SHOWN_PAGES],
        provenance=REPORTS / "{selection}provenance.json",
        svg=[
            report(REPORTS / f"{{selection}}figures/{name}.svg", caption=f"../report/{name}.rst", category="Figures")
            for name in SHOWN_FIGURES
        ],
        png=[REPORTS / f"{{selection}}figures/{name}.png" for name in SHOWN_FIGURES],
        curves=[REPORTS / f"{{selection}}figures/{name}.csv" for name in CURVES if name in SHOWN_FIGURES],
        tables=[REPORTS / f"{{selection}}tables/{name}.csv" for name in EVERY_TABLE],
    log:
        RESULTS / "{selection}logs/report.log",
    conda:
        LIGHT
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=growing(30),
    params:
        stage="sgcldff.stages.report",
        settings=report_settings,
        captions=FIGURES,
    message:
        "report"
    script:
        SCRIPT


rule complete:
    input:
        document=REPORTS / "{selection}paper_tables.md",
        fits=fit_records,
        costs=fit_costs,
        code=code("complete"),
    output:
        complete=RESULTS / "{selection}complete",
    log:
        RESULTS / "{selection}logs/complete.log",
    localrule: True
    conda:
        LIGHT
    threads: 1
    params:
        stage="sgcldff.stages.complete",
    message:
        "look for what failed"
    script:
        SCRIPT


rule ship:
    """Copy the finished run to reports/reference/<its name>/, where `sgcldff verify` works its statistics out again."""
    input:
        document=REPORTS / "paper_tables.md",
        complete=RESULTS / "complete",
        code=code("ship"),
    output:
        shipped=directory(f"reports/reference/{EXPERIMENT.name}"),
    log:
        LAYOUT.log("ship"),
    conda:
        LIGHT
    threads: 1
    params:
        stage="sgcldff.stages.ship",
        settings={"results": EXPERIMENT.results, "reports": EXPERIMENT.reports},
    message:
        "ship the run"
    script:
        SCRIPT
