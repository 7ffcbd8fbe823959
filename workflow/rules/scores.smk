# prediction -> score -> statistics; `selection` is empty, or the folder of a single method's target.


rule score:
    input:
        predictions=predictions_of,
        joined=joined_bundles,
        costs=joined_costs,
        code=code("score"),
    output:
        runs=LAYOUT.method_runs("{method}"),
        scores=LAYOUT.method_scores("{method}"),
        confusion=LAYOUT.method_confusion("{method}"),
        cells=LAYOUT.method_cells("{method}"),
    log:
        LAYOUT.log("score", "{method}"),
    group:
        "score"
    conda:
        LIGHT
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        stage="sgcldff.stages.score",
        settings=params_of(settings.score_settings(EXPERIMENT)),
    message:
        "score {wildcards.method}"
    script:
        SCRIPT


rule explain:
    input:
        **LAYOUT.prepared("{dataset}"),
        weights=LAYOUT.fit("{dataset}", "{method}", "{seed}")["weights"],
        record=LAYOUT.fit("{dataset}", "{method}", "{seed}")["record"],
        prediction=LAYOUT.prediction("{dataset}", "{method}", "{seed}", "{dataset}"),
        code=code("explain"),
    output:
        **LAYOUT.explanations("{dataset}", "{method}", "{seed}"),
    log:
        LAYOUT.log("explain", "{dataset}", "{method}", "seed-{seed}"),
    conda:
        TORCH
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=growing(10),
    params:
        stage="sgcldff.stages.explain",
    message:
        "explain {wildcards.method} on {wildcards.dataset}, seed {wildcards.seed}"
    script:
        SCRIPT


rule architecture:
    input:
        weights=LAYOUT.fit("{trained_on}", "{method}", "{seed}")["weights"],
        record=LAYOUT.fit("{trained_on}", "{method}", "{seed}")["record"],
        code=code("architecture"),
    output:
        architecture=LAYOUT.architecture("{trained_on}", "{method}", "{seed}"),
    log:
        LAYOUT.log("architecture", "{trained_on}", "{method}", "seed-{seed}"),
    conda:
        TORCH
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=growing(10),
    params:
        stage="sgcldff.stages.architecture",
    message:
        "architecture of {wildcards.method}"
    script:
        SCRIPT


rule attention:
    input:
        **LAYOUT.prepared("{dataset}"),
        split=LAYOUT.split("{dataset}", "{seed}"),
        weights=LAYOUT.fit("{dataset}", "{method}", "{seed}")["weights"],
        record=LAYOUT.fit("{dataset}", "{method}", "{seed}")["record"],
        code=partial(method_code, "attention"),
    output:
        attention=LAYOUT.attention("{dataset}", "{method}", "{seed}"),
    log:
        LAYOUT.log("attention", "{dataset}", "{method}", "seed-{seed}"),
    group:
        method_group
    conda:
        TORCH
    threads: method_threads
    resources:
        gpu=method_gpus,
        fits_per_gpu=EXPERIMENT.fits_per_gpu,
        mem_mb=growing(8000),
        runtime=growing(20 if ON_GPU else 60),
    params:
        stage="sgcldff.stages.attention",
        settings=attention_settings,
        threads=configured_threads,
    message:
        "attention of {wildcards.method} on {wildcards.dataset}, seed {wildcards.seed}"
    script:
        SCRIPT


rule gather:
    input:
        runs=partial(of_methods, LAYOUT.method_runs),
        scores=partial(of_methods, LAYOUT.method_scores),
        confusion=partial(of_methods, LAYOUT.method_confusion),
        cells=partial(of_methods, LAYOUT.method_cells),
        code=code("gather"),
    output:
        runs=RESULTS / "{selection}runs.csv",
        scores=RESULTS / "{selection}scores.parquet",
        confusion=RESULTS / "{selection}confusion.csv",
        cells=RESULTS / "{selection}cells.csv",
    log:
        RESULTS / "{selection}logs/gather.log",
    conda:
        LIGHT
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=growing(10),
    params:
        stage="sgcldff.stages.gather",
    message:
        "gather the scores"
    script:
        SCRIPT


rule statistics:
    input:
        runs=RESULTS / "{selection}runs.csv",
        scores=RESULTS / "{selection}scores.parquet",
        attention=attention_measured,
        cells=RESULTS / "{selection}cells.csv",
        claims=shipped(PAPER_CLAIMS),
        printed=shipped(PAPER_TABLES),
        numbers_in_text=shipped(PAPER_NUMBERS_IN_TEXT),
        costs=fit_costs,
        code=code("statistics"),
    output:
        **{name: RESULTS / f"{{selection}}statistics/{name}.csv" for name in STATISTICS},
    log:
        RESULTS / "{selection}logs/statistics.log",
    conda:
        LIGHT
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=growing(30),
    params:
        stage="sgcldff.stages.statistics",
        settings=statistics_settings,
    message:
        "statistics"
    script:
        SCRIPT
