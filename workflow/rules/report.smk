FIGURES = ["roc"]
rule report:
    input:
        runs=RESULTS / "{selection}runs.csv",
        statistics=[RESULTS / f"{{selection}}statistics/{name}.csv" for name in STATISTICS],
    output:
        REPORTS / "{selection}paper_tables.md",
    log: RESULTS / "{selection}logs/report.log"
    params: stage="report"
    script: SCRIPT
