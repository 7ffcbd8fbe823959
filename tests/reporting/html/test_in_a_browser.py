"""report.html as a reader has it: opened from the disk in a real browser, on a desk and on a phone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

FOUND = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),  # a container's root has no sandbox
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
pytestmark = pytest.mark.skipif(FOUND is None, reason="no browser is installed: apt-get install chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=FOUND, args=list(QUIET))
        yield opened
        opened.close()


@pytest.fixture(params=[1280, 390], ids=["desk", "phone"])
def page(request, browser: Browser, written) -> Iterator[Page]:
    """The report in a window of this width; fails at the end on what its console says or what it asked the net for."""
    context = browser.new_context(
        viewport={"width": request.param, "height": 844}, offline=True, reduced_motion="reduce"
    )
    page, trouble = context.new_page(), []
    page.set_default_timeout(20_000)
    page.on("console", lambda message: trouble.append(message.text) if message.type != "log" else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("request", lambda asked: trouble.append(asked.url) if asked.url.startswith("http") else None)
    page.goto(written.file.as_uri())
    yield page
    context.close()
    assert trouble == []


def visit(page: Page, anchor: str) -> None:
    """By its link in the navigation, which a phone must open first."""
    contents = page.locator("#contents")
    phone = not contents.is_visible()
    if phone:
        page.get_by_role("button", name="Contents").click()
        page.locator("#contents.show:not(.showing)").wait_for()
    contents.locator(f"a[href='#{anchor}']").click()
    page.locator(f"section#{anchor}").wait_for(state="visible")
    if phone:
        contents.wait_for(state="hidden")
        page.locator(".offcanvas-backdrop").wait_for(state="detached")


def column(page: Page, section: str, title: str) -> list[str]:
    """The cells below this title in the first table of the section that has it, as they are shown."""
    table = page.locator(f"section#{section} table").filter(has=page.locator("th", has_text=title)).first
    place = table.locator("th").all_inner_texts().index(title)
    return [row.locator("td").nth(place).inner_text() for row in table.locator("tbody tr").all()]


def test_every_page_is_reached_stands_alone_and_is_no_wider_than_the_window(page, written):
    for anchor in ("first", *written.run.files.pages, "images", "provenance"):
        visit(page, anchor)
        assert page.locator("section.page:visible").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), anchor
        assert anchor in ("figures", "images") or page.locator("table:visible").count() > 0


def test_the_first_page_links_the_others(page):
    page.locator("section#first a[href='#costs']").first.click()
    page.locator("section#costs").wait_for(state="visible")
    page.go_back()
    page.locator("section#first").wait_for(state="visible")


def test_a_wide_table_scrolls_in_its_box(page):
    visit(page, "significance")
    boxes = page.locator("section#significance .dt-layout-table > div").first
    inside, seen = boxes.evaluate("box => [box.scrollWidth, box.clientWidth]")
    assert inside > seen


def test_the_first_column_hides_what_is_scrolled_beneath_it(page):
    visit(page, "claims")
    for cell in ("thead th", "tbody td"):
        first = page.locator(f"section#claims table {cell}:first-child").first
        assert first.evaluate("cell => getComputedStyle(cell).backgroundColor") == "rgb(255, 255, 255)"


def test_numbers_are_sorted_as_numbers_with_dashes_last_either_way(page):
    head = page.locator("section#first table").first.locator("th", has_text="AUC")
    head.click()
    up = column(page, "first", "AUC")
    head.click()
    down = column(page, "first", "AUC")
    numbers = [float(cell.split()[0]) for cell in up[:-1]]
    assert len(numbers) > 3 and numbers == sorted(numbers)
    assert up[-1] == down[-1] == "—" and down[:-1] == up[-2::-1]


def test_a_long_table_has_a_search_and_a_short_one_has_none(page):
    assert page.locator("section#first input[type=search]").count() == 0
    visit(page, "provenance")
    page.locator("section#provenance input[type=search]").fill("UNet++")
    assert set(column(page, "provenance", "Method")) == {"UNet++"}


def test_a_figure_enlarges_and_closes(page):
    visit(page, "figures")
    small = page.locator("section#figures .enlarge img").first
    small.click()
    large = page.locator("#enlarged img")
    large.wait_for(state="visible")
    assert large.get_attribute("src") == small.get_attribute("src")
    assert large.bounding_box()["width"] > small.bounding_box()["width"]
    page.get_by_role("button", name="Close").last.click()
    page.locator("#enlarged").wait_for(state="hidden")


def test_images_are_browsed_by_dataset_class_and_failure(page):
    visit(page, "images")
    shown = page.locator(".gallery figure:visible")
    assert shown.count() == 6
    page.locator("#of-dataset").select_option("JTSC")
    page.locator("#of-outcome").select_option("wrong")
    assert shown.count() == 1 and "lymphocyte" in shown.inner_text()
    assert page.locator("#sieved").inner_text() == "1 of 6 images"
    page.locator("#of-label").select_option("neutrophil")
    assert shown.count() == 0
