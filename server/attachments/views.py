"""Uploading by tus 1.0, and reading a file by the submission that names it."""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask import Response, request, url_for
from werkzeug.exceptions import PreconditionFailed, UnsupportedMediaType

from server import clock
from server.accounts.rights import PUBLIC, SIGNED_IN, current_actor, needs
from server.attachments import part, queries, tus
from server.attachments.finish import finish
from server.attachments.models import Upload
from server.attachments.reading import open_attachment
from server.attachments.sending import sent
from server.attachments.sweep import UPLOAD_DAYS
from server.careful import Blueprint
from server.config import current
from server.database import reading, transaction
from server.problems import ChecksumMismatch, NotFound, UploadOffsetWrong
from server.security import csrf

blueprint = Blueprint(
    "attachments", __name__, url_prefix="/api/v1/attachments", description="照片和签名"
)
csrf.exempt(blueprint)


@blueprint.before_request
def check_version() -> None:
    """Refuse a client of another tus than ours; reading needs none."""
    if request.headers.get("Tus-Resumable", tus.VERSION) != tus.VERSION:
        raise PreconditionFailed


@blueprint.after_request
def say_version(response: Response) -> Response:
    """Every answer names the version, refusals too."""
    response.headers["Tus-Resumable"] = tus.VERSION
    response.headers["Tus-Version"] = tus.VERSION
    return response


@blueprint.route("", methods=["OPTIONS"])
@needs(PUBLIC)
@blueprint.response(204)
def abilities() -> Response:
    """What of tus this server speaks."""
    response = Response(status=204)
    response.headers["Tus-Extension"] = tus.EXTENSIONS
    response.headers["Tus-Checksum-Algorithm"] = ",".join(tus.ALGORITHMS)
    response.headers["Tus-Max-Size"] = str(tus.LARGEST)
    return response


@blueprint.route("", methods=["POST"])
@needs(SIGNED_IN)
@blueprint.response(201)
def create() -> Response:
    """Begin an upload; its address is the answer's `Location`."""
    said = tus.creation(
        request.headers.get("Upload-Length"), request.headers.get("Upload-Metadata")
    )
    holder, now = current_actor(), clock.now()
    part.check_room(current().instance, said.length)
    upload = Upload(
        id=str(uuid.uuid4()),
        person_id=holder.person_id,
        device_id=holder.device_id,
        sha256=said.sha256,
        media_type=said.media_type,
        length=said.length,
        complete=False,
        expires_at=now + timedelta(days=UPLOAD_DAYS),
    )
    part.begin(part.part_of(current().uploads, upload.id))
    with transaction() as session:
        session.add(upload)
    response = _of(upload, 0, 201)
    response.headers["Location"] = url_for("attachments.send", upload_id=upload.id)
    return response


@blueprint.route("/<uuid:upload_id>", methods=["HEAD"])
@needs(SIGNED_IN)
@blueprint.response(200)
def resume(upload_id: uuid.UUID) -> Response:
    """Where to go on. An upload that was killed at its very end is finished now."""
    upload = _mine(upload_id)
    offset = _offset(upload)
    if offset == upload.length and not upload.complete:
        try:
            _finish(upload)
        except ChecksumMismatch:
            offset = 0
    response = _of(upload, offset, 200)
    response.headers["Upload-Length"] = str(upload.length)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/<uuid:upload_id>", methods=["PATCH"])
@needs(SIGNED_IN)
@blueprint.response(204)
def send(upload_id: uuid.UUID) -> Response:
    """Append bytes; after the last ones the file is checked and kept."""
    if request.mimetype != tus.CONTENT_TYPE:
        raise UnsupportedMediaType
    upload = _mine(upload_id)
    offset = tus.number("Upload-Offset", request.headers.get("Upload-Offset"))
    if upload.complete and offset != upload.length:
        raise UploadOffsetWrong(offset=upload.length)
    if not upload.complete:
        offset = _append(upload, offset)
        if offset == upload.length:
            _finish(upload)
    return _of(upload, offset, 204)


@blueprint.route("/<uuid:upload_id>", methods=["DELETE"])
@needs(SIGNED_IN)
@blueprint.response(204)
def give_up(upload_id: uuid.UUID) -> Response:
    """Forget an upload; a file that arrived whole stays."""
    upload = _mine(upload_id)
    with transaction() as session:
        queries.remove_upload(session, upload.id)
    part.part_of(current().uploads, upload.id).unlink(missing_ok=True)
    return Response(status=204)


@blueprint.route("/content/<uuid:instance_id>/<name>", methods=["GET"])
@needs(SIGNED_IN)
def content(instance_id: uuid.UUID, name: str) -> Response:
    """A file of a submission that the caller may see; of a picture `?size=thumb` is smaller."""
    with reading() as session:
        path = open_attachment(
            session, current_actor(), str(instance_id), name, request.args.get("size", "full")
        )
    if path is None:
        raise NotFound
    response = sent(path, name)
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def _append(upload: Upload, offset: int) -> int:
    checksum = tus.checksum(request.headers.get("Upload-Checksum"))
    path = part.part_of(current().uploads, upload.id)
    try:
        return part.receive(path, offset, upload.length, request.stream, checksum)
    except NotFound:
        if _is_complete_now(upload):
            raise UploadOffsetWrong(offset=upload.length) from None
        raise


def _finish(upload: Upload) -> None:
    try:
        finish(upload, current().uploads, current().files, clock.now())
    except NotFound:
        if not _is_complete_now(upload):
            raise


def _is_complete_now(upload: Upload) -> bool:
    """Whether another request has finished an upload while this one looked for its bytes."""
    return _mine(uuid.UUID(upload.id)).complete


def _mine(upload_id: uuid.UUID) -> Upload:
    with reading() as session:
        upload = queries.upload(session, str(upload_id), current_actor().person_id)
    if upload is None or upload.expires_at < clock.now():
        raise NotFound
    return upload


def _offset(upload: Upload) -> int:
    if upload.complete:
        return upload.length
    try:
        return part.offset_of(part.part_of(current().uploads, upload.id))
    except NotFound:
        if _is_complete_now(upload):
            return upload.length
        raise


def _of(upload: Upload, offset: int, status: int) -> Response:
    response = Response(status=status)
    response.headers["Upload-Offset"] = str(offset)
    response.headers["Upload-Expires"] = tus.expires(upload.expires_at)
    return response
