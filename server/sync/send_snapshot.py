"""Sending a first-sync file: whole, or from where a phone's line broke."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from flask import Response, request

from server.changes.models import Snapshot
from server.problems import SnapshotPreparing
from server.sync.first_sync import ASK_AGAIN_S
from server.sync.snapshot import kept_path, path_of

AS_IT_LIES = "application/gzip"
SHA256 = re.compile(r'^"([0-9a-f]{64})"$')


def send_snapshot(made: Snapshot) -> Response:
    """A file in the way that the request asks for (docs/protocol.md)."""
    packed = request.accept_mimetypes.best_match(["application/json", AS_IT_LIES]) == AS_IT_LIES
    path, sha256 = _wanted(made)
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise SnapshotPreparing(retry_after=ASK_AGAIN_S) from error
    if packed:
        response = Response(content, mimetype=AS_IT_LIES)
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = Response(content, mimetype="application/json")
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = Response(gzip.decompress(content), mimetype="application/json")
    response.set_etag(sha256)
    response.make_conditional(
        request, accept_ranges=packed, complete_length=len(content) if packed else None
    )
    response.headers["Vary"] = "Accept, Accept-Encoding, Authorization"
    return response


def _wanted(made: Snapshot) -> tuple[Path, str]:
    """The file that the phone has a part of, while that is kept; else the newest."""
    asked = SHA256.match(request.headers.get("If-Range", ""))
    if asked and asked[1] != made.sha256:
        path = kept_path(made.area, made.view, asked[1])
        if path.exists():
            return path, asked[1]
    return path_of(made), made.sha256
