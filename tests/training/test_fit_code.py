"""The files that a fit of SG-CLDFF depends on: an edit of any of them makes every such fit again."""

from __future__ import annotations

from sgcldff.config.python_files import ROOT, module_files

FILES = [
    "sgcldff/config/stages/fit.py",
    "sgcldff/config/training.py",
    "sgcldff/config/typed.py",
    "sgcldff/data/__init__.py",
    "sgcldff/data/augment.py",
    "sgcldff/data/dataset_files.py",
    "sgcldff/data/duplicates/table.py",
    "sgcldff/data/pools.py",
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
    "sgcldff/model/pretrained.py",
    "sgcldff/model/prior.py",
    "sgcldff/model/saliency.py",
    "sgcldff/tables/__init__.py",
    "sgcldff/tables/files.py",
    "sgcldff/training/batches.py",
    "sgcldff/training/checkpoint.py",
    "sgcldff/training/device.py",
    "sgcldff/training/fingerprint.py",
    "sgcldff/training/fit.py",
    "sgcldff/training/loop.py",
    "sgcldff/training/losses.py",
    "sgcldff/training/network_method.py",
    "sgcldff/training/seeding.py",
    "sgcldff/training/sg_cldff.py",
]


def test_a_fit_depends_on_these_files_and_on_no_other() -> None:
    files = module_files("sgcldff.training.fit", "sgcldff.training.sg_cldff")
    assert [file.relative_to(ROOT).as_posix() for file in files] == FILES
