"""Printing as one would who knows nothing but WeasyPrint: `HTML(string).write_pdf()` each time.

In a process of its own, because ours puts functions of its own into WeasyPrint.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import segno
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from server.attachments import store

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "server" / "household_file" / "typeset"


@contextmanager
def printer(files: Path) -> Iterator[Callable[[str], float]]:
    """Yields what prints a household's HTML naively and tells the processor time that it took.

    files: the folder of photos.
    """
    command = [sys.executable, "-m", "bench.naive", str(files)]
    with subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        given, told = process.stdin, process.stdout
        assert given
        assert told

        def print_one(html: str) -> float:
            given.write(json.dumps(html) + "\n")
            given.flush()
            return float(told.readline())

        yield print_one
        given.close()


def main(files: Path) -> None:
    """Print every document that comes in, a JSON string a line."""
    for line in sys.stdin:
        html = _with_running_footers(json.loads(line))
        start = time.process_time()
        _pdf(html, files)
        print(time.process_time() - start, flush=True)


def _pdf(html: str, files: Path) -> bytes:
    fonts = FontConfiguration()
    sheet = CSS(filename=str(FOLDER / "file.css"), font_config=fonts)
    document = HTML(string=html, base_url=FOLDER.as_uri() + "/", url_fetcher=_Photos(files))
    content: bytes = document.write_pdf(stylesheets=[sheet], font_config=fonts)
    return content


class _Photos(URLFetcher):  # type: ignore[misc]
    def __init__(self, files: Path) -> None:
        super().__init__()
        self._files = files

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        if url.startswith("photo:"):
            path = store.path_of(self._files, url.removeprefix("photo:"), "thumb")
            return URLFetcherResponse(url, path.read_bytes())
        return super().fetch(url, headers)


def _with_running_footers(html: str) -> str:
    """The page as one would write it for WeasyPrint alone: footers that run, a code as a picture.

    The code is the same on every page, which is less than ours does.
    """
    lines, code = (re.search(f'data-{name}="([^"]*)"', html) for name in ("foot", "code"))
    assert lines
    assert code
    image = segno.make(code[1] + "1", error="m", micro=False).png_data_uri(scale=6, border=0)
    said = lines[1].replace("|", "<br>")
    picture = f'<td class="q"><img src="{image}" alt="校验码"></td>'
    right = f"<tr>{picture}<td>{said}</td>"
    left = f"<td>{said}</td>{picture}</tr>"
    thin, number = '<col style="width:14mm">', '<col style="width:38mm">'
    turned = '<div class="turn">{}</div>'
    feet = {
        "foot": _table(f"{thin}<col>", f"{right}</tr>"),
        "footl": _table(f"<col>{thin}", f"<tr>{left}"),
        "wfoot": turned.format(
            _table(f"{thin}<col>{number}", f'{right}<td class="no r"></td></tr>')
        ),
        "wfootl": turned.format(
            _table(f"{number}<col>{thin}", f'<tr><td class="no l"></td>{left}')
        ),
    }
    running = "".join(f'<div class="{name}">{foot}</div>' for name, foot in feet.items())
    return re.sub(r"<body[^>]*>", lambda found: found[0] + running, html, count=1)


def _table(columns: str, row: str) -> str:
    return f'<table class="f"><colgroup>{columns}</colgroup>{row}</table>'


if __name__ == "__main__":
    main(Path(sys.argv[1]))
