# prepared and split -> card


rule card:
    input:
        **LAYOUT.prepared("{dataset}"),
        fetched=RAW / "{dataset}.fetched",
        dropped=LAYOUT.dropped("{dataset}"),
        duplicates=LAYOUT.duplicates("{dataset}"),
        splits=[LAYOUT.split("{dataset}", seed) for seed in SEEDS],
        code=partial(dataset_code, "card"),
    output:
        **card_files("{dataset}"),
    log:
        LAYOUT.log("card", "{dataset}"),
    conda:
        LIGHT
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
    params:
        stage="sgcldff.stages.card",
        settings=card_settings,
        raw=source_folder,
    message:
        "card of {wildcards.dataset}"
    script:
        SCRIPT


rule cards:
    """The card, contact sheet and Croissant metadata of every dataset, and nothing fitted."""
    input:
        [file for dataset in DATASETS for file in card_files(dataset).values()],
    localrule: True
