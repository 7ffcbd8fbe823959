# prediction -> score -> statistics; `selection` is empty, or the folder of a single method's target.

PAIRS = [(trained_on, tested_on) for trained_on in TESTS for tested_on in TESTS[trained_on]]


rule score:
    input:
        lambda wildcards: [
            LAYOUT.prediction(trained_on, wildcards.method, seed, tested_on)
            for trained_on, tested_on in PAIRS
            for seed in SEEDS
        ],
        code=code("sgcldff.evaluation.score", "sgcldff.evaluation.stain_curves"),
    output:
        LAYOUT.method_runs("{method}"),
        LAYOUT.method_scores("{method}"),
    log:
        RESULTS / "logs/score/{method}.log",
    benchmark:
        RESULTS / "benchmarks/score/{method}.jsonl"
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        settings=lambda wildcards: settings(method=wildcards.method, pairs=PAIRS, seeds=SEEDS, axes=AXES),
        results=lambda wildcards: str(RESULTS),
    message:
        "score {wildcards.method}"
    shell:
        command("score --settings {params.settings:q} --results {params.results:q}")


rule explain:
    input:
        [LAYOUT.fit("{dataset}", "{method}", "{seed}") / name for name in FIT_FILES],
        [LAYOUT.prepared("{dataset}") / name for name in PREPARED_FILES],
        prediction=LAYOUT.prediction("{dataset}", "{method}", "{seed}", "{dataset}"),
        code=code("sgcldff.evaluation.attribution"),
    output:
        LAYOUT.explanations("{dataset}", "{method}", "{seed}"),
    log:
        RESULTS / "logs/explain/{dataset}/{method}/seed-{seed}.log",
    benchmark:
        RESULTS / "benchmarks/explain/{dataset}/{method}/seed-{seed}.jsonl"
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=4000,
        runtime=10,
    params:
        fit=lambda wildcards: str(LAYOUT.fit(wildcards.dataset, wildcards.method, wildcards.seed)),
        prepared=lambda wildcards: str(LAYOUT.prepared(wildcards.dataset)),
    message:
        "explain {wildcards.method} on {wildcards.dataset}, seed {wildcards.seed}"
    shell:
        command(
            "explain --fit {params.fit:q} --prediction {input.prediction:q} --prepared {params.prepared:q}"
            " --out {output:q}"
        )


rule gather:
    input:
        lambda wildcards: [LAYOUT.method_runs(method) for method in selected(wildcards.selection)],
        lambda wildcards: [LAYOUT.method_scores(method) for method in selected(wildcards.selection)],
        code=code("sgcldff.evaluation.gather"),
    output:
        RESULTS / "{selection}runs.csv",
        RESULTS / "{selection}scores.parquet",
    log:
        RESULTS / "{selection}logs/gather.log",
    benchmark:
        RESULTS / "{selection}benchmarks/gather.jsonl"
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=4000,
        runtime=10,
    params:
        settings=lambda wildcards: settings(methods=selected(wildcards.selection)),
        results=lambda wildcards: str(RESULTS),
        out=lambda wildcards: str(RESULTS / wildcards.selection),
    message:
        "gather the scores"
    shell:
        command("gather --settings {params.settings:q} --results {params.results:q} --out {params.out:q}")


rule statistics:
    input:
        runs=RESULTS / "{selection}runs.csv",
        scores=RESULTS / "{selection}scores.parquet",
        code=code("sgcldff.statistics", *STATISTICS_CODE),
        paper=[f"sgcldff/reporting/{name}.csv" for name in ("claims", "printed", "printed_claims")],
    output:
        [RESULTS / f"{{selection}}statistics/{name}" for name in STATISTICS_FILES],
    log:
        RESULTS / "{selection}logs/statistics.log",
    benchmark:
        RESULTS / "{selection}benchmarks/statistics.jsonl"
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        settings=statistics_settings,
        out=lambda wildcards: str(RESULTS / wildcards.selection / "statistics"),
    message:
        "statistics"
    shell:
        command(
            "statistics --settings {params.settings:q} --runs {input.runs:q} --scores {input.scores:q} --out {params.out:q}"
        )
