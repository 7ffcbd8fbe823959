# statistics -> report

FIGURES = [
    "roc",
    "precision_recall",
    "iou_by_class",
    "iou_by_method",
    "hypotheses",
    "power",
    "robustness",
    "explanations",
]
CURVES = ["roc", "precision_recall", "power"]
EVERY_TABLE = [*TABLES, *(scenario for scenario in config["scenarios"] if scenario != "in_domain")]


rule report:
    input:
        [RESULTS / f"{{selection}}statistics/{name}" for name in STATISTICS_FILES],
        RESULTS / "{selection}runs.csv",
        RESULTS / "{selection}scores.parquet",
        lambda wildcards: [
            file
            for dataset in TESTS
            for method in selected(wildcards.selection)
            for seed in SEEDS
            for file in (LAYOUT.fit(dataset, method, seed) / "fit.json", LAYOUT.cost(dataset, method, seed))
        ],
        [LAYOUT.explanations(dataset, "full", SEEDS[0]) for dataset, _ in config["scenarios"]["in_domain"]],
        [REPORTS / "datasets" / dataset / name for dataset in DATASETS for name in CARD_FILES],
        [LAYOUT.leakage() / name for name in LEAKAGE_FILES],
        [LAYOUT.split(dataset, seed) for dataset in (config["leakage"] or {}).values() for seed in SEEDS],
        code=code("sgcldff.reporting.report"),
        printed="sgcldff/reporting/printed.csv",
    output:
        report(REPORTS / "{selection}paper_tables.md", caption="../report/paper_tables.rst", category="Tables"),
        REPORTS / "{selection}provenance.json",
        [
            report(REPORTS / f"{{selection}}figures/{name}.svg", caption=f"../report/{name}.rst", category="Figures")
            for name in FIGURES
        ],
        [REPORTS / f"{{selection}}figures/{name}.png" for name in FIGURES],
        [REPORTS / f"{{selection}}figures/{name}.csv" for name in CURVES],
        [REPORTS / f"{{selection}}tables/{name}.csv" for name in EVERY_TABLE],
    log:
        RESULTS / "{selection}logs/report.log",
    benchmark:
        RESULTS / "{selection}benchmarks/report.jsonl"
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        # Not sorted: the order of the configuration is the order of the tables.
        settings=lambda wildcards: json.dumps(
            {"config": reported(wildcards.selection), "methods": selected(wildcards.selection), "tests": TESTS}
        ),
        results=lambda wildcards: str(RESULTS),
        computed=lambda wildcards: str(RESULTS / wildcards.selection),
        cards=lambda wildcards: str(REPORTS / "datasets"),
        reports=lambda wildcards: str(REPORTS / wildcards.selection),
    message:
        "report"
    shell:
        command(
            "report --settings {params.settings:q} --results {params.results:q} --computed {params.computed:q}"
            " --cards {params.cards:q} --reports {params.reports:q}"
        )
