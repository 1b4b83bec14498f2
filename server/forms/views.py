"""Published forms and the data dictionary, for phones."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Response, request

from server import clock
from server.accounts.rights import current_actor, needs
from server.careful import Blueprint
from server.database import reading, transaction
from server.forms import queries
from server.forms.bundle import media_type, unpack
from server.forms.dictionary import to_json
from server.forms.models import FormVersion
from server.forms.schemas import (
    DictionarySchema,
    DraftsSchema,
    FormsArgumentsSchema,
    FormsSchema,
    FormVersionSchema,
)
from server.problems import FormVersionUnknown
from server.security import csrf

blueprint = Blueprint("forms", __name__, url_prefix="/api/v1", description="Published forms")
csrf.exempt(blueprint)


@blueprint.get("/forms")
@needs("sync")
@blueprint.arguments(FormsArgumentsSchema, location="query")
@blueprint.response(200, FormsSchema)
def forms(arguments: dict[str, str]) -> dict[str, list[dict[str, object]]]:
    """The versions in force, and those that `have` names (id:version,…) for drafts."""
    with reading() as session:
        current = list(queries.in_force(session, clock.today()))
        listed = list(current)
        for name in filter(None, arguments["have"].split(",")):
            form_id, _, version = name.partition(":")
            row = queries.form_version(session, form_id, version)
            if row is not None and row not in listed:
                listed.append(row)
    return {"forms": [_listed(row, row in current) for row in listed]}


def _listed(row: FormVersion, current: bool) -> dict[str, object]:
    return {
        "form_id": row.form_id,
        "version": row.version,
        "title": row.title,
        "sha256": row.sha256,
        "current": current,
    }


@blueprint.get("/forms/<form_id>/<version>")
@needs("sync")
@blueprint.response(200, FormVersionSchema)
def form_version(form_id: str, version: str) -> FormVersion:
    """One form version whole; it never changes."""
    with reading() as session:
        row = queries.form_version(session, form_id, version)
    if row is None:
        raise FormVersionUnknown
    return row


@blueprint.get("/forms/<form_id>/<version>/files/<name>")
@needs("sync")
@blueprint.response(200, content_type="application/octet-stream")
def form_file(form_id: str, version: str, name: str) -> Response:
    """A picture, sound or film that stands beside the words of a form version."""
    with reading() as session:
        row = queries.form_version(session, form_id, version)
        files = unpack(row.source).files if row else {}
    if name not in files:
        raise FormVersionUnknown
    return Response(files[name], mimetype=media_type(name))


@blueprint.post("/sync/drafts")
@needs("sync")
@blueprint.arguments(DraftsSchema)
@blueprint.response(204)
def drafts(arguments: dict[str, list[dict[str, Any]]]) -> None:
    """How many drafts of each form version this phone holds, instead of what it said before."""
    counts = {(one["form_id"], one["version"]): one["count"] for one in arguments["drafts"]}
    with transaction() as session:
        queries.replace_drafts(session, current_actor().device_id or "", counts, clock.now())


@blueprint.after_request
def keep(response: Response) -> Response:
    """Let phones keep a form version for ever; everything else is asked for anew."""
    lasting = request.endpoint in {"forms.form_version", "forms.form_file"}
    whole = lasting and response.status_code == HTTPStatus.OK
    response.headers["Cache-Control"] = (
        "private, max-age=31536000, immutable" if whole else "no-store"
    )
    return response


@blueprint.get("/dictionary")
@needs("sync")
@blueprint.response(200, DictionarySchema)
def dictionary() -> dict[str, Any]:
    """The data dictionary in force, with the choices that the county added."""
    with reading() as session:
        row = queries.newest_dictionary(session)
        if row is None:
            return {}
        content = to_json(queries.dictionary_in_force(session))
    return {**content, "version": row.number}
