# Which files, threads and GPUs a job takes, and what the targets are called.


def manifest(wildcards):
    """The dataset's manifest, where it has one: what is generated has none."""
    file = f"sgcldff/data/sources/manifests/{wildcards.dataset}.csv"
    return [shipped(file)] if (BASE / file).exists() else []


def card_files(dataset):
    """The files of a dataset's card, by the names of the rules."""
    folder = REPORTS / "datasets" / dataset
    return {
        "readme": folder / "README.md",
        "sheet": folder / "contact_sheet.png",
        "croissant": folder / "croissant.json",
        "facts": folder / "facts.json",
    }


def holds_network(method):
    """Whether the method's module places a network on a device: it then takes the fit's threads, memory and GPU."""
    return ROOT / "sgcldff/training/device.py" in module_files(*modules_of("methods", method))


def weights_file(method):
    """The file of weights that a method's entry names, if it names one."""
    weights = CATALOGUE["methods"][method]["arguments"].get("weights")
    return [weights["file"]] if isinstance(weights, dict) and "file" in weights else []


def pretrained_weights(method):
    """What stands once a method's weights are in the hub's cache, or were read from a file; none for those without."""
    from_hub = CATALOGUE["methods"][method]["arguments"].get("weights") == "hub"
    return [ancient(LAYOUT.weights(method))] if from_hub or weights_file(method) else []


def method_threads(wildcards):
    return FIT_THREADS if holds_network(wildcards.method) else 1


def configured_threads(wildcards):
    """What a stage is told: the bytes depend on it on a CPU, and a card, here or gone, must not change what is planned."""
    return EXPERIMENT.fit_threads if holds_network(wildcards.method) else 1


def group_of(method):
    """A cluster gets a fit with all that is made of it as one job: those of networks apart, for they take a GPU."""
    return "network" if holds_network(EVERY_METHOD.fitted_as(method)) else "light"


def method_group(wildcards):
    return group_of(wildcards.method)


def method_gpus(wildcards):
    """1 for a network, unless the configuration keeps to the CPU."""
    return int(EXPERIMENT.device != "cpu" and holds_network(wildcards.method))


def fit_of(trained_on, method, seed):
    """The files of the fit that a method predicts with: its own, or that of its base."""
    return LAYOUT.fit(trained_on, EVERY_METHOD.fitted_as(method), seed)


def fit_file(name, trained_on, wildcards):
    """One of the files of the fit that is predicted with."""
    return fit_of(trained_on, wildcards.method, wildcards.seed)[name]


def fit_data(wildcards):
    """What a fit reads: its datasets, their splits, and where they overlap, for no test image of one may be shown to it."""
    members = EXPERIMENT.members(wildcards.trained_on)
    return prepared(members) | {
        "splits": [LAYOUT.split(dataset, wildcards.seed) for dataset in members],
        "overlaps": [LAYOUT.overlaps(*pair) for pair in combinations(members, 2)],
        "checked": ancient(LAYOUT.checked(wildcards.trained_on)),
    }


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


def of_methods(file, wildcards):
    """A file of each method of the selection; file: the layout's function of a method."""
    return [file(method) for method in selected(wildcards.selection).methods]


def has_attention(method):
    """Whether a method has a fit of its own, and its class says from which of the network's maps the class is read."""
    entry = EVERY_METHOD.methods[method]
    return not entry.at_test and bool(text_constant(entry.class_path, "class_maps"))


def attention_measured(wildcards):
    """What is measured of the attention of every method that has any, on the datasets of its own fits."""
    methods = [method for method in selected(wildcards.selection).methods if has_attention(method)]
    return [LAYOUT.attention(name, method, seed) for method in methods for name in EXPLAINED for seed in SEEDS]


def fits_of(wildcards):
    """(trained on, method, seed) of everything that a report is about."""
    methods = selected(wildcards.selection).methods
    return [(name, method, seed) for method in methods for name in TESTS for seed in EVERY_METHOD.seeds_of(method)]


def predictions_of(wildcards):
    """All predictions of a method that are made here."""
    return [
        file
        for trained_on in TESTS
        for seed in EVERY_METHOD.seeds_of(wildcards.method)
        if (trained_on, wildcards.method, seed) not in JOINED
        for file in predictions_of_fit(trained_on, wildcards.method, seed)
    ]


def predictions_of_fit(trained_on, method, seed):
    return [LAYOUT.prediction(trained_on, method, seed, tested_on) for tested_on in TESTS[trained_on]]


# Fits whose scores came with a bundle, on all that is tested now -> its measured.csv. The scores of one that came with
# several are the same in each.
BROUGHT = {
    fit: bundle
    for bundle in sorted(LAYOUT.joined().glob("*/measured.csv"))
    for fit, tests in measured_fits(bundle)
    if fit[0] in TESTS and tests.issuperset(TESTS[fit[0]])
}
for file in LAYOUT.joined().glob(f"*/{AXES}"):
    if otherwise := other_axis(file, params_of(EXPERIMENT)["perturbations"]):
        raise WorkflowError(
            f"{file.parent} holds scores of images that were perturbed otherwise: {otherwise}. "
            "Correct the configuration, or delete that folder."
        )
# Those that were not tested here since.
JOINED = {fit: bundle for fit, bundle in BROUGHT.items() if not all(file.exists() for file in predictions_of_fit(*fit))}


def explained_seed(dataset):
    """The first seed of the reference whose images can be explained; None where the weights of all stayed elsewhere.

    Such a fit is not made again for that: on another machine it would be another fit, and its scores would take the place
    of those that its pairs were tested beside.
    """
    fits = [(dataset, REFERENCE, seed) for seed in EVERY_METHOD.seeds_of(REFERENCE)]
    here = [fit for fit in fits if fit not in BROUGHT or LAYOUT.fit(*fit)["weights"].exists()]
    return here[0][2] if here else None


def joined_fits(method):
    fits = [(name, method, seed) for name in TESTS for seed in EVERY_METHOD.seeds_of(method)]
    return [fit for fit in fits if fit in JOINED]


def joined_bundles(wildcards):
    """Where the scores of a method stand that came with bundles."""
    return sorted({JOINED[fit] for fit in joined_fits(wildcards.method)})


def joined_costs(wildcards):
    """The cost.json of each of these fits."""
    return [LAYOUT.cost(*fit) for fit in joined_fits(wildcards.method)]


def fit_records(wildcards, name="record"):
    """Those of the fits, each once: several methods may predict with one."""
    return list(dict.fromkeys(fit_of(*fit)[name] for fit in fits_of(wildcards)))


def fit_histories(wildcards):
    """In the order of `fit_records`."""
    return fit_records(wildcards, "history")


def fit_costs(wildcards):
    return [LAYOUT.cost(*fit) for fit in fits_of(wildcards)]


def target_of(method):
    """The target of a method and its line in `snakemake -l`."""
    entry = EVERY_METHOD.methods[method]
    kind = "ablation" if entry.role == "ablation" else "method"
    beside = "" if method == REFERENCE else f" beside {EVERY_METHOD.methods[REFERENCE].title}"
    return f"{kind}_{method}", f"{entry.title}{beside}: {REPORTS / arm(method) / 'paper_tables.md'}"
