# split -> fit -> prediction


# A rule for each method, so that `--forcerun fit_<method>` makes one arm again and nothing else.
for method in dict.fromkeys(map(EVERY_METHOD.fitted_as, METHODS)):
    network = holds_network(method)

    rule:
        name:
            f"fit_{method}"
        input:
            unpack(fit_data),
            weights=pretrained_weights(method),
            code=code("fit", *modules_of("methods", method)),
        output:
            **LAYOUT.fit("{trained_on}", method, "{seed}"),
        log:
            LAYOUT.log("fit", "{trained_on}", method, "seed-{seed}"),
        group:
            group_of(method)
        conda:
            TORCH
        threads: FIT_THREADS if network else 1
        resources:
            gpu=int(network and EXPERIMENT.device != "cpu"),
            fits_per_gpu=EXPERIMENT.fits_per_gpu,
            mem_mb=growing(16000 if network else 4000),
            runtime=growing(60 if ON_GPU or not network else 720),
        params:
            stage="sgcldff.stages.fit",
            settings=partial(fit_settings, method),
            threads=EXPERIMENT.fit_threads if network else 1,  # see configured_threads
        message:
            f"fit {method} on {{wildcards.trained_on}}, seed {{wildcards.seed}}"
        script:
            SCRIPT


# A rule for what is trained on: the prediction files of a fit are one for each dataset that a scenario tests it on.
for trained_on, tested_on in TESTS.items():

    rule:
        name:
            f"predict_{trained_on}"
        input:
            **test_data(trained_on, tested_on),
            weights=partial(fit_file, "weights", trained_on),
            record=partial(fit_file, "record", trained_on),
            code=partial(method_code, "predict"),
        output:
            predictions=[LAYOUT.prediction(trained_on, "{method}", "{seed}", dataset) for dataset in tested_on],
            cost=LAYOUT.cost(trained_on, "{method}", "{seed}"),
        log:
            LAYOUT.log("predict", trained_on, "{method}", "seed-{seed}"),
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
            stage="sgcldff.stages.predict",
            settings=partial(predict_settings, trained_on, tested_on),
            threads=configured_threads,
        message:
            f"predict {{wildcards.method}} of {trained_on}, seed {{wildcards.seed}}"
        script:
            SCRIPT
