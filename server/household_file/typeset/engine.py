"""WeasyPrint without doing anew for every file what is the same in all of them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder

import cssselect2
from lxml import etree
from weasyprint import CSS, DEFAULT_OPTIONS, HTML
from weasyprint.css import (
    ComputedStyle,
    InitialStyle,
    StyleFor,
    declaration_precedence,
    find_style_attributes,
    find_stylesheets,
    preprocess_declarations,
)
from weasyprint.css.counters import CounterStyle
from weasyprint.css.targets import TargetCollector
from weasyprint.document import Document, Page
from weasyprint.formatting_structure.build import build_formatting_structure
from weasyprint.html import get_html_metadata
from weasyprint.images import get_image_from_uri
from weasyprint.layout import LayoutContext, layout_document
from weasyprint.pdf.metadata import DocumentMetadata
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from server.household_file.typeset import quicker, subsets

quicker.install()
subsets.install()

#: What browsers presume of HTML, as far as our papers use it. WeasyPrint's own sheet has rules for
#: six kinds of notes and markers, which make seven styles of each element.
PRESUMED = """
head, link, meta, script, style, title { display: none }
html, body, section, div, p, h1, h2, h3, figure, figcaption { display: block }
table { display: table; box-sizing: border-box; text-indent: initial }
colgroup { display: table-column-group }
col { display: table-column }
thead { display: table-header-group; vertical-align: middle }
tbody { display: table-row-group; vertical-align: middle }
tr { display: table-row; vertical-align: inherit }
td, th { display: table-cell; vertical-align: inherit; padding: 1px }
h1 { font-size: 2em; bookmark-level: 1 }
h2 { font-size: 1.5em; bookmark-level: 2 }
h3 { font-size: 1.17em; bookmark-level: 3 }
h1, h2, h3 { font-weight: bold; bookmark-label: content(text); hyphens: manual }
h1, h2, h3 { break-after: avoid; break-inside: avoid }
b, strong, th { font-weight: bold }
em, i { font-style: italic }
br::before { content: "\\A"; white-space: pre-line }
wbr::before { content: "\\200B" }
img, svg { overflow: hidden }
@page {
  @left-top { text-align: center; vertical-align: top }
  @bottom-left { text-align: left; vertical-align: middle }
  @bottom-center { text-align: center; vertical-align: middle }
  @bottom-right { text-align: right; vertical-align: middle }
}
"""


@dataclass(frozen=True, slots=True)
class _Kept:
    """What elements of one kind below one parent look like, and their ::before and ::after."""

    style: Any
    pseudo: tuple[tuple[str, Any], ...]


@dataclass(slots=True)
class Looks:
    """Style sheets and fonts, and every computed style that followed from them so far."""

    sheets: Sequence[CSS]
    fonts: FontConfiguration
    kept: dict[object, _Kept] = field(default_factory=dict)
    #: Where no selector asks for more than `_place` tells: what was found in each place.
    places: dict[object, tuple[int, _Kept]] | None = None


#: Selectors that ask for more of an element's surroundings than `_place` tells.
FAR = re.compile(r":nth-|:has|:empty|:only|-of-type|~|\[[^\]]*=")


def typeset(root: Element, looks: Looks, base_url: str, fetcher: URLFetcher) -> Document:
    """Lay out a parsed document; what `HTML(string=…).render()` gives, for less work."""
    source = _Source(root, base_url, fetcher)
    options = dict(DEFAULT_OPTIONS)
    counters = CounterStyle()
    profiles: dict[str, Any] = {}
    page_rules: list[Any] = []
    layers: list[Any] = []
    for style in source._ua_counter_style():
        counters.update(style)
    targets = TargetCollector()
    own = list(
        find_stylesheets(
            source.wrapper_element, "print", fetcher, base_url, looks.fonts, counters, profiles,
            page_rules, layers,
        )
    )  # fmt: skip
    context = LayoutContext(
        _Styles(source, looks, own, targets),
        functools.partial(get_image_from_uri, cache={}, url_fetcher=fetcher, options=options),
        looks.fonts,
        counters,
        targets,
    )
    root = build_formatting_structure(
        source.etree_element, context.style_for, context.get_image_from_uri, base_url, targets,
        counters, context.footnotes,
    )  # fmt: skip
    pages = [Page(box) for box in layout_document(source, root, context)]
    metadata = DocumentMetadata(**get_html_metadata(source))
    document = Document(pages, metadata, fetcher, looks.fonts, profiles, "")
    document._html = source
    return document


class _Source(HTML):  # type: ignore[misc]
    """A document that is parsed already."""

    def __init__(self, root: Element, base_url: str, fetcher: URLFetcher) -> None:
        self.base_url = base_url
        self.url_fetcher = fetcher
        self.media_type = "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = root

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return [_presumed()]


class _Builder(TreeBuilder):
    """Builds the tree that WeasyPrint wants from what libxml2 reads."""

    def start(self, tag: str, attrs: Any, /) -> Element:
        return super().start(tag, dict(attrs))


def parsed(html: str) -> Element:
    """The tree of a document, read in C: our templates close what they open."""
    builder: Any = _Builder()
    parser: Any = etree.HTMLParser(target=builder, encoding="utf-8")
    parser.feed(html.encode())
    root: Element = parser.close()
    for table in list(root.iter("table")):
        _wrap_rows(table)
    return root


def _wrap_rows(table: Element) -> None:
    """Put rows that stand in a table by themselves into a body, as HTML says."""
    body: Element | None = None
    for place, child in enumerate(list(table)):
        if child.tag != "tr":
            body = None
            continue
        if body is None:
            body = Element("tbody")
            table.insert(place, body)
        table.remove(child)
        body.append(child)


@functools.cache
def _presumed() -> CSS:
    return CSS(string=PRESUMED)


class _Styles(StyleFor):  # type: ignore[misc]
    """The styles of one document's elements, taken from what earlier documents left.

    What an element looks like follows from its parent's style, from the rules that select it and
    from its own `style`; where these were seen before, in whatever document, the style is there.
    """

    def __init__(
        self, source: _Source, looks: Looks, own: list[CSS], targets: TargetCollector
    ) -> None:
        self._cascaded_styles: dict[Any, Any] = {}
        self._computed_styles: dict[Any, Any] = {}
        self.initial_page_sizes = {"box": None, "area": None}
        self.font_config = looks.fonts
        self._sheets = [
            *((sheet, "user agent", None) for sheet in source._ua_stylesheets()),
            *((sheet, "author", None) for sheet in own),
            *((sheet, "user", None) for sheet in looks.sheets),
        ]
        # sheets of the document's own end with it, and so must what follows from them
        self._kept = {} if own else looks.kept
        self._base_url = source.base_url
        places = None if own else looks.places
        above: dict[Element | None, tuple[int, _Kept | None]] = {None: (0, None)}
        for wrapper in source.wrapper_element.iter_subtree():
            element = wrapper.etree_element
            number, parent = above[wrapper.parent.etree_element if wrapper.parent else None]
            if places is None:
                above[element] = 0, self._found(wrapper, parent)
            else:
                place = number, *_place(wrapper)
                if place not in places:
                    places[place] = len(places) + 1, self._found(wrapper, parent)
                above[element] = places[place]
            found = above[element][1]
            if found is not None:
                self._give(element, found, targets)

    def _found(self, wrapper: Any, parent: _Kept | None) -> _Kept:
        element = wrapper.etree_element
        matches = [
            (number, match)
            for number, (sheet, _, _) in enumerate(self._sheets)
            for match in sheet.matcher.match(wrapper)
        ]
        key = (
            id(parent),
            element.get("style"),
            element.get("lang"),
            tuple((number, match[1], match[2]) for number, match in matches),
        )
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = self._computed(element, parent, matches)
        return found

    def _computed(self, element: Element, parent: _Kept | None, matches: Sequence[Any]) -> _Kept:
        cascaded: dict[str | None, dict[str, Any]] = {None: {}}
        for declarations in _attributes(element, self._base_url):
            for name, values, important in preprocess_declarations(self._base_url, declarations):
                weight = declaration_precedence("author", important), float("inf"), (1, 0, 0)
                _put(cascaded[None], name, values, weight)
        for number, (specificity, _, pseudo, (declarations, layer)) in matches:
            sheet, origin, own = self._sheets[number]
            order = float("inf") if layer is None else sheet.layers.index(layer)
            style = cascaded.setdefault(pseudo, {})
            for name, values, important in declarations:
                weight = declaration_precedence(origin, important), order, own or specificity
                _put(style, name, values, weight)
        style = self._style(parent and parent.style, cascaded.pop(None), None)
        pseudo = tuple((name, self._style(style, one, name)) for name, one in cascaded.items())
        return _Kept(style, pseudo)

    def _style(self, parent: Any, cascaded: dict[str, Any], pseudo: str | None) -> Any:
        root = parent.root_style if parent is not None else InitialStyle(self.font_config)
        if parent is not None and parent.is_root_element:
            root = parent
        return ComputedStyle(
            parent, cascaded, pseudo, root, self._base_url, self.font_config,
            self.initial_page_sizes,
        )  # fmt: skip

    def _give(self, element: Element, found: _Kept, targets: TargetCollector) -> None:
        style = found.style
        if anchor := element.get("id"):
            style = style.copy()
            style["anchor"] = anchor
            targets.collect_anchor(anchor)
        self._computed_styles[element, None] = style
        for name, pseudo in found.pseudo:
            self._computed_styles[element, name] = pseudo


def _place(wrapper: Any) -> tuple[object, ...]:
    """What selectors may ask of an element besides its ancestors: itself and its neighbours."""
    element, previous = wrapper.etree_element, wrapper.previous
    last = wrapper.parent is None or wrapper.index == len(wrapper.parent.etree_children) - 1
    return (
        element.tag,
        *(element.get(name) for name in ("class", "style", "lang")),
        tuple(element.attrib),
        last,
        previous is not None and (previous.etree_element.tag, tuple(previous.etree_element.attrib)),
        previous is not None and previous.etree_element.get("class"),
    )


def _put(style: dict[str, Any], name: str, values: Any, weight: Any) -> None:
    if name not in style or style[name][1] <= weight:
        style[name] = values, weight


def _attributes(element: Element, base_url: str) -> Iterator[Any]:
    """What the attributes of an element say of its looks, but for its name as a place."""
    bare = Element(element.tag, element.attrib)
    for _, _, declarations, _ in find_style_attributes(bare, False, base_url):
        if declarations[0].name != "-weasy-anchor":
            yield declarations
