from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from sgcldff.reporting.files import FIGURES
from sgcldff.reporting.html.page import write_html
from sgcldff.reporting.pages import NOTHING_TO_SHOW


def test_every_page_is_a_section_that_the_navigation_leads_to(written):
    sections = [about["id"] for tag, about in written.elements if tag == "section"]
    links = [about["href"] for tag, about in written.elements if "nav-link" in about.get("class", "")]
    cards = [f"card-{dataset}" for dataset in written.run.files.cards]
    assert sections == ["first", *written.run.files.pages, *cards, "images", "provenance"]
    assert links == [f"#{name}" for name in sections]


def test_every_link_inside_leads_somewhere(written):
    anchors = [about["id"] for _, about in written.elements if "id" in about]
    links = {about["href"][1:] for tag, about in written.elements if tag == "a" and about["href"].startswith("#")}
    assert len(anchors) == len(set(anchors))
    assert {*written.run.files.pages, "first"} <= links <= set(anchors)


def test_every_link_to_a_file_leads_to_one_that_is_there(written):
    links = [unquote(about["href"]) for tag, about in written.elements if tag == "a"]
    files = [link for link in links if not link.startswith("#") and not re.match("[a-z]+:", link)]
    assert any(link.startswith("tables/") for link in files) and "provenance.json" in files
    assert [link for link in files if not (written.file.parent / link).exists()] == []


def test_nothing_is_loaded_from_elsewhere(written):
    loaded = [about["src"] for _, about in written.elements if "src" in about]
    loaded += [about["href"] for tag, about in written.elements if tag == "link"]
    assert len(loaded) > len(written.run.files.figures)
    assert [address for address in loaded if not address.startswith("data:")] == []
    assert not re.search(r"@import|url\((?![\"']?data:)", written.text.partition("</style>")[0])
    assert "sourceMappingURL" not in written.text


def test_the_browser_is_told_to_load_nothing(written):
    (policy,) = [about["content"] for tag, about in written.elements if tag == "meta" and "http-equiv" in about]
    assert policy.startswith("default-src 'none'") and "http" not in policy


def test_every_page_says_that_the_images_are_synthetic_and_so_does_the_bar(written):
    bar, *pages = re.split(r"<section ", written.text)
    assert "Synthetic images; a small-scale run" in bar
    unmarked = [page.split('"')[3] for page in pages if "ynthetic" not in page]
    assert [page for page in unmarked if not page.startswith("card-")] == []  # a card says what its images are


def test_the_figures_are_inside_and_a_large_one_as_png(written):
    images = [about for tag, about in written.elements if tag == "img"]
    kinds = {
        name: next(about["src"] for about in images if about["alt"].startswith(FIGURES[name])).split(";")[0]
        for name in written.run.files.figures
    }
    assert kinds.pop("roc") == "data:image/png" and set(kinds.values()) == {"data:image/svg+xml"}


def test_a_page_with_nothing_to_show_is_pale_in_the_navigation(written):
    texts, *others, _ = written.arguments
    file = written.file.with_name("pale.html")
    write_html(texts | {"attention": NOTHING_TO_SHOW}, *others, file)
    assert re.findall(r'class="nav-link empty" href="(.*?)"', file.read_text()) == ["#attention"]


def test_a_datasets_card_is_a_page_that_the_table_of_datasets_leads_to(written):
    datasets = written.text[written.text.index('<section class="page" id="datasets">') :].partition("</section>")[0]
    assert [name for name in written.run.files.cards if f'href="#card-{name}"' not in datasets] == []


def test_the_configuration_and_every_fit_are_there(written):
    last = written.text[written.text.index('<section class="page" id="provenance">') :]
    assert "learning_rate: 0.0004" in last and last.count("c0ffee") == 54


def test_the_same_run_gives_the_same_bytes(written, tmp_path):
    *others, _ = written.arguments
    write_html(*others, written.file.with_name("again.html"))
    assert written.file.with_name("again.html").read_bytes() == written.file.read_bytes()


@pytest.fixture
def passed_on(written) -> str:
    *others, _, _ = written.arguments
    file = written.file.with_name("passed_on.html")
    write_html(*others, None, file)
    return file.read_text()


def test_a_report_that_is_passed_on_has_no_image_of_a_dataset(written, passed_on):
    assert "data:image/jpeg" in written.text and "data:image/jpeg" not in passed_on
    assert 'id="images"' not in passed_on
    assert f'alt="{FIGURES["explanations"]}' not in passed_on and passed_on.count("Left out: the picture") == 1
