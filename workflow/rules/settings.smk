# What each stage is told, as the parameters of its rule.


def fetch_settings(wildcards):
    folder = RAW / wildcards.dataset
    is_manual = manual_class(CATALOGUE["datasets"][wildcards.dataset])
    return told(settings.fetch_settings(EXPERIMENT, wildcards.dataset, checksum(folder) if is_manual else ""))


def prepare_settings(wildcards):
    return told(settings.prepare_settings(EXPERIMENT, wildcards.dataset))


def split_settings(wildcards):
    return told(settings.split_settings(EXPERIMENT, wildcards.dataset))


def weights_settings(wildcards):
    return told(settings.weights_settings(EVERY_METHOD, wildcards.method))


def card_settings(wildcards):
    return told(settings.card_settings(EXPERIMENT, wildcards.dataset))


def fit_settings(method, wildcards):
    return told(settings.fit_settings(EVERY_METHOD, wildcards.trained_on, method, int(wildcards.seed)))


def predict_settings(trained_on, tested_on, wildcards):
    method, seed = wildcards.method, int(wildcards.seed)
    return told(settings.predict_settings(EVERY_METHOD, trained_on, tested_on, method, seed))


def statistics_settings(wildcards):
    return told(settings.statistics_settings(selected(wildcards.selection)))


def report_settings(wildcards):
    return told(selected(wildcards.selection))
