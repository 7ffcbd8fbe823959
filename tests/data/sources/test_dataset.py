from __future__ import annotations

import pytest

from sgcldff.data.sources.dataset import build_dataset
from sgcldff.data.sources.zheng import JTSC
from sgcldff.errors import InputError


def test_a_dataset_is_built_by_its_class_path():
    assert isinstance(build_dataset("sgcldff.data.sources.zheng.JTSC", {}), JTSC)


@pytest.mark.parametrize("path", ["sgcldff.data.sources.zheng.Jtsc", "sgcldff.data.none.JTSC", "JTSC"])
def test_a_class_that_does_not_exist_is_named(path):
    with pytest.raises(InputError, match=path):
        build_dataset(path, {})


def test_a_wrong_argument_is_named():
    with pytest.raises(InputError, match="colour"):
        build_dataset("sgcldff.data.sources.zheng.JTSC", {"colour": "red"})
