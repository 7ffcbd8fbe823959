"""Whether results of several machines are of one configuration, the same prepared data and the same code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from sgcldff.config.python_files import MissingClass, is_class, module_files
from sgcldff.environment import commit, commit_text
from sgcldff.errors import InputError
from sgcldff.layout import Layout
from sgcldff.reporting.asked import difference
from sgcldff.reporting.provenance import read_fit
from sgcldff.tables.checksum import file_sha256
from sgcldff.tables.costs import read_cost
from sgcldff.training.fingerprint import code_digest

# What must agree between all fits, between those of a method, and between those on a dataset or pool.
OF_ALL, OF_METHOD, OF_TRAINED_ON = ("size", "training"), ("class_path", "arguments"), ("classes", "members")


class SameRun:
    """What was seen of the runs so far; every further fit, prediction and dataset must agree with it.

    older: whether the code of this checkout may be another than theirs; what is of one method must still agree.
    """

    def __init__(self, older: bool = False) -> None:
        self._older = older
        self._asked: dict[tuple[str, str], tuple[Any, Path]] = {}
        self._fitted_by: dict[str, tuple[dict[str, str], Path]] = {}  # by method
        self._predicted_by: dict[str, tuple[str, Path]] = {}
        self._asked_of: dict[str, Mapping[str, Any]] = {}  # what a fit of each method was asked for
        here = commit(Path(__file__).parent)
        self._commits = {commit_text(here["id"], here["modified"])}

    def add_fit(self, record: Path, own: bool) -> None:
        """A fit.json; own: of the run that is joined to. InputError where it was asked for or made otherwise."""
        fit = read_fit(record)
        asked, used = fit.get("asked", {}), fit.get("used", {})
        method, trained_on = asked.get("method", ""), asked.get("trained_on", "")
        for scope, keys in (("", OF_ALL), (f"method {method}", OF_METHOD), (f"data {trained_on}", OF_TRAINED_ON)):
            for key in keys:
                value = asked.get(key)
                known, file = self._asked.setdefault((scope, key), (value, record))
                if known != value:
                    raise InputError(
                        f"{record} is of another configuration than {file}: {difference(key, value, known)}."
                    )
        self._asked_of.setdefault(method, asked)
        self._add_code(method, record, used, asked, own)

    def _add_code(
        self, method: str, record: Path, used: Mapping[str, Any], asked: Mapping[str, Any], own: bool
    ) -> None:
        made = {"commit": commit_text(used.get("commit") or "unknown", used.get("uncommitted_changes"))}
        if "code" in used:
            made["code"] = used["code"]
        if own:
            self._commits.add(made["commit"])
            self._fitted_by.setdefault(method, (made, record))
            return
        if method not in self._fitted_by:
            # Nothing here to hold it against: then a commit that is known here, or the code of this checkout.
            same = _known(made["commit"]) and made["commit"] in self._commits
            if not (same or self._older) and made.get("code") != _code_here("fit", asked):
                raise InputError(
                    f"{record} was fitted by other code than this checkout has (commit {made['commit']}): check that "
                    f"commit out here, fit {method} again, or take it as it is with --older-code."
                )
            self._fitted_by[method] = (made, record)
            return
        known, file = self._fitted_by[method]
        # A digest of the code itself where both have one: most commits touch no file that a fit depends on.
        key = "code" if "code" in made and "code" in known else "commit"
        if made[key] != known[key] or not _known(made[key]):
            raise InputError(
                f"{record} was fitted by other code than {file}: {key} {made[key][:12]} and not {known[key][:12]}."
            )

    def add_cost(self, file: Path, own: bool) -> None:
        """A cost.json, after all fits; own: of the run that is joined to. InputError where other code predicted."""
        about = read_cost(file)
        made, method = about["code"], about["method"]
        if made is None:  # of a run that is older than the entry: its fits name their commit
            return
        if method not in self._predicted_by:
            asked = self._asked_of.get(method)  # none of a method that predicts with another's fit
            if not (own or self._older) and asked and made != _code_here("predict", asked):
                raise InputError(
                    f"{file} was predicted by other code than this checkout has: check out the commit that it was made "
                    f"at, predict with {method} again, or take it as it is with --older-code."
                )
            self._predicted_by[method] = (made, file)
        known, other = self._predicted_by[method]
        if made != known:
            raise InputError(f"{file} was predicted by other code than {other}: code {made[:12]} and not {known[:12]}.")


def check_data(other: Layout, own: Layout, datasets: Iterable[str]) -> None:
    """InputError where a prepared dataset is missing on either side, or is not the same."""
    for dataset in datasets:
        for name, file in other.prepared(dataset).items():
            mine = own.prepared(dataset)[name]
            if not file.exists():
                raise InputError(f"{file} is missing: copy the folder `data` of that run too, to be compared.")
            check_prepared(mine, dataset, file_sha256(file), f"{file} is not the same as")


def check_prepared(mine: Path, dataset: str, sha256: str, there: str) -> None:
    """InputError where a file of a dataset is not prepared here, or has another checksum; there: which other."""
    if not mine.exists():
        raise InputError(f"{mine} is missing: prepare the datasets here first, `snakemake --cores 2 data`.")
    if file_sha256(mine) != sha256:
        raise InputError(f"{there} {mine}: the runs saw other images of {dataset}.")


def same_bytes(file: Path, other: Path) -> bool:
    """Whether two files hold the same."""
    return file.stat().st_size == other.stat().st_size and file_sha256(file) == file_sha256(other)


def _known(made: str) -> bool:
    """Whether a commit says what the code was."""
    return made != "unknown" and not made.endswith("changes")


def _code_here(stage: str, asked: Mapping[str, Any]) -> str | None:
    """The digest of the code of a stage for the method of a fit in this checkout; None where it has no such method."""
    named = [asked.get("class_path"), *asked.get("arguments", {}).values()]
    try:
        return _digest(stage, tuple(name.rpartition(".")[0] for name in named if is_class(name)))
    except MissingClass:
        return None


@cache
def _digest(stage: str, modules: tuple[str, ...]) -> str:
    return code_digest(module_files(f"sgcldff.stages.{stage}", *modules))
