"""HTML to PDF/A bytes: the only module that knows WeasyPrint."""

import gc
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

from weasyprint import CSS
from weasyprint.css import ColorProfile
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from server.household_file import fonts
from server.household_file.engine import Looks, typeset

FOLDER = Path(__file__).parent
LOG = logging.getLogger("weasyprint")

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
    with _complaints() as complaints:
        document = typeset(html, _looks(), FOLDER.as_uri() + "/", _Pictures(picture))
        document.color_profiles["srgb"] = _srgb()
        content: bytes = document.write_pdf(
            pdf_variant="pdf/a-2a" if tagged else "pdf/a-2u", output_intent=""
        )
    if complaints:
        raise PrintingFailed(_in_words(complaints))
    return content


def _in_words(complaints: list[str]) -> str:
    """What the office can do about it; the log has WeasyPrint's own words."""
    if all("photo:" in line for line in complaints):
        return f"有 {len(complaints)} 张照片或签名打不开，请记录人重新上传后再印。"
    return "版面没有排好，请管理员查看服务器日志。"


def warm_up() -> None:
    """Read what every document needs, before the first one is wanted."""
    _looks()


@contextmanager
def many() -> Iterator[Callable[[], None]]:
    """Hold the garbage collector while many files are rendered (twice as fast).

    Yields what the caller calls after each file: every fifth time it collects, so memory stays
    bounded.
    """
    _looks()
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
def _looks() -> Looks:
    """The style sheet and fonts, read once per process."""
    configuration = FontConfiguration()
    return Looks([CSS(filename=str(FOLDER / "file.css"), font_config=configuration)], configuration)


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
