# prepared and split -> card

CARD_FILES = ["README.md", "contact_sheet.png", "croissant.json", "facts.json"]


rule card:
    input:
        RAW / "{dataset}.fetched",
        [LAYOUT.prepared("{dataset}") / name for name in PREPARED_FILES],
        LAYOUT.duplicates("{dataset}"),
        [LAYOUT.split("{dataset}", seed) for seed in SEEDS],
        code=lambda wildcards: code("sgcldff.data.cards.card", *modules_of(DATASETS[wildcards.dataset])),
    output:
        [REPORTS / "datasets/{dataset}" / name for name in CARD_FILES],
    log:
        RESULTS / "logs/card/{dataset}.log",
    benchmark:
        RESULTS / "benchmarks/card/{dataset}.jsonl"
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        # Not sorted: the order of the configuration is the order of the tables.
        settings=lambda wildcards: json.dumps(
            {
                "dataset": wildcards.dataset,
                **{
                    key: DATASETS[wildcards.dataset][key]
                    for key in ("class", "arguments", "title", "grouped", "space", "labels")
                },
                "label_spaces": config["label_spaces"],
                "seeds": SEEDS,
            }
        ),
        raw=lambda wildcards: str(RAW / wildcards.dataset),
        results=lambda wildcards: str(RESULTS),
        out=lambda wildcards: str(REPORTS / "datasets" / wildcards.dataset),
    message:
        "card of {wildcards.dataset}"
    shell:
        command(
            "card --settings {params.settings:q} --raw {params.raw:q} --results {params.results:q} --out {params.out:q}"
        )


rule cards:
    input:
        [REPORTS / "datasets" / dataset / name for dataset in DATASETS for name in CARD_FILES],
    localrule: True
