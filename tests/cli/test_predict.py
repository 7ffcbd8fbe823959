"""`sgcldff predict` on files as a person has them: what it writes, what it skips, what it refuses."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
import torch
import yaml
from PIL import Image
from typer.testing import CliRunner

from sgcldff.cli.main import app
from sgcldff.data.image_files import read_image
from sgcldff.data.nucleus import nucleus_within
from sgcldff.data.own_images import OwnImage
from sgcldff.data.resizing import resize_image
from sgcldff.evaluation.own_images import open_fit, predict_own
from sgcldff.method import HIDDEN, UNKNOWN, Samples

ROOT = Path(__file__).resolve().parents[2]
SIZES = {"small.png": (40, 50), "large.tif": (300, 200), "square.jpg": (64, 64)}  # height and width


def picture(height: int, width: int, seed: int) -> np.ndarray:
    coarse = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), np.uint8)
    return cv2.resize(coarse, (width, height))


@pytest.fixture
def smears(tmp_path: Path) -> Path:
    """Images of three formats and sizes."""
    folder = tmp_path / "smears"
    folder.mkdir()
    for seed, (name, size) in enumerate(SIZES.items()):
        Image.fromarray(picture(*size, seed)).save(folder / name)
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def table(out: Path) -> pd.DataFrame:
    return pd.read_csv(out / "predictions.csv").set_index("name")


def test_every_image_has_a_row_a_mask_of_its_own_size_and_an_overlay(sgcldff, full, smears, out):
    done = sgcldff("predict", smears, "--model", full, "--out", out, "--device", "cpu")
    assert done.status == 0 and done.stdout.startswith("Predicted 3 of 3 images by method trained on drawn, seed 0.")
    rows = table(out)
    measures = ["cell_area", "nucleus_free_area", "width", "height"]
    assert list(rows.columns) == ["file", "class", "confidence", "p_round", "p_square", *measures]
    for name, (height, width) in SIZES.items():
        row, mask = rows.loc[Path(name).stem], cv2.imread(str(out / f"masks/{Path(name).stem}.png"), -1)
        assert mask.shape == (height, width) == (row["height"], row["width"])
        assert set(np.unique(mask)) <= {0, 255} and (mask == 255).sum() == row["cell_area"]
        nucleus = nucleus_within(read_image(smears / name, "-", turn=True), mask == 255)
        assert row["nucleus_free_area"] == row["cell_area"] - nucleus.sum()
        # Image and Grad-CAM side by side.
        overlay = cv2.imread(str(out / f"overlays/{Path(name).stem}.png"))
        assert overlay.shape[1] / overlay.shape[0] == pytest.approx(2 * width / height, rel=0.01)
        assert row["file"] == str(smears / name)


def test_the_numbers_are_those_of_the_fit_on_images_prepared_as_it_was_trained(sgcldff, full, smears, out):
    sgcldff("predict", smears, "--model", full, "--out", out, "--device", "cpu")
    method = open_fit(full, "cpu", 1).method
    image = resize_image(np.array(Image.open(smears / "large.tif")), method.size)[None]
    hidden = np.full(1, HIDDEN, np.int64), np.full((1, method.size, method.size), UNKNOWN, np.uint8)
    (expected,) = method.predict(Samples(["large"], image, *hidden)).probabilities
    row = table(out).loc["large"]
    np.testing.assert_allclose(row[["p_round", "p_square"]].to_numpy(float), expected, atol=1e-4)
    assert row["class"] == ["round", "square"][expected.argmax()]
    assert row["confidence"] == pytest.approx(expected.max(), abs=1e-4)


def test_what_cannot_be_read_is_named_and_skipped_and_the_exit_code_says_so(sgcldff, full, smears, out):
    whole = (smears / "small.png").read_bytes()
    (smears / "cut.png").write_bytes(whole[: len(whole) // 2])
    done = sgcldff("predict", smears, smears / "none.png", "--model", full, "--out", out)
    assert done.status == 1 and done.stdout.startswith("Predicted 3 of 4 images")
    said = [line for line in done.stderr.splitlines() if "skipped" in line]
    assert f"sgcldff: skipped: {smears / 'none.png'} there is no such file or folder." in said
    assert any(line.startswith(f"sgcldff: skipped: {smears / 'cut.png'} is truncated") for line in said)
    assert sorted(table(out).index) == ["large", "small", "square"]


def test_where_nothing_can_be_read_nothing_is_written(sgcldff, full, tmp_path, out):
    (tmp_path / "broken.jpg").write_bytes(b"no image")
    done = sgcldff("predict", tmp_path / "broken.jpg", "--model", full, "--out", out)
    assert done.status == 2 and "None of 1 images could be read" in done.stderr and not out.exists()


def test_images_of_one_name_do_not_overwrite_each_other(sgcldff, full, tmp_path, out):
    for seed, folder in enumerate(("one", "two")):
        (tmp_path / "slides" / folder).mkdir(parents=True)
        Image.fromarray(picture(40 + seed, 40, seed)).save(tmp_path / "slides" / folder / "cell.png")
    assert sgcldff("predict", tmp_path / "slides", "--model", full, "--out", out).status == 0
    assert list(table(out).index) == ["one__cell", "two__cell"]
    heights = [cv2.imread(str(out / f"masks/{name}__cell.png")).shape[0] for name in ("one", "two")]
    assert heights == [40, 41]


def test_deep_images_are_read_by_the_bits_that_their_values_fill(sgcldff, full, tmp_path, out):
    pixels = picture(64, 64, 0)
    Image.fromarray(pixels).save(tmp_path / "flat.png")
    cv2.imwrite(str(tmp_path / "deep.png"), pixels[..., ::-1].astype(np.uint16) * 16 + 15)
    images = [tmp_path / "flat.png", tmp_path / "deep.png"]
    done = sgcldff("predict", *images, "--model", full, "--out", out)
    assert done.status == 0 and "Images of 16 bits a channel: 1, read as 12 bits" in done.stderr
    rows = table(out)
    assert rows.loc["flat", "p_round"] == pytest.approx(rows.loc["deep", "p_round"], abs=1e-5)


def test_a_second_run_does_not_write_over_the_first(sgcldff, full, smears, out):
    arguments = ["predict", smears, "--model", full, "--out", out]
    assert [sgcldff(*arguments).status, sgcldff(*arguments).status] == [0, 2]


def test_the_page_holds_every_image_and_leads_to_its_overlay(sgcldff, full, smears, out):
    (smears / "small.png").rename(smears / "a & <b> #1.png")
    assert sgcldff("predict", smears, "--model", full, "--out", out, "--html").status == 0
    page = (out / "index.html").read_text()
    assert page.count("<figure") == page.count("data:image/jpeg;base64,") == 3
    assert "a &amp; &lt;b&gt; #1.png" in page and "not a medical device" in page
    assert 'href="overlays/a%20%26%20%3Cb%3E%20%231.png"' in page and not re.search(r'src="(?!data:)', page)


def test_a_method_without_a_network_predicts_too_and_has_no_grad_cam(sgcldff, fit, smears, out):
    model = fit("baselines.thresholding.NucleusSeeded")
    assert sgcldff("predict", smears, "--model", model, "--out", out).status == 0
    overlay = cv2.imread(str(out / "overlays/square.png"))
    assert overlay.shape[0] == overlay.shape[1] and table(out).loc["square", "confidence"] > 0


def test_a_method_that_names_no_class_has_empty_cells_and_one_without_masks_no_areas(sgcldff, fit, smears, out):
    masks_alone = fit("sgcldff.training.sg_cldff.SGCLDFF", weights="none", width=16, heads="mask")
    untaught = fit("sgcldff.training.sg_cldff.SGCLDFF", masked=False, weights="none", width=16)
    for name, model in {"masks": masks_alone, "classes": untaught}.items():
        done = sgcldff("predict", smears / "square.jpg", "--model", model, "--out", out / name, "--html")
        assert done.status == 0, done.stderr
    assert table(out / "masks").loc["square", ["class", "confidence", "p_round", "p_square"]].isna().all()
    assert table(out / "classes").loc["square", ["cell_area", "nucleus_free_area"]].isna().all()
    assert not (out / "classes/masks").exists()


def test_batches_keep_the_order_and_lose_no_image(sgcldff, full, smears, out, monkeypatch):
    monkeypatch.setattr("sgcldff.evaluation.own_images.BATCH_IMAGES", 2)
    (smears / "medium.png").write_bytes(b"no image")
    done = sgcldff("predict", smears, "--model", full, "--out", out)
    assert done.status == 1 and list(table(out).index) == ["large", "small", "square"]


def test_no_more_than_a_batch_is_in_memory(fit, smears, monkeypatch):
    monkeypatch.setattr("sgcldff.evaluation.own_images.BATCH_PIXELS", 64 * 64)
    opened = open_fit(fit("baselines.controls.Chance"), "cpu", 1)
    taken: list[int] = []
    images = (taken.append(number) or OwnImage(smears / "square.jpg", str(number)) for number in range(5))
    assert next(predict_own(opened, images, None)).image.name == "0" and taken == [0]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--device", "gpu"], "--device gpu is not known: use auto, cpu, cuda."),
        (["--model", "."], "is not the folder of a fit"),
        (["--bit-depth", "20"], "--bit-depth"),
    ],
)
def test_what_is_wrong_is_refused_before_anything_is_written(sgcldff, full, smears, out, arguments, told):
    done = sgcldff("predict", smears, "--model", full, "--out", out, *arguments)
    assert done.status == 2 and told in done.stderr and not out.exists()


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_a_gpu_that_is_not_there_is_refused(sgcldff, full, smears, out):
    done = sgcldff("predict", smears, "--model", full, "--out", out, "--device", "cuda")
    assert done.status == 2 and "torch sees no GPU" in done.stderr and not out.exists()


def test_the_oracle_predicts_nothing_of_images_whose_truth_nobody_knows(sgcldff, fit, smears, out):
    done = sgcldff("predict", smears, "--model", fit("baselines.controls.Oracle"), "--out", out)
    assert done.status == 2 and "only repeats the known truth" in done.stderr


def test_the_command_that_the_demo_ends_with_names_what_the_demo_makes():
    words = shlex.split(re.search(r"^TRY = \S+/sgcldff (.+)$", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)[1])
    demo = yaml.safe_load((ROOT / "workflow/configs/demo.yaml").read_text())
    images, model = words[1], words[words.index("--model") + 1]
    assert images in {f"{demo['raw']}/{dataset}/images" for dataset in demo["datasets"]}
    fits = {
        f"{demo['results']}/fits/{dataset}/{method}/seed-{seed}"
        for dataset in demo["datasets"]
        for method in demo["methods"]
        for seed in demo["seeds"]
    }
    assert model in fits


@pytest.mark.parametrize("verb", ["predict", "export"])
def test_the_page_shows_commands_with_options_that_there_are(verb):
    (command,) = re.findall(rf"^ {{4}}sgcldff ({verb} .+)$", (ROOT / "docs/predict.md").read_text(), flags=re.MULTILINE)
    options = {word for word in shlex.split(command) if word.startswith("--")}
    shown = CliRunner().invoke(app, [verb, "--help"], env={"COLUMNS": "200", "NO_COLOR": "1"}).output
    assert options and all(option in shown for option in options)


def test_the_help_of_export_shows_the_shapes_of_what_goes_in_and_out():
    shown = CliRunner().invoke(app, ["export", "--help"], env={"COLUMNS": "200", "NO_COLOR": "1"}).output
    assert "[batch, size, size, 3]" in shown and "[batch, classes]" in shown
