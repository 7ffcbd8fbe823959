# source -> prepared -> split

# Where the files come from is no setting of a stage: another mirror must not fetch, prepare and fit everything again.
if EXPERIMENT.mirror:
    os.environ.setdefault("SGCLDFF_MIRROR", EXPERIMENT.mirror)


rule fetch:
    input:
        manifest=manifest,
        code=partial(dataset_code, "fetch"),
    output:
        fetched=touch(RAW / "{dataset}.fetched"),
    log:
        RAW / "logs/fetch/{dataset}.log",
    # Of a cluster the machines that compute often have no network.
    localrule: True
    conda:
        LIGHT
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(120),
    params:
        stage="sgcldff.stages.fetch",
        settings=fetch_settings,
        raw=source_folder,
        shown=True,  # a download can take minutes
    message:
        "fetch {wildcards.dataset}"
    script:
        SCRIPT


rule prepare:
    input:
        fetched=RAW / "{dataset}.fetched",
        manifest=manifest,
        code=partial(dataset_code, "prepare"),
    output:
        **LAYOUT.prepared("{dataset}"),
        dropped=LAYOUT.dropped("{dataset}"),
        duplicates=LAYOUT.duplicates("{dataset}"),
        keypoints=directory(LAYOUT.keypoints("{dataset}")),
    log:
        LAYOUT.log("prepare", "{dataset}"),
    conda:
        LIGHT
    threads: 4
    resources:
        mem_mb=growing(6000),
        runtime=growing(240),
    params:
        stage="sgcldff.stages.prepare",
        settings=prepare_settings,
        raw=source_folder,
        shown=True,
    message:
        "prepare {wildcards.dataset}"
    script:
        SCRIPT


rule overlaps:
    input:
        first_index=LAYOUT.prepared("{dataset}")["index"],
        first_keypoints=LAYOUT.keypoints("{dataset}"),
        second_index=LAYOUT.prepared("{other}")["index"],
        second_keypoints=LAYOUT.keypoints("{other}"),
        code=code("overlaps"),
    output:
        overlaps=LAYOUT.overlaps("{dataset}", "{other}"),
    log:
        LAYOUT.log("overlaps", "{dataset}--{other}"),
    conda:
        LIGHT
    threads: 1
    resources:
        mem_mb=growing(6000),
        runtime=growing(240),
    params:
        stage="sgcldff.stages.overlaps",
    message:
        "overlaps of {wildcards.dataset} and {wildcards.other}"
    script:
        SCRIPT


rule weights:
    input:
        file=lambda wildcards: weights_file(wildcards.method),
    output:
        fetched=touch(LAYOUT.weights("{method}")),
    log:
        LAYOUT.log("weights", "{method}"),
    # Ahead of every fit: a hub that is out of reach, or a file that does not fit, shows before hours are spent.
    priority: 1
    localrule: True
    conda:
        TORCH
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        stage="sgcldff.stages.weights",
        settings=weights_settings,
    message:
        "pretrained weights of {wildcards.method}"
    script:
        SCRIPT


rule split:
    input:
        index=LAYOUT.prepared("{dataset}")["index"],
        code=code("split"),
    output:
        split=LAYOUT.split("{dataset}", "{seed}"),
    log:
        LAYOUT.log("split", "{dataset}", "seed-{seed}"),
    group:
        "split"
    conda:
        LIGHT
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        stage="sgcldff.stages.split",
        settings=split_settings,
    message:
        "split {wildcards.dataset} for seed {wildcards.seed}"
    script:
        SCRIPT


rule data:
    """Every dataset fetched, checked, prepared and divided, and nothing fitted."""
    input:
        # No fit starts before every dataset has been read and divided: what is wrong with one shows before hours are spent
        # on another. Fits take this file as ancient, so one more dataset fits nothing again.
        [LAYOUT.split(dataset, seed) for dataset in DATASETS for seed in EVERY_SEED],
    output:
        touch(LAYOUT.checked()),
    localrule: True


rule leakage:
    input:
        index=[LAYOUT.prepared(dataset)["index"] for dataset in DATASETS],
        duplicates=[LAYOUT.duplicates(dataset) for dataset in DATASETS],
        overlaps=[LAYOUT.overlaps(*pair) for pair in combinations(DATASETS, 2)],
        splits=[LAYOUT.split(dataset, seed) for dataset in DATASETS for seed in EVERY_SEED],
        code=code("leakage"),
    output:
        **LAYOUT.leakage(),
    log:
        LAYOUT.log("leakage"),
    conda:
        LIGHT
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        stage="sgcldff.stages.leakage",
        settings=params_of(settings.leakage_settings(EXPERIMENT)),
    message:
        "count what fits have seen of what they are tested on"
    script:
        SCRIPT
