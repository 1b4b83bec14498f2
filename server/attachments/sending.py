"""Sending a kept file to whoever may see it: its type by its content, its place left out."""

from __future__ import annotations

from io import BufferedReader
from pathlib import Path

from flask import Response, request, send_file
from werkzeug.wsgi import FileWrapper

from server.attachments import store
from server.attachments.veil import Veiled, covers

#: What a browser shows or plays itself; all else is saved.
SHOWN = frozenset({"image/jpeg", "image/png", "image/webp"})
PLAYED = ("audio/", "video/")
CHUNK = 64 * 1024


def sent(path: Path, name: str, *, save: bool = False) -> Response:
    """A file under the name that its record gives it, whole or the range that was asked for.

    save: offer it for saving whatever it is.
    """
    kind = store.media_type_of(path)
    save = save or not (kind in SHOWN or kind.startswith(PLAYED))
    places = covers(path)
    if not places:
        return send_file(
            path, mimetype=kind, etag=path.name, as_attachment=save, download_name=name
        )
    size = path.stat().st_size
    response = Response(
        FileWrapper(BufferedReader(Veiled(path, places)), CHUNK),
        mimetype=kind,
        direct_passthrough=True,
    )
    response.content_length = size
    response.headers.set("Content-Disposition", "attachment" if save else "inline", filename=name)
    response.set_etag(f"{path.name}-veiled")
    response.make_conditional(request.environ, accept_ranges=True, complete_length=size)
    return response
