"""HTML to PDF/A bytes: the only module that knows WeasyPrint."""

import gc
import logging
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

import pydyf
from weasyprint import CSS
from weasyprint.css import ColorProfile
from weasyprint.document import Document, Page
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from server.household_file.typeset import fonts
from server.household_file.typeset.engine import FAR, Looks, parsed, typeset
from server.household_file.typeset.footer import STRIP, footer_of, with_footer
from server.household_file.typeset.volume import lay_out

FOLDER = Path(__file__).parent
BASE = FOLDER.as_uri() + "/"
LOG = logging.getLogger("weasyprint")

#: Every face that a household's file is set in, with what has several glyphs in a face.
_LINES = "".join(
    f'<p class="{face}">字 0123456789 —“”</p>' for face in ("song", "hei", "kai", "fang")
)
SAMPLE = f"""<!doctype html><html lang="zh-CN"><body data-foot="一|二" data-code="YIHU:1:1:0:">
<h1>一户一档</h1>{_LINES}<table class="t low"><tr><td class="d">0123456789</td></tr></table>
</body></html>"""

Picture = Callable[[str], bytes]
"""The thumbnail (photo) or drawing (signature) of a sha256, as JPEG or PNG bytes."""


class PrintingFailed(Exception):
    """The paper cannot be printed as it should be; `detail` tells the office."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class _Complaints(logging.Handler):
    """Keeps what WeasyPrint says about a document: for us each such line is a fault."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


class _Pictures(URLFetcher):  # type: ignore[misc]
    """Opens the pictures of one file and what the page carries itself; nothing else, no network."""

    def __init__(self, picture: Picture) -> None:
        super().__init__(allowed_protocols=("data",))
        self._picture = picture

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        scheme, _, rest = url.partition(":")
        if scheme == "photo":
            return URLFetcherResponse(url, self._picture(rest))
        if url.startswith(FOLDER.as_uri()):
            return URLFetcherResponse(url, Path(URLFetcherResponse(url).path).read_bytes())
        return super().fetch(url, headers)


def pdf(html: str, picture: Picture, *, tagged: bool = False) -> bytes:
    """One document as PDF/A-2u with bookmarks; the same HTML and pictures give the same bytes.

    tagged: as PDF/A-2a, whose tags say what is a heading, a table, a cell; a fifth slower.
    Raises PrintingFailed when a font is not installed or WeasyPrint had anything to say (a picture
    that cannot be read, a style that it does not know).
    """
    if lacking := fonts.missing():
        raise PrintingFailed(f"缺少字体，请先安装：{'、'.join(lacking)}")
    root = parsed(html)
    footer = footer_of(root)
    looks, fetcher = _looks(footed=footer is not None), _Pictures(picture)
    with _complaints() as complaints:
        document = lay_out(root, lambda part: typeset(part, looks, BASE, fetcher))
        if footer is not None:
            document.pages = with_footer(document.pages, footer, _strips)
        document.color_profiles["srgb"] = _srgb()
        content: bytes = document.write_pdf(
            pdf_variant="pdf/a-2a" if tagged else "pdf/a-2u", output_intent="", finisher=_compress
        )
    if complaints:
        raise PrintingFailed(_in_words(complaints))
    return content


def _in_words(complaints: list[str]) -> str:
    """What the office can do about it; the log has WeasyPrint's own words."""
    if all("photo:" in line for line in complaints):
        return f"有 {len(complaints)} 张照片或签名打不开，请记录人重新上传后再印。"
    return "版面没有排好，请管理员查看服务器日志。"


@cache
def warm_up() -> None:
    """Print a page with all faces, so that what every document needs is there before the first."""
    if not fonts.missing():
        pdf(SAMPLE, _none)


@contextmanager
def many() -> Iterator[Callable[[], None]]:
    """Hold the garbage collector while many files are rendered (twice as fast).

    Yields what the caller calls after each file: every fifth time it collects, so memory stays
    bounded.
    """
    warm_up()
    gc.collect()
    gc.freeze()
    was_enabled = gc.isenabled()
    gc.disable()
    done = 0

    def next_one() -> None:
        nonlocal done
        done += 1
        if done % 5 == 0:
            gc.collect()

    try:
        yield next_one
    finally:
        gc.unfreeze()
        if was_enabled:
            gc.enable()


@cache
def _looks(*, footed: bool = False) -> Looks:
    """The style sheets, read once per process; footed: pages that get their footer drawn."""
    sheets = [FOLDER / "file.css"] + [FOLDER / "footed.css"] * footed
    looks = Looks([CSS(filename=str(one), font_config=_fonts()) for one in sheets], _fonts())
    if not any(FAR.search(one.read_text("utf-8")) for one in sheets):
        looks.places = {}
    return looks


@cache
def _strip_looks() -> Looks:
    return Looks([CSS(string=STRIP, font_config=_fonts())], _fonts())


def _strips(html: str) -> Sequence[Page]:
    pages: Sequence[Page] = typeset(parsed(html), _strip_looks(), BASE, _Pictures(_none)).pages
    return pages


def _none(sha256: str) -> bytes:
    raise FileNotFoundError(sha256)


@cache
def _fonts() -> FontConfiguration:
    return FontConfiguration()


def _compress(document: Document, content: pydyf.PDF) -> None:
    """Compress streams as most programs do; WeasyPrint's way takes three times as long for 1%."""
    for stream in content.objects:
        if isinstance(stream, pydyf.Stream) and stream.compress:
            stream.stream = [zlib.compress(b"\n".join(map(pydyf._to_bytes, stream.stream)))]
            stream.extra["Filter"] = "/FlateDecode"
            stream.compress = False


def _srgb() -> Any:
    """The colour profile that PDF/A asks for; WeasyPrint 70 itself leaves its file open."""
    profile = files("weasyprint.pdf").joinpath("sRGB2014.icc").read_bytes()
    return ColorProfile(
        BytesIO(profile), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"])
    )


@contextmanager
def _complaints() -> Iterator[list[str]]:
    handler = _Complaints()
    LOG.addHandler(handler)
    try:
        yield handler.lines
    finally:
        LOG.removeHandler(handler)
