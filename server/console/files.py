"""Photos, signatures and other files, for those who may see the record that names them."""

from __future__ import annotations

from flask import Response, request, url_for

from server.accounts.rights import current_actor, needs
from server.attachments.reading import open_attachment
from server.attachments.sending import sent
from server.console.blueprint import blueprint
from server.database import reading
from server.problems import NotFound


@blueprint.get("/files/<instance_id>/<name>")
@needs("households")
def file(instance_id: str, name: str) -> Response:
    """A file as the record calls it; `size` is `thumb` or `full`, `save` keeps it from opening."""
    with reading() as session:
        path = open_attachment(
            session, current_actor(), instance_id, name, request.args.get("size", "full")
        )
    if path is None:
        raise NotFound("这个文件还没有传到，或者不在您管的村里。")
    response = sent(path, name, save=request.args.get("save") == "1")
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


@blueprint.app_template_global()
def file_url(instance_id: str, name: str, size: str, *, save: bool = False) -> str:
    """The address of a photo, a signature or another file."""
    saved = "1" if save else None
    return url_for("console.file", instance_id=instance_id, name=name, size=size, save=saved)
