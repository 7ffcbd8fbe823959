"""Results of two machines become one run, or are refused in a sentence."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from sgcldff.config.python_files import module_files
from sgcldff.errors import InputError
from sgcldff.layout import Layout
from sgcldff.sharing.bundle_part import data_checksums
from sgcldff.sharing.merge import merge
from sgcldff.tables.checksum import file_sha256
from sgcldff.tables.joined import AXES, measured_fits, other_axis
from sgcldff.training.fingerprint import code_digest

ASKED = {
    "trained_on": "rapid",
    "members": ["rapid"],
    "method": "full",
    "class_path": "sgcldff.training.sg_cldff.SGCLDFF",
    "arguments": {"width": 8},
    "classes": ["a", "b"],
    "size": 64,
    "training": {"epochs": 2, "augmentation": {"noise": 5}},
}
USED = {"commit": "c0ffee", "uncommitted_changes": False, "code": "abc"}
FIT, PREDICTION = "fits/rapid/full/seed-{}", "predictions/rapid/full/seed-{}"


def run(folder: Path, seed: int) -> Path:
    """Results of one seed, with all that is joined."""
    texts = {f"data/rapid/{name}": "same" for name in ("images.npy", "masks.npy", "index.csv")}
    texts |= {"runs.csv": f"of seed {seed}", f"splits/rapid/seed-{seed}.csv": f"split {seed}"}
    texts |= {f"attention/rapid/full/seed-{seed}.csv": "maps", "data/overlaps/rapid--standard.csv": "pairs"}
    fit, prediction = FIT.format(seed), PREDICTION.format(seed)
    texts |= {f"{fit}/{name}": f"{name} {seed}" for name in ("weights.safetensors", "history.csv")}
    texts[f"{fit}/fit.json"] = json.dumps({"failed": None, "asked": ASKED | {"seed": seed}, "used": USED})
    texts[f"{prediction}/rapid@hue@1.parquet"] = f"prediction {seed}"
    cost = {"trained_on": "rapid", "method": "full", "seed": seed, "images": 1, "seconds": 1.0, "device": "CPU"}
    cost |= dict.fromkeys(("parameters", "multiply_adds", "memory_bytes", "latency_ms")) | {"code": "def"}
    texts[f"{prediction}/cost.json"] = json.dumps(cost)
    for name, text in texts.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


@pytest.fixture
def runs(tmp_path: Path) -> tuple[Path, Path]:
    return run(tmp_path / "there", 1), run(tmp_path / "here", 0)


def change(record: Path, *keys: str, to: object) -> None:
    """Write a record with another value under these keys."""
    content = json.loads(record.read_text())
    place = content
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = to
    record.write_text(json.dumps(content))


def refusal(others: list[Path], results: Path) -> str:
    """Why nothing was joined, in one sentence; nothing was copied either."""
    before = {path: path.read_bytes() for path in results.rglob("*") if path.is_file()}
    with pytest.raises(InputError) as caught:
        merge(others, results, lambda _: False)
    assert {path: path.read_bytes() for path in results.rglob("*") if path.is_file()} == before
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)
    return str(caught.value)


def test_fits_predictions_and_what_was_measured_come_along_and_scores_do_not(runs):
    there, here = runs
    joined = merge([there], here, lambda _: False)
    for file in [path for path in there.rglob("*") if path.is_file() and path.name != "runs.csv"]:
        assert (here / file.relative_to(there)).read_bytes() == file.read_bytes()
    assert (here / "runs.csv").read_text() == "of seed 0"
    assert joined.seeds == [0, 1] and joined.copied == 7 and joined.there == 1


def test_a_second_time_copies_nothing(runs):
    there, here = runs
    merge([there], here, lambda _: False)
    times = {path: path.stat().st_mtime_ns for path in here.rglob("*")}
    assert merge([there], here, lambda _: False).copied == 0
    assert {path: path.stat().st_mtime_ns for path in here.rglob("*")} == times


def test_no_copy_is_older_than_what_it_was_made_from(runs):
    there, here = runs
    merge([there], here, lambda _: False)
    order = ["splits/rapid/seed-1.csv", f"{FIT}/weights.safetensors", f"{FIT}/fit.json"]
    order += [f"{PREDICTION}/rapid@hue@1.parquet", "attention/rapid/full/seed-1.csv"]
    times = [(here / name.format(1)).stat().st_mtime_ns for name in order]
    assert times == sorted(times) and times[0] >= (here / "data/rapid/images.npy").stat().st_mtime_ns


def test_a_fit_that_is_to_be_made_again_and_one_without_a_record_stay_where_they_are(runs):
    there, here = runs
    shutil.copytree(there / FIT.format(1), there / FIT.format(2))
    (there / FIT.format(2) / "fit.json").unlink()
    merge([there], here, lambda record: record.name == "fit.json")
    assert not (here / FIT.format(1)).exists() and not (here / FIT.format(2)).exists()
    assert (here / PREDICTION.format(1) / "cost.json").exists()


@pytest.mark.parametrize(
    ("keys", "to", "said"),
    [
        (("asked", "training", "augmentation", "noise"), 4, "training.augmentation.noise is 4 and not 5"),
        (("asked", "size"), 96, "size is 96 and not 64"),
        (("asked", "arguments", "width"), 16, "arguments.width is 16 and not 8"),
        (("used", "code"), "xyz", "fitted by other code"),
    ],
)
def test_a_fit_of_another_configuration_or_code_is_refused(runs, keys, to, said):
    there, here = runs
    record = there / FIT.format(1) / "fit.json"
    change(record, *keys, to=to)
    text = refusal([there], here)
    assert said in text and str(record) in text


def test_a_fit_without_a_digest_of_its_code_is_held_to_its_commit(runs):
    there, here = runs
    for folder, seed in ((there, 1), (here, 0)):
        change(folder / FIT.format(seed) / "fit.json", "used", to={"commit": "c0ffee", "uncommitted_changes": False})
    merge([there], here, lambda _: False)
    change(there / FIT.format(1) / "fit.json", "used", "commit", to="decaf")
    assert "commit decaf and not c0ffee" in refusal([there], here)


def test_a_method_that_only_the_other_has_must_come_from_a_commit_or_code_that_is_known_here(runs):
    there, here = runs
    record = there / FIT.format(1) / "fit.json"
    change(record, "asked", "method", to="no_fusion")
    change(record, "used", "commit", to="decaf")
    assert "other code than this checkout has" in refusal([there], here)
    change(record, "used", "commit", to="c0ffee")
    merge([there], here, lambda _: False)


def test_other_code_than_this_checkouts_is_taken_where_it_is_asked_for(runs):
    there, here = runs
    change(there / FIT.format(1) / "fit.json", "asked", "method", to="no_fusion")
    change(there / FIT.format(1) / "fit.json", "used", "commit", to="decaf")
    merge([there], here, lambda _: False, older_code=True)
    assert (here / FIT.format(1) / "fit.json").exists()


def test_fits_of_one_method_are_of_one_code_also_where_older_code_is_taken(runs):
    there, here = runs
    change(there / FIT.format(1) / "fit.json", "used", "code", to="xyz")
    with pytest.raises(InputError, match="by other code than"):
        merge([there], here, lambda _: False, older_code=True)


def test_predictions_of_other_code_are_refused(runs):
    there, here = runs
    change(there / PREDICTION.format(1) / "cost.json", "code", to="xyz")
    assert "predicted by other code" in refusal([there], here)


def test_predictions_of_a_method_that_only_the_other_has_must_be_of_the_code_of_this_checkout(runs):
    there, here = runs
    shutil.rmtree(here / "predictions")
    cost = there / PREDICTION.format(1) / "cost.json"
    assert f"{cost} was predicted by other code than this checkout has" in refusal([there], here)
    change(cost, "code", to=code_digest(module_files("sgcldff.stages.predict", "sgcldff.training.sg_cldff")))
    merge([there], here, lambda _: False)


@pytest.mark.parametrize("name", ["data/rapid/masks.npy", "data/overlaps/rapid--standard.csv"])
def test_other_data_are_refused(runs, name):
    there, here = runs
    (there / name).write_text("else")
    assert str(there / name) in refusal([there], here)


@pytest.mark.parametrize("side", ["there", "here"])
def test_data_that_cannot_be_compared_are_asked_for(runs, side):
    folder = dict(zip(("there", "here"), runs, strict=True))[side]
    (folder / "data/rapid/masks.npy").unlink()
    assert f"{folder / 'data/rapid/masks.npy'} is missing" in refusal([runs[0]], runs[1])


def test_another_split_of_the_same_seed_is_refused(runs):
    there, here = runs
    (here / "splits/rapid/seed-1.csv").write_text("divided otherwise")
    assert "splits/rapid/seed-1.csv is not the same as" in refusal([there], here)


def test_two_others_that_disagree_are_refused(runs, tmp_path):
    there, here = runs
    third = run(tmp_path / "third", 1)
    (third / FIT.format(1) / "history.csv").write_text("else")
    assert str(third / FIT.format(1) / "history.csv") in refusal([there, third], here)


def described(folder: Path) -> Path:
    """A bundle with the checksums of what stands in it."""
    files = [file for file in folder.rglob("*") if file.is_file() and file.name != "ro-crate-metadata.json"]
    graph = [{"@id": file.relative_to(folder).as_posix(), "sha256": file_sha256(file)} for file in files]
    (folder / "ro-crate-metadata.json").write_text(json.dumps({"@graph": graph}))
    return folder


def bundled(folder: Path, seed: int, data: Path, f1: float = 0.5) -> Path:
    """A bundle of one seed, as `merge` reads it: no weights, and no data but their checksums."""
    part = run(folder / "results", seed)
    for file in (
        *part.glob("data/rapid/*"),
        *part.glob("fits/*/*/*/weights.safetensors"),
        *part.glob("pred*/*/*/*/*.p*"),
    ):
        file.unlink()
    data_checksums(Layout(data), ["rapid"]).to_csv(part / "data.csv", index=False)
    run_rows = pd.DataFrame(
        {"trained_on": "rapid", "tested_on": "rapid", "method": "full", "seed": [seed], "n_images": 1, "f1": f1}
    )
    for name, table in (("runs", run_rows), ("confusion", run_rows), ("cells", run_rows)):
        table.to_csv(part / f"{name}.csv", index=False)
    (part / "scores.parquet").write_text("scores")
    blur = {"kind": "blur", "strongest": 4.0, "levels": [1.0]}
    (folder / "provenance.json").write_text(json.dumps({"configuration": {"perturbations": {"blur": blur}}}))
    return described(folder)


def test_the_scores_of_a_bundle_are_used_of_its_fits_as_they_were_tested(runs, tmp_path):
    _, here = runs
    merge([bundled(tmp_path / "part", 1, here)], here, lambda _: False)
    assert list(measured_fits(here / "joined/part/measured.csv")) == [(("rapid", "full", 1), {"rapid"})]
    assert (here / "joined/part/scores.parquet").read_text() == "scores"
    assert (here / FIT.format(1) / "fit.json").exists()


@pytest.mark.parametrize(
    ("axes", "said"),
    [
        ({"blur": {"kind": "blur", "strongest": 3.0}}, "perturbations.blur.strongest is 3.0 and was 4.0"),
        ({"blur": {"kind": "blur", "strongest": 4.0}}, ""),
        ({"noise": {"kind": "noise", "strongest": 3.0}}, ""),
    ],
)
def test_what_was_tested_with_another_strength_of_an_axis_is_known(runs, tmp_path, axes, said):
    _, here = runs
    merge([bundled(tmp_path / "part", 1, here)], here, lambda _: False)
    assert other_axis(here / "joined/part" / AXES, axes) == said


def test_a_bundle_is_joined_once(runs, tmp_path):
    _, here = runs
    part = bundled(tmp_path / "part", 1, here)
    merge([part], here, lambda _: False)
    assert merge([part], here, lambda _: False).copied == 0


def test_a_bundle_of_other_images_is_refused(runs, tmp_path):
    _, here = runs
    part = bundled(tmp_path / "part", 1, here)
    (here / "data/rapid/masks.npy").write_text("other")
    assert refusal([part], here).endswith("the runs saw other images of rapid.")


def test_a_bundle_that_was_changed_or_lacks_a_table_is_refused(runs, tmp_path):
    _, here = runs
    part = bundled(tmp_path / "part", 1, here)
    (part / "results/scores.parquet").write_text("other scores")
    assert "scores.parquet is not the file that was bundled" in refusal([part], here)
    (part / "results/scores.parquet").unlink()
    assert "scores.parquet is missing: bundle that run again" in refusal([described(part)], here)


def test_a_bundle_that_does_not_say_what_data_it_saw_is_refused(runs, tmp_path):
    _, here = runs
    part = bundled(tmp_path / "part", 1, here)
    table = part / "results/data.csv"
    table.write_text(table.read_text().splitlines()[0] + "\n")
    assert "data.csv says nothing of rapid" in refusal([described(part)], here)


@pytest.mark.parametrize("joined_before", [True, False])
def test_two_bundles_with_different_scores_of_a_fit_are_refused(runs, tmp_path, joined_before):
    _, here = runs
    parts = [bundled(tmp_path / "a", 1, here, f1=0.5), bundled(tmp_path / "b", 1, here, f1=0.9)]
    if joined_before:
        merge(parts[:1], here, lambda _: False)
        parts = parts[1:]
    assert "different scores of rapid, rapid, full, seed 1 (f1 0.5 and 0.9)" in refusal(parts, here)


def test_a_fit_whose_cost_came_later_is_used_from_then_on(runs, tmp_path):
    _, here = runs
    part = bundled(tmp_path / "part", 1, here)
    merge([part], here, lambda record: record.name == "cost.json")
    assert list(measured_fits(here / "joined/part/measured.csv")) == []
    merge([part], here, lambda _: False)
    assert len(list(measured_fits(here / "joined/part/measured.csv"))) == 1


def test_two_bundles_of_one_name_are_refused(runs, tmp_path):
    _, here = runs
    parts = [bundled(tmp_path / name / "part", seed, here) for seed, name in enumerate(("a", "b"), start=1)]
    assert refusal(parts, here).endswith("give one of the two another name.")


def test_a_bundle_with_the_name_of_another_that_was_joined_is_refused(runs, tmp_path):
    _, here = runs
    merge([bundled(tmp_path / "part", 1, here)], here, lambda _: False)
    (tmp_path / "again").mkdir()
    message = refusal([bundled(tmp_path / "again/part", 2, here)], here)
    assert message.endswith("give the bundle another name.")
