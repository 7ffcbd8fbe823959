# source -> prepared -> split

# Where the files come from is no setting of a stage: another mirror must not fetch, prepare and fit everything again.
if config["mirror"]:
    os.environ.setdefault("SGCLDFF_MIRROR", config["mirror"])


rule fetch:
    input:
        manifest,
        code=lambda wildcards: code("sgcldff.data.sources.dataset", *modules_of(DATASETS[wildcards.dataset])),
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
            placed=state(RAW / wildcards.dataset) if placed_class(wildcards.dataset) else "",
        ),
        raw=lambda wildcards: str(RAW / wildcards.dataset),
    message:
        "fetch {wildcards.dataset}"
    shell:
        # Progress is worth seeing: a download can take minutes.
        "python -m sgcldff fetch --settings {params.settings:q} --raw {params.raw:q} 2>&1 | tee {log:q}"


rule prepare:
    input:
        RAW / "{dataset}.fetched",
        manifest,
        code=lambda wildcards: code("sgcldff.data.prepare", *modules_of(DATASETS[wildcards.dataset])),
    output:
        [LAYOUT.prepared("{dataset}") / name for name in PREPARED_FILES],
        LAYOUT.duplicates("{dataset}"),
        [LAYOUT.keypoints("{dataset}") / name for name in KEYPOINT_FILES],
    log:
        RESULTS / "logs/prepare/{dataset}.log",
    benchmark:
        RESULTS / "benchmarks/prepare/{dataset}.jsonl"
    conda:
        ENVIRONMENT
    threads: 4
    resources:
        mem_mb=6000,
        runtime=240,
    params:
        settings=lambda wildcards: settings(
            **{key: DATASETS[wildcards.dataset][key] for key in ("class", "arguments")},
            dataset=wildcards.dataset,
            labels=own_labels(config, wildcards.dataset),
            size=config["size"],
            classes=classes_of(config, wildcards.dataset),
        ),
        raw=lambda wildcards: str(RAW / wildcards.dataset),
        out=lambda wildcards: str(LAYOUT.prepared(wildcards.dataset)),
    message:
        "prepare {wildcards.dataset}"
    shell:
        # As of a download, progress is worth seeing.
        "python -m sgcldff prepare --settings {params.settings:q} --raw {params.raw:q} --out {params.out:q}"
        " --jobs {threads} 2>&1 | tee {log:q}"


rule overlaps:
    input:
        [LAYOUT.keypoints(dataset) / name for dataset in ("{dataset}", "{other}") for name in KEYPOINT_FILES],
        [LAYOUT.prepared(dataset) / "index.csv" for dataset in ("{dataset}", "{other}")],
        code=code("sgcldff.data.duplicates.search"),
    output:
        LAYOUT.overlaps("{dataset}", "{other}"),
    log:
        RESULTS / "logs/overlaps/{dataset}--{other}.log",
    benchmark:
        RESULTS / "benchmarks/overlaps/{dataset}--{other}.jsonl"
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=6000,
        runtime=240,
    params:
        first=lambda wildcards: str(LAYOUT.prepared(wildcards.dataset)),
        second=lambda wildcards: str(LAYOUT.prepared(wildcards.other)),
    message:
        "overlaps of {wildcards.dataset} and {wildcards.other}"
    shell:
        command("overlaps --first {params.first:q} --second {params.second:q} --out {output:q}")


rule weights:
    output:
        touch(RESULTS / "weights/{method}.fetched"),
    log:
        RESULTS / "logs/weights/{method}.log",
    benchmark:
        RESULTS / "benchmarks/weights/{method}.jsonl"
    # Ahead of every fit: a hub that is out of reach shows before hours are spent.
    priority: 1
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        settings=lambda wildcards: settings(
            **{key: METHODS[wildcards.method][key] for key in ("class", "arguments")},
            classes=classes_of(config, next(iter(TESTS))),
            size=config["size"],
        ),
    message:
        "pretrained weights of {wildcards.method}"
    shell:
        command("weights --settings {params.settings:q}")


rule check_data:
    input:
        # No fit starts before every dataset has been read and divided: what is wrong with one shows before hours are spent
        # on another. Fits take this file as ancient, so one more dataset fits nothing again.
        [LAYOUT.split(dataset, seed) for dataset in DATASETS for seed in SEEDS],
    output:
        touch(LAYOUT.checked()),
    localrule: True


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
        settings=lambda wildcards: settings(split=config["split"], grouped=DATASETS[wildcards.dataset]["grouped"]),
        prepared=lambda wildcards: str(LAYOUT.prepared(wildcards.dataset)),
    message:
        "split {wildcards.dataset} for seed {wildcards.seed}"
    shell:
        command(
            "split --prepared {params.prepared:q} --settings {params.settings:q} --seed {wildcards.seed}"
            " --out {output:q}"
        )


rule leakage:
    input:
        [LAYOUT.duplicates(dataset) for dataset in DATASETS],
        [LAYOUT.prepared(dataset) / "index.csv" for dataset in DATASETS],
        [LAYOUT.overlaps(*pair) for pair in combinations(DATASETS, 2)],
        [LAYOUT.split(dataset, seed) for dataset in DATASETS for seed in SEEDS],
        code=code("sgcldff.data.leakage"),
    output:
        [LAYOUT.leakage() / name for name in LEAKAGE_FILES],
    log:
        RESULTS / "logs/leakage.log",
    benchmark:
        RESULTS / "benchmarks/leakage.jsonl"
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        settings=settings(
            datasets=list(DATASETS),
            seeds=SEEDS,
            tests={name: [other for other in tested if other in DATASETS] for name, tested in TESTS.items()},
            pools={name: pool["members"] for name, pool in config["pools"].items()},
        ),
        results=lambda wildcards: str(RESULTS),
        out=lambda wildcards: str(LAYOUT.leakage()),
    message:
        "count what fits have seen of what they are tested on"
    shell:
        command("leakage --settings {params.settings:q} --results {params.results:q} --out {params.out:q}")
