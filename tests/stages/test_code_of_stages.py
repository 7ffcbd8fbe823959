"""The files that a fit, a prediction, a score and a table depend on: an edit of any of them makes those again.

A new line here is a cost that every user pays: an edit of that file refits 735 networks, or scores every test again.
"""

from __future__ import annotations

from sgcldff.config.python_files import ROOT, module_files

# Of SG-CLDFF; another method has its own module in place of the model.
FIT = [
    "sgcldff/config/stages/fit.py",
    "sgcldff/config/training.py",
    "sgcldff/config/typed.py",
    "sgcldff/data/__init__.py",
    "sgcldff/data/augment.py",
    "sgcldff/data/dataset_files.py",
    "sgcldff/data/duplicates/table.py",
    "sgcldff/data/pools.py",
    "sgcldff/data/reinhard.py",
    "sgcldff/data/stain_shift.py",
    "sgcldff/data/subsets.py",
    "sgcldff/environment.py",
    "sgcldff/errors.py",
    "sgcldff/method.py",
    "sgcldff/metrics/classification.py",
    "sgcldff/metrics/segmentation.py",
    "sgcldff/model/backbone.py",
    "sgcldff/model/cnn_stages.py",
    "sgcldff/model/fusion.py",
    "sgcldff/model/heads.py",
    "sgcldff/model/network.py",
    "sgcldff/model/norms.py",
    "sgcldff/model/pretrained.py",
    "sgcldff/model/prior.py",
    "sgcldff/model/saliency.py",
    "sgcldff/stages/fit.py",
    "sgcldff/stages/job.py",
    "sgcldff/tables/__init__.py",
    "sgcldff/tables/files.py",
    "sgcldff/tables/history.py",
    "sgcldff/training/batches.py",
    "sgcldff/training/checkpoint.py",
    "sgcldff/training/device.py",
    "sgcldff/training/device_augmentation.py",
    "sgcldff/training/fingerprint.py",
    "sgcldff/training/fit.py",
    "sgcldff/training/loop.py",
    "sgcldff/training/losses.py",
    "sgcldff/training/memory.py",
    "sgcldff/training/network_method.py",
    "sgcldff/training/normalisation.py",
    "sgcldff/training/progress.py",
    "sgcldff/training/seeding.py",
    "sgcldff/training/sg_cldff.py",
]
# Beside those of the fit, which it loads.
PREDICTION = [
    "sgcldff/config/perturbation.py",
    "sgcldff/config/stages/predict.py",
    "sgcldff/data/perturbations.py",
    "sgcldff/evaluation/cost.py",
    "sgcldff/evaluation/predict.py",
    "sgcldff/evaluation/predictions.py",
    "sgcldff/evaluation/tensor_memory.py",
    "sgcldff/stages/predict.py",
    "sgcldff/tables/contract.py",
    "sgcldff/tables/runs.py",
    "sgcldff/variants.py",
]
SCORE = [
    "sgcldff/config/stages/score.py",
    "sgcldff/config/training.py",
    "sgcldff/config/typed.py",
    "sgcldff/errors.py",
    "sgcldff/evaluation/cells.py",
    "sgcldff/evaluation/confusions.py",
    "sgcldff/evaluation/joined.py",
    "sgcldff/evaluation/predictions.py",
    "sgcldff/evaluation/score.py",
    "sgcldff/evaluation/stain_curves.py",
    "sgcldff/method.py",
    "sgcldff/metrics/boundaries.py",
    "sgcldff/metrics/calibration.py",
    "sgcldff/metrics/cells.py",
    "sgcldff/metrics/classification.py",
    "sgcldff/metrics/confusion.py",
    "sgcldff/metrics/jackknife.py",
    "sgcldff/metrics/ranking.py",
    "sgcldff/metrics/segmentation.py",
    "sgcldff/stages/job.py",
    "sgcldff/stages/score.py",
    "sgcldff/tables/__init__.py",
    "sgcldff/tables/cells.py",
    "sgcldff/tables/checksum.py",
    "sgcldff/tables/confusion.py",
    "sgcldff/tables/contract.py",
    "sgcldff/tables/costs.py",
    "sgcldff/tables/definitions.py",
    "sgcldff/tables/files.py",
    "sgcldff/tables/joined.py",
    "sgcldff/tables/read.py",
    "sgcldff/tables/runs.py",
    "sgcldff/tables/scores.py",
    "sgcldff/variants.py",
]
# The rooms of the statistics and of the report stand as a whole for their files.
STATISTICS = [
    "sgcldff/config/declared.py",
    "sgcldff/config/stages/statistics.py",
    "sgcldff/config/typed.py",
    "sgcldff/errors.py",
    "sgcldff/stages/job.py",
    "sgcldff/stages/statistics.py",
    "sgcldff/statistics/",
    "sgcldff/tables/",
    "sgcldff/variants.py",
]
TABLE = [
    "sgcldff/config/declared.py",
    "sgcldff/config/experiment.py",
    "sgcldff/config/perturbation.py",
    "sgcldff/config/training.py",
    "sgcldff/config/typed.py",
    "sgcldff/environment.py",
    "sgcldff/errors.py",
    "sgcldff/reporting/",
    "sgcldff/stages/job.py",
    "sgcldff/stages/report.py",
    "sgcldff/tables/",
    "sgcldff/variants.py",
]


FIT_STAGE = "sgcldff/stages/fit.py"
ROOMS = ("sgcldff/statistics/", "sgcldff/reporting/", "sgcldff/tables/")


def files(*modules: str) -> list[str]:
    """The files of these modules and of all that they import, as paths within the project."""
    return [file.relative_to(ROOT).as_posix() for file in module_files(*modules)]


def rooms(*modules: str) -> list[str]:
    """The same, with one entry for each of ROOMS."""
    return sorted({next((room for room in ROOMS if file.startswith(room)), file) for file in files(*modules)})


def test_a_fit_depends_on_these_files_and_on_no_other() -> None:
    assert files("sgcldff.stages.fit", "sgcldff.training.sg_cldff") == FIT


def test_a_prediction_depends_on_its_fit_and_on_these_files() -> None:
    assert files("sgcldff.stages.predict", "sgcldff.training.sg_cldff") == sorted(
        [*set(FIT) - {FIT_STAGE}, *PREDICTION]
    )


def test_a_score_depends_on_no_model_and_on_no_dataset() -> None:
    assert files("sgcldff.stages.score") == SCORE


def test_the_statistics_depend_on_tables_and_on_what_is_declared() -> None:
    assert rooms("sgcldff.stages.statistics") == STATISTICS


def test_a_table_depends_on_what_is_declared_and_on_no_code_that_measures() -> None:
    assert rooms("sgcldff.stages.report") == TABLE
