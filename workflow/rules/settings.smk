# The settings of each stage, as the parameters of its rule.


def fetch_settings(wildcards):
    folder = RAW / wildcards.dataset
    is_manual = manual_class(CATALOGUE["datasets"][wildcards.dataset])
    return params_of(settings.fetch_settings(EXPERIMENT, wildcards.dataset, checksum(folder) if is_manual else ""))


def prepare_settings(wildcards):
    return params_of(settings.prepare_settings(EXPERIMENT, wildcards.dataset))


def split_settings(wildcards):
    return params_of(settings.split_settings(EXPERIMENT, wildcards.dataset))


def weights_settings(wildcards):
    return params_of(settings.weights_settings(EVERY_METHOD, wildcards.method))


def card_settings(wildcards):
    return params_of(settings.card_settings(EXPERIMENT, wildcards.dataset))


def fit_settings(method, wildcards):
    return params_of(settings.fit_settings(EVERY_METHOD, wildcards.trained_on, method, int(wildcards.seed)))


def predict_settings(trained_on, tested_on, wildcards):
    method, seed = wildcards.method, int(wildcards.seed)
    return params_of(settings.predict_settings(EVERY_METHOD, trained_on, tested_on, method, seed))


def attention_settings(wildcards):
    fit = wildcards.dataset, wildcards.method, int(wildcards.seed)
    return params_of(settings.attention_settings(EVERY_METHOD, *fit))


def statistics_settings(wildcards):
    return params_of(settings.statistics_settings(selected(wildcards.selection)))


def report_settings(wildcards):
    return params_of(selected(wildcards.selection))
