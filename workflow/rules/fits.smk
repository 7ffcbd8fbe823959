# split -> fit -> prediction


rule fit:
    input:
        lambda wildcards: prepared_files(wildcards.trained_on),
        ancient(LAYOUT.checked()),
        request,
        lambda wildcards: [ancient(file) for file in hub_weights(wildcards.method)],
        splits=lambda wildcards: split_files(wildcards.trained_on, wildcards.seed),
        overlaps=lambda wildcards: overlap_files(wildcards.trained_on),
        code=lambda wildcards: code("sgcldff.training.fit", *modules_of(METHODS[wildcards.method])),
    output:
        [LAYOUT.fit("{trained_on}", "{method}", "{seed}") / name for name in FIT_FILES],
    log:
        RESULTS / "logs/fit/{trained_on}/{method}/seed-{seed}.log",
    benchmark:
        RESULTS / "benchmarks/fit/{trained_on}/{method}/seed-{seed}.jsonl"
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
            dataset=wildcards.trained_on,
            members=members(config, wildcards.trained_on),
            method=wildcards.method,
            classes=classes_of(config, wildcards.trained_on),
            size=config["size"],
            training=config["training"],
            device=config["device"],
        ),
        data=lambda wildcards, input: " ".join(
            [
                options("prepared", [LAYOUT.prepared(dataset) for dataset in members(config, wildcards.trained_on)]),
                options("split", input.splits),
                options("overlaps", input.overlaps),
            ]
        ),
        out=lambda wildcards: str(LAYOUT.fit(wildcards.trained_on, wildcards.method, wildcards.seed)),
    message:
        "fit {wildcards.method} on {wildcards.trained_on}, seed {wildcards.seed}"
    shell:
        command(
            "fit --settings {params.settings:q} {params.data} --seed {wildcards.seed} --out {params.out:q}"
            " --threads {threads}"
        )


# A rule for what is trained on: the prediction files of a fit are one for each dataset that a scenario tests it on.
for trained_on, tested_on in TESTS.items():

    rule:
        name:
            f"test_{trained_on}"
        input:
            test_data(trained_on, tested_on),
            [LAYOUT.fit(trained_on, "{method}", "{seed}") / name for name in FIT_FILES],
            code=lambda wildcards: code("sgcldff.evaluation.predict", *modules_of(METHODS[wildcards.method])),
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
                members=members(config, trained_on),
                tested_on=tested_on,
                perturbations=stain_shifts(tested_on),
                labels={name: foreign_labels(config, trained_on, name) for name in tested_on},
                method=wildcards.method,
                seed=int(wildcards.seed),
                classes=classes_of(config, trained_on),
                device=config["device"],
            ),
            fit=lambda wildcards, trained_on=trained_on: str(LAYOUT.fit(trained_on, wildcards.method, wildcards.seed)),
            results=lambda wildcards: str(RESULTS),
        message:
            f"test {{wildcards.method}} of {trained_on}, seed {{wildcards.seed}}"
        shell:
            command(
                "test --settings {params.settings:q} --fit {params.fit:q} --results {params.results:q}"
                " --threads {threads}"
            )
