"""The report's Markdown as HTML: links between pages as anchors, figures inside, tables that a browser can sort."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

# The number that a cell starts with; what follows ("± 0.012", "to 4.70", "%", "of 5") says more about it.
NUMBER = re.compile(r"[<>≤≥]?\s*([+−-]?\d[\d,]*(?:\.\d+)?)(?![\w.-])")
NO_NUMBER = ("", "—", "not run", "not available")
LEFT_OUT = "<em>Left out: the picture shows images of the datasets, which are passed on by their sources alone.</em>"
LONG, LONG_WORD = 40, 20  # characters of a cell, of a word: one with more is broken into lines


@dataclass(frozen=True)
class Targets:
    """What a link of a page may lead to.

    folder: where the HTML lies; anchors: file of a page -> its section, the first page first; figures: file of a
    figure -> its data: URI, "" for one that is left out; listed: files and folders that are written beside the page,
    whose names in the text become links.
    """

    folder: Path
    anchors: Mapping[Path, str]
    figures: Mapping[Path, str]
    listed: frozenset[Path] = field(default_factory=frozenset)

    def link(self, page: Path, href: str) -> str:
        """The address in the HTML of what a page links."""
        if re.match(r"[a-z]+:", href):
            return href
        file = _resolved(page, href)
        return f"#{self.anchors[file]}" if file in self.anchors else self.path(file)

    def path(self, file: Path) -> str:
        return quote(Path(os.path.relpath(file, self.folder.absolute())).as_posix())


def to_html(text: str, page: Path, targets: Targets, section: str) -> str:
    """The Markdown of one page; page: its file, which its links start from; section: its anchor, before its headings'.

    Raw HTML in the text is shown as text.
    """
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.add_render_rule("table_open", lambda *_: '<div class="table-box"><table class="table table-sm">\n')
    markdown.add_render_rule("table_close", lambda *_: "</table></div>\n")
    markdown.add_render_rule("image", _image)
    tokens = _without_way_back(markdown.parse(text), page, targets)
    numbers = count(1)
    for token in tokens:
        if token.type == "heading_open":
            token.attrSet("id", f"{section}-{next(numbers)}")
        for inner in token.children or []:
            _lead(inner, page, targets)
        token.children = list(_linked(token.children or [], page, targets))
    _sort_as_shown(tokens)
    return markdown.renderer.render(tokens, markdown.options, {})


def sort_key(cell: str) -> float | None:
    """The number that a cell is sorted by; None where it starts with none.

    >>> sort_key("0.932 ± 0.012 (0.94)"), sort_key("−1.20"), sort_key("> 100,000 (5 to 627)"), sort_key("—")
    (0.932, -1.2, 100000.0, None)
    """
    found = NUMBER.match(cell)
    return float(found[1].replace("−", "-").replace(",", "")) if found else None


def is_numeric(cells: Iterable[str]) -> bool:
    """Whether a column holds numbers: each cell starts with one or says that there is none."""
    keys = [(sort_key(cell), cell) for cell in cells]
    return any(key is not None for key, _ in keys) and all(key is not None or cell in NO_NUMBER for key, cell in keys)


def _without_way_back(tokens: list[Token], page: Path, targets: Targets) -> list[Token]:
    """Without the line that leads to the first page, and the title of the report above it."""
    for place, token in enumerate(tokens if tokens and tokens[0].tag == "h1" else []):
        first = token.children[0] if token.type == "inline" and token.children else None
        if first is not None and first.type == "link_open":
            if targets.link(page, str(first.attrs["href"])) == f"#{next(iter(targets.anchors.values()))}":
                return tokens[3 : place - 1] + tokens[place + 2 :]
            break
    return tokens


def _lead(token: Token, page: Path, targets: Targets) -> None:
    """A link or an image leads to where it stands in the HTML."""
    if token.type == "link_open":
        href = targets.link(page, str(token.attrs["href"]))
        token.attrSet("href", href)
        if re.match(r"https?:", href):
            token.attrSet("rel", "noopener")
            token.attrSet("target", "_blank")
    elif token.type == "image":
        token.attrSet("src", targets.figures[_resolved(page, str(token.attrs["src"]))])


def _linked(tokens: Sequence[Token], page: Path, targets: Targets) -> Iterator[Token]:
    """The name of a file that is written beside the page becomes a link to it."""
    for token in tokens:
        file = _resolved(page, token.content) if token.type == "code_inline" and "/" in token.content else None
        if file not in targets.listed:
            yield token
            continue
        token.content = targets.path(file)
        yield Token("link_open", "a", 1, attrs={"href": token.content})
        yield token
        yield Token("link_close", "a", -1)


def _resolved(page: Path, href: str) -> Path:
    return Path(os.path.normpath(page.absolute().parent / unquote(href)))


def _image(_: Any, tokens: Sequence[Token], place: int, *__: Any) -> str:
    source = str(tokens[place].attrs["src"])
    return enlargeable(source, tokens[place].content) if source else LEFT_OUT


def enlargeable(source: str, caption: str) -> str:
    """An image that fills the window on a click; source: its data: URI."""
    caption = re.sub(r"[&<>\"]", lambda found: f"&#{ord(found[0])};", caption)
    return (
        '<button type="button" class="enlarge" data-bs-toggle="modal" data-bs-target="#enlarged" '
        f'aria-label="Enlarge: {caption}"><img src="{source}" alt="{caption}"></button>'
    )


def _sort_as_shown(tokens: Sequence[Token]) -> None:
    """Columns of numbers are marked as such, with the number of each cell; others are set left."""
    column, cells, heads = 0, {}, {}
    for token, inner in zip_longest(tokens, tokens[1:]):
        if token.type == "table_open":
            cells, heads = {}, {}
        elif token.type == "tr_open":
            column = 0
        elif token.type in ("th_open", "td_open"):
            (heads if token.type == "th_open" else cells).setdefault(column, []).append((token, _shown(inner)))
            column += 1
        elif token.type == "table_close":
            for number, (head, *_) in heads.items():
                _mark_column(head[0], cells.get(number, []))


def _mark_column(head: Token, cells: Sequence[tuple[Token, str]]) -> None:
    numeric = is_numeric(text for _, text in cells)
    head.attrs = {"class": "number", "data-type": "measured"} if numeric else {}
    head.attrs["scope"] = "col"
    for token, text in cells:
        key = sort_key(text) if numeric else None
        is_long = len(text) > LONG or any(len(word) > LONG_WORD for word in text.split())
        token.attrs = {"class": "number" if numeric else "long" if is_long else "word"}
        if numeric:
            token.attrs["data-order"] = "" if key is None else f"{key:g}" if key == int(key) else repr(key)


def _shown(inline: Token | None) -> str:
    """The text of a cell without its marks."""
    return "".join(token.content for token in (inline.children or [])) if inline is not None else ""
