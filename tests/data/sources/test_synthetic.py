from __future__ import annotations

import numpy as np
import pytest

from sgcldff.data.smears.image import draw_image
from sgcldff.data.smears.leukocytes import KINDS
from sgcldff.data.smears.stains import STAIN_DOMAINS
from sgcldff.data.sources.dataset import Record, build_dataset
from sgcldff.data.sources.synthetic import CLASS_WEIGHTS, SyntheticSmears
from sgcldff.errors import InputError
from sgcldff.method import BACKGROUND, CYTOPLASM, NUCLEUS

CLASS_PATH = "sgcldff.data.sources.synthetic.SyntheticSmears"


def small(images: int = 4, domain: str = "rapid", seed: int = 0, size: int = 64) -> SyntheticSmears:
    return SyntheticSmears(domain=domain, images=images, seed=seed, size=size)


def files(raw) -> dict[str, bytes]:
    return {str(path.relative_to(raw)): path.read_bytes() for path in sorted(raw.rglob("*")) if path.is_file()}


def test_the_configuration_builds_it_by_name():
    assert isinstance(build_dataset(CLASS_PATH, {"domain": "field", "images": 3}), SyntheticSmears)


def test_there_are_three_stain_domains_and_their_seeds_differ():
    assert {"rapid", "standard", "field"} <= set(STAIN_DOMAINS)
    assert len({domain.key for domain in STAIN_DOMAINS.values()}) == len(STAIN_DOMAINS)


@pytest.mark.parametrize("domain", STAIN_DOMAINS)
@pytest.mark.parametrize("label", KINDS)
def test_every_class_has_nucleus_and_cytoplasm_in_every_domain(domain, label):
    image, mask = draw_image(np.random.default_rng(3), domain, label, 96)
    assert image.dtype == mask.dtype == np.uint8
    assert image.shape == (*mask.shape, 3) and mask.shape[0] == 96
    assert set(np.unique(mask)) == {BACKGROUND, CYTOPLASM, NUCLEUS}


@pytest.mark.parametrize("domain", STAIN_DOMAINS)
def test_the_nucleus_is_darker_than_the_cytoplasm_and_that_darker_than_the_slide(domain):
    dataset = small(20, domain)
    green = {code: [] for code in (BACKGROUND, CYTOPLASM, NUCLEUS)}
    for index in range(dataset.images):
        image, mask = dataset.draw(index)
        for code, values in green.items():
            values.append(np.median(image[..., 1][mask == code]))
    background, cytoplasm, nucleus = (np.mean(values) for values in green.values())
    assert nucleus + 15 < cytoplasm and cytoplasm + 10 < background


def test_the_image_changes_where_the_mask_does():
    """Inside the border and outside it lie different colours: mask and image are of the same cell."""
    image, mask = draw_image(np.random.default_rng(1), "standard", "monocyte", 160)
    light = image.sum(axis=2).astype(float)
    assert light[mask == NUCLEUS].mean() < 0.8 * light[mask != NUCLEUS].mean()
    shifted = np.roll(mask, (25, 25), axis=(0, 1))
    assert light[mask == NUCLEUS].mean() < light[shifted == NUCLEUS].mean() - 30


def test_a_longer_series_begins_with_the_shorter_one(tmp_path):
    small(3).fetch(tmp_path / "short", None)
    small(6).fetch(tmp_path / "long", None)
    short, long = files(tmp_path / "short"), files(tmp_path / "long")
    assert all(long[name] == content for name, content in short.items() if name.endswith(".png"))
    assert long["labels.csv"].startswith(short["labels.csv"])


def test_an_image_does_not_depend_on_numpy_global_state_or_on_those_before_it():
    dataset = small(9)
    np.random.seed(1)
    first = dataset.draw(7)
    np.random.seed(2)
    dataset.draw(2)
    again = dataset.draw(7)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))


@pytest.mark.parametrize("other", [small(seed=1), small(domain="standard")])
def test_another_seed_or_domain_gives_other_images(other):
    assert not np.array_equal(small().draw(0)[0], other.draw(0)[0])


@pytest.mark.parametrize("images", [25, 100, 1000])
def test_every_series_keeps_near_the_class_weights(images):
    dataset = small(images)
    labels = [dataset.label_of(index) for index in range(images)]
    for label, weight in CLASS_WEIGHTS.items():
        assert abs(labels.count(label) - weight * images) <= 2.5


def test_classes_without_weight_are_not_drawn():
    dataset = SyntheticSmears("rapid", 50, class_weights={"monocyte": 1, "basophil": 3, "eosinophil": 0})
    assert {dataset.label_of(index) for index in range(50)} == {"monocyte", "basophil"}


def test_what_is_read_is_what_was_drawn(tmp_path):
    dataset = small(2, "field")
    dataset.fetch(tmp_path, None)
    for index, record in enumerate(dataset.records(tmp_path)):
        assert record.label == dataset.label_of(index)
        for stored, drawn in zip(dataset.read(tmp_path, record), dataset.draw(index), strict=True):
            assert stored.dtype == np.uint8 and np.array_equal(stored, drawn)


def test_image_ids_are_unique(tmp_path):
    dataset = small(5)
    dataset.fetch(tmp_path, None)
    assert len({record.image_id for record in dataset.records(tmp_path)}) == 5


def test_a_complete_series_is_not_drawn_again(tmp_path, monkeypatch):
    small().fetch(tmp_path, None)
    monkeypatch.setattr(SyntheticSmears, "draw", lambda self, index: pytest.fail("drawn again"))
    small().fetch(tmp_path, None)


def test_a_killed_fetch_goes_on_where_it_stopped(tmp_path, monkeypatch):
    small().fetch(tmp_path / "whole", None)
    draw, drawn = SyntheticSmears.draw, []

    def killed_at_the_third(self, index):
        if len(drawn) == 2:
            raise KeyboardInterrupt
        drawn.append(index)
        return draw(self, index)

    monkeypatch.setattr(SyntheticSmears, "draw", killed_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        small().fetch(tmp_path / "killed", None)
    assert not (tmp_path / "killed" / "labels.csv").exists()
    drawn.clear()
    small().fetch(tmp_path / "killed", None)
    assert drawn == [2, 3]
    assert files(tmp_path / "killed") == files(tmp_path / "whole")


def test_other_settings_replace_the_images(tmp_path):
    small(4).fetch(tmp_path / "a", None)
    small(3, seed=5).fetch(tmp_path / "a", None)
    small(3, seed=5).fetch(tmp_path / "b", None)
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_a_shorter_series_leaves_the_longer_one_complete(tmp_path):
    small(6).fetch(tmp_path, None)
    small(2).fetch(tmp_path, None)
    assert len(small(2).records(tmp_path)) == 2
    assert len(small(6).records(tmp_path)) == 6


def test_records_of_another_series_are_refused(tmp_path):
    small().fetch(tmp_path, None)
    with pytest.raises(InputError, match="fetch the dataset again"):
        small(seed=1).records(tmp_path)


def test_too_few_images_are_named_with_both_numbers(tmp_path):
    small(2).fetch(tmp_path, None)
    with pytest.raises(InputError, match="2 of 9"):
        small(9).records(tmp_path)


def test_a_folder_with_images_of_somebody_else_is_left_alone(tmp_path):
    stranger = tmp_path / "images" / "mine.png"
    stranger.parent.mkdir()
    stranger.write_bytes(b"mine")
    with pytest.raises(InputError, match="empty folder"):
        small().fetch(tmp_path, None)
    assert stranger.read_bytes() == b"mine"


def test_a_truncated_image_is_named(tmp_path):
    dataset = small(1)
    dataset.fetch(tmp_path, None)
    path = tmp_path / "images" / "000000.png"
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(InputError, match="000000.png is not a complete PNG"):
        dataset.read(tmp_path, dataset.records(tmp_path)[0])


def test_a_missing_mask_is_named(tmp_path):
    with pytest.raises(InputError, match="gone.png is missing"):
        small(1).fetch(tmp_path, None)
        small(1).read(tmp_path, Record("x", "monocyte", "images/000000.png", "masks/gone.png"))


@pytest.mark.parametrize(
    "arguments",
    [
        {"domain": "purple", "images": 3},
        {"domain": "rapid", "images": 0},
        {"domain": "rapid", "images": 3, "size": 8},
        {"domain": "rapid", "images": 3, "class_weights": {"blast": 1}},
        {"domain": "rapid", "images": 3, "class_weights": {"monocyte": 0}},
    ],
)
def test_impossible_arguments_are_refused(arguments):
    with pytest.raises(InputError):
        SyntheticSmears(**arguments)
