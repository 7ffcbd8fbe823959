# source -> prepared -> split


rule fetch:
    input:
        code=lambda wildcards: code("sgcldff.data.source", module_of(DATASETS[wildcards.dataset])),
    output:
        touch(RAW / "{dataset}.fetched"),
    log:
        RAW / "logs/fetch/{dataset}.log",
    benchmark:
        RAW / "benchmarks/fetch/{dataset}.jsonl"
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=1000,
        runtime=120,
    params:
        settings=lambda wildcards: settings(
            **{key: DATASETS[wildcards.dataset][key] for key in ("class", "arguments")},
            mirror=config["mirror"],
        ),
        raw=str(RAW / "{dataset}"),
    message:
        "fetch {wildcards.dataset}"
    shell:
        RUN + " fetch --settings {params.settings:q} --raw {params.raw:q} 2>&1 | tee {log}"


rule prepare:
    input:
        RAW / "{dataset}.fetched",
        code=lambda wildcards: code("sgcldff.data.prepare", module_of(DATASETS[wildcards.dataset])),
    output:
        [LAYOUT.prepared("{dataset}") / name for name in PREPARED_FILES],
    log:
        RESULTS / "logs/prepare/{dataset}.log",
    benchmark:
        RESULTS / "benchmarks/prepare/{dataset}.jsonl"
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        settings=lambda wildcards: settings(
            **{key: DATASETS[wildcards.dataset][key] for key in ("class", "arguments", "labels")},
            dataset=wildcards.dataset,
            size=config["size"],
            classes=config["classes"],
            mirror=config["mirror"],
        ),
        raw=str(RAW / "{dataset}"),
        out=str(LAYOUT.prepared("{dataset}")),
    message:
        "prepare {wildcards.dataset}"
    shell:
        RUN + " prepare --settings {params.settings:q} --raw {params.raw:q} --out {params.out:q} " + LOGGED


rule split:
    input:
        LAYOUT.prepared("{dataset}") / "index.csv",
        code=code("sgcldff.data.split"),
    output:
        LAYOUT.split("{dataset}", "{seed}"),
    log:
        RESULTS / "logs/split/{dataset}/seed-{seed}.log",
    benchmark:
        RESULTS / "benchmarks/split/{dataset}/seed-{seed}.jsonl"
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        settings=settings(split=config["split"]),
        prepared=str(LAYOUT.prepared("{dataset}")),
    message:
        "split {wildcards.dataset} for seed {wildcards.seed}"
    shell:
        RUN
        + " split --prepared {params.prepared:q} --settings {params.settings:q} --seed {wildcards.seed}"
        + " --out {output:q} "
        + LOGGED
