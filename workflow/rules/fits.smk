# split -> fit -> prediction


rule fit:
    input:
        [LAYOUT.prepared("{dataset}") / name for name in PREPARED_FILES],
        ancient(LAYOUT.checked()),
        request,
        lambda wildcards: [ancient(file) for file in hub_weights(wildcards.method)],
        split=LAYOUT.split("{dataset}", "{seed}"),
        code=lambda wildcards: code("sgcldff.training.fit", module_of(METHODS[wildcards.method])),
    output:
        [LAYOUT.fit("{dataset}", "{method}", "{seed}") / name for name in FIT_FILES],
    log:
        RESULTS / "logs/fit/{dataset}/{method}/seed-{seed}.log",
    benchmark:
        RESULTS / "benchmarks/fit/{dataset}/{method}/seed-{seed}.jsonl"
    conda:
        ENVIRONMENT
    threads: fit_threads
    resources:
        gpu=gpus,
        mem_mb=lambda wildcards: 16000 if holds_network(wildcards.method) else 4000,
        runtime=lambda wildcards: 720 if holds_network(wildcards.method) else 60,
    params:
        settings=lambda wildcards: settings(
            **{key: METHODS[wildcards.method][key] for key in ("class", "arguments")},
            dataset=wildcards.dataset,
            method=wildcards.method,
            classes=config["classes"],
            size=config["size"],
            training=config["training"],
            device=config["device"],
        ),
        prepared=lambda wildcards: str(LAYOUT.prepared(wildcards.dataset)),
        out=lambda wildcards: str(LAYOUT.fit(wildcards.dataset, wildcards.method, wildcards.seed)),
    message:
        "fit {wildcards.method} on {wildcards.dataset}, seed {wildcards.seed}"
    shell:
        command(
            "fit --settings {params.settings:q} --prepared {params.prepared:q} --split {input.split:q}"
            " --seed {wildcards.seed} --out {params.out:q} --threads {threads}"
        )


# A rule a dataset: the prediction files of a fit are one for each dataset that a scenario tests it on.
for trained_on, tested_on in TESTS.items():

    rule:
        name:
            f"test_{trained_on}"
        input:
            [
                LAYOUT.prepared(dataset) / name
                for dataset in dict.fromkeys([trained_on, *tested_on])
                for name in PREPARED_FILES
            ],
            [LAYOUT.fit(trained_on, "{method}", "{seed}") / name for name in FIT_FILES],
            split=LAYOUT.split(trained_on, "{seed}"),
            code=lambda wildcards: code("sgcldff.evaluation.testing", module_of(METHODS[wildcards.method])),
        output:
            [LAYOUT.prediction(trained_on, "{method}", "{seed}", dataset) for dataset in tested_on],
            LAYOUT.cost(trained_on, "{method}", "{seed}"),
        log:
            RESULTS / f"logs/test/{trained_on}/{{method}}/seed-{{seed}}.log",
        benchmark:
            RESULTS / f"benchmarks/test/{trained_on}/{{method}}/seed-{{seed}}.jsonl"
        conda:
            ENVIRONMENT
        threads: fit_threads
        resources:
            gpu=gpus,
            mem_mb=8000,
            runtime=60,
        params:
            settings=lambda wildcards, trained_on=trained_on, tested_on=tested_on: settings(
                trained_on=trained_on,
                tested_on=tested_on,
                method=wildcards.method,
                seed=int(wildcards.seed),
                classes=config["classes"],
                device=config["device"],
            ),
            fit=lambda wildcards, trained_on=trained_on: str(LAYOUT.fit(trained_on, wildcards.method, wildcards.seed)),
            results=lambda wildcards: str(RESULTS),
        message:
            f"test {{wildcards.method}} of {trained_on}, seed {{wildcards.seed}}"
        shell:
            command(
                "test --settings {params.settings:q} --fit {params.fit:q} --split {input.split:q}"
                " --results {params.results:q} --threads {threads}"
            )
