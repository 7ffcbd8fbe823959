# statistics -> report

FIGURES = ["roc", "precision_recall", "iou_by_class", "iou_by_method", "hypotheses"]


rule report:
    input:
        [RESULTS / f"{{selection}}statistics/{name}" for name in STATISTICS_FILES],
        RESULTS / "{selection}runs.csv",
        RESULTS / "{selection}scores.parquet",
        lambda wildcards: [
            LAYOUT.fit(dataset, method, seed) / "fit.json"
            for dataset in DATASETS
            for method in selected(wildcards.selection)
            for seed in SEEDS
        ],
        code=code("sgcldff.reporting.report"),
    output:
        REPORTS / "{selection}paper_tables.md",
        REPORTS / "{selection}provenance.json",
        [REPORTS / f"{{selection}}figures/{name}.{kind}" for name in FIGURES for kind in ("png", "svg")],
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
        settings=lambda wildcards: settings(config=config, methods=selected(wildcards.selection)),
        results=str(RESULTS),
        computed=lambda wildcards: str(RESULTS / wildcards.selection),
        reports=lambda wildcards: str(REPORTS / wildcards.selection),
    message:
        "report"
    shell:
        RUN
        + " report --settings {params.settings:q} --results {params.results:q} --computed {params.computed:q}"
        + " --reports {params.reports:q} "
        + LOGGED
