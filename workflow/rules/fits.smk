# split -> fit -> prediction


def holds_network(method):
    """Whether the method's module places a network on a device: it then takes the fit's threads, memory and GPU."""
    return ROOT / "sgcldff/training/device.py" in module_files(*modules_of("methods", method))


def hub_weights(method):
    """The file that stands once a method's pretrained weights are in the hub's cache; none for those that need none."""
    from_hub = CATALOGUE["methods"][method]["arguments"].get("weights") == "hub"
    return [ancient(LAYOUT.weights(method))] if from_hub else []


def method_threads(wildcards):
    return EXPERIMENT.fit_threads if holds_network(wildcards.method) else 1


def method_gpus(wildcards):
    """1 for a network, unless the configuration keeps to the CPU."""
    return int(EXPERIMENT.device != "cpu" and holds_network(wildcards.method))


def fit_data(wildcards):
    """What a fit reads: its datasets, their splits, and where they overlap, for no test image of one may be shown to it."""
    members = EXPERIMENT.members(wildcards.trained_on)
    return prepared(members) | {
        "splits": [LAYOUT.split(dataset, wildcards.seed) for dataset in members],
        "overlaps": [LAYOUT.overlaps(*pair) for pair in combinations(members, 2)],
        "checked": ancient(LAYOUT.checked()),
    }


def fit_settings(method, wildcards):
    return told(settings.fit_settings(EVERY_METHOD, wildcards.trained_on, method, int(wildcards.seed)))


def test_data(trained_on, tested_on):
    """What a test reads beside the fit: the datasets tested, splits of those that were fitted, overlaps with the others."""
    datasets = list(dict.fromkeys(parse_variant(name)[0] for name in tested_on))
    members = EXPERIMENT.members(trained_on)
    return prepared(datasets) | {
        "splits": [LAYOUT.split(dataset, "{seed}") for dataset in datasets if dataset in members],
        "overlaps": [
            LAYOUT.overlaps(member, other) for other in datasets if other not in members for member in members
        ],
    }


def predict_settings(trained_on, tested_on, wildcards):
    method, seed = wildcards.method, int(wildcards.seed)
    return told(settings.predict_settings(EVERY_METHOD, trained_on, tested_on, method, seed))


# A rule for each method, so that `--forcerun fit_<method>` makes one arm again and nothing else.
for method in METHODS:
    network = holds_network(method)

    rule:
        name:
            f"fit_{method}"
        input:
            unpack(fit_data),
            weights=hub_weights(method),
            code=code("fit", *modules_of("methods", method)),
        output:
            **LAYOUT.fit("{trained_on}", method, "{seed}"),
        log:
            LAYOUT.log("fit", "{trained_on}", method, "seed-{seed}"),
        benchmark:
            LAYOUT.benchmark("fit", "{trained_on}", method, "seed-{seed}")
        conda:
            TORCH
        threads: EXPERIMENT.fit_threads if network else 1
        resources:
            gpu=int(network and EXPERIMENT.device != "cpu"),
            mem_mb=16000 if network else 4000,
            runtime=720 if network else 60,
        params:
            stage="fit",
            settings=partial(fit_settings, method),
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
            weights=LAYOUT.fit(trained_on, "{method}", "{seed}")["weights"],
            record=LAYOUT.fit(trained_on, "{method}", "{seed}")["record"],
            code=partial(method_code, "predict"),
        output:
            predictions=[LAYOUT.prediction(trained_on, "{method}", "{seed}", dataset) for dataset in tested_on],
            cost=LAYOUT.cost(trained_on, "{method}", "{seed}"),
        log:
            LAYOUT.log("predict", trained_on, "{method}", "seed-{seed}"),
        benchmark:
            LAYOUT.benchmark("predict", trained_on, "{method}", "seed-{seed}")
        conda:
            TORCH
        threads: method_threads
        resources:
            gpu=method_gpus,
            mem_mb=8000,
            runtime=60,
        params:
            stage="predict",
            settings=partial(predict_settings, trained_on, tested_on),
        message:
            f"predict {{wildcards.method}} of {trained_on}, seed {{wildcards.seed}}"
        script:
            SCRIPT
