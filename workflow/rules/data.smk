# source -> prepared -> split

EVERY_SPLIT = [LAYOUT.split(dataset, seed) for dataset in DATASETS for seed in EVERY_SEED]

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
    priority: 2  # what a fit of another dataset need not wait for comes first all the same
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
    priority: 2
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
    priority: 2
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
        EVERY_SPLIT,
        [LAYOUT.checked(name) for name in TESTS],
    localrule: True


# No fit starts before every dataset has been read and divided: what is wrong with one shows before hours are spent on
# another. Once that is so for what is trained on, its file has no rule any more: where a rule is planned, Snakemake 9
# overlooks whatever else has changed downstream of it, and one more seed or dataset would hide an edit of a fit's code.
if unchecked := [name for name in TESTS if not LAYOUT.checked(name).exists()]:

    rule checked:
        input:
            EVERY_SPLIT,
        output:
            touch(LAYOUT.checked("{trained_on}")),
        wildcard_constraints:
            trained_on="|".join(unchecked),
        localrule: True


rule leakage:
    input:
        index=[LAYOUT.prepared(dataset)["index"] for dataset in DATASETS],
        duplicates=[LAYOUT.duplicates(dataset) for dataset in DATASETS],
        overlaps=[LAYOUT.overlaps(*pair) for pair in combinations(DATASETS, 2)],
        splits=EVERY_SPLIT,
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
