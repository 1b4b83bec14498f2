"""The sync endpoints (docs/protocol.md)."""

from __future__ import annotations

import uuid
import zlib

from flask import Response, current_app, request
from flask.sansio.blueprints import BlueprintSetupState

from server import clock, jobs
from server.accounts.rights import SIGNED_IN, current_actor, needs
from server.careful import Blueprint
from server.changes import queries as changes
from server.config import current
from server.database import db, reading, writers_take_turns
from server.forms.queries import dictionary_lately
from server.intake.look import look
from server.intake.receive import Sent
from server.problems import (
    NotFound,
    RequestTooLarge,
    RequestUnreadable,
    SnapshotPreparing,
    answer,
)
from server.registers.reach import by_present_names
from server.security import csrf
from server.sync.cursor import Cursor
from server.sync.first_sync import ASK_AGAIN_S, offer
from server.sync.known import Known, own_submission
from server.sync.known import known as what_is_known
from server.sync.pull import Pulled
from server.sync.pull import pull as pull_page
from server.sync.push import clock_error, incoming_of
from server.sync.schemas import (
    KnownArgumentsSchema,
    KnownSchema,
    PullArgumentsSchema,
    PullSchema,
    Push,
    PushedAnswerSchema,
    PushSchema,
    SnapshotFileSchema,
    SnapshotsSchema,
    StoredSchema,
)
from server.sync.send_snapshot import send_snapshot
from server.sync.turns import Turns, Waiting

blueprint = Blueprint("sync", __name__, url_prefix="/api/v1/sync", description="Push and pull")
csrf.exempt(blueprint)

#: A push, unpacked.
LARGEST_PUSH = 5 * 1024 * 1024
_TURNS = "yihu_turns"


@blueprint.record_once
def begin(state: BlueprintSetupState) -> None:
    """Every web process lets its own pushes take turns."""
    state.app.extensions[_TURNS] = Turns()


@blueprint.before_request
def unpack() -> None:
    """Replace a gzip body by what it holds, bounded, before anything reads it."""
    request.max_content_length = LARGEST_PUSH
    if request.content_length and request.content_length > LARGEST_PUSH:
        raise RequestTooLarge
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding == "identity":
        return
    if encoding != "gzip":
        raise RequestUnreadable
    unpacker = zlib.decompressobj(wbits=31)
    try:
        body = unpacker.decompress(request.get_data(), LARGEST_PUSH)
    except zlib.error as error:
        raise RequestUnreadable from error
    if unpacker.unconsumed_tail:
        raise RequestTooLarge
    if not unpacker.eof:
        raise RequestUnreadable
    request._cached_data = body
    request.__dict__.pop("json", None)


@blueprint.errorhandler(RecursionError)
def too_deep(_: RecursionError) -> Response:
    """JSON nested so deeply that nobody's phone sent it."""
    return answer(RequestUnreadable())


@blueprint.post("/push")
@needs(SIGNED_IN)
@blueprint.arguments(PushSchema)
@blueprint.response(200, PushedAnswerSchema)
def push(sent: Push) -> dict[str, object]:
    """Store and merge submissions; answers after the commit with one outcome for each.

    Open to whoever has a phone that is signed in: what somebody recorded whose role has ended
    since is kept aside, never refused.
    """
    now = clock.now()
    actor = current_actor()
    incoming = incoming_of(sent, actor, now)
    with reading() as session:
        looked = look(session, incoming, dictionary_lately(session))
    mine = Waiting(Sent(incoming, actor, looked), clock_error(sent, now))
    turns: Turns = current_app.extensions[_TURNS]
    received = turns.store(mine, together=writers_take_turns(db.engine))
    if received.job:
        jobs.wake(received.job)
    return {
        "outcomes": [
            {
                "instance_id": outcome.instance_id,
                "outcome": outcome.fate,
                "number": received.number,
                "detail": outcome.detail,
            }
            for outcome in received.outcomes
        ],
        "number": received.number,
        "clock_error_s": clock_error(sent, now),
    }


@blueprint.get("/pull")
@needs("sync")
@blueprint.arguments(PullArgumentsSchema, location="query")
@blueprint.response(200, PullSchema)
def pull(arguments: dict[str, object]) -> Pulled:
    """What changed in the caller's areas after a cursor."""
    with reading() as session:
        return pull_page(
            session,
            current_actor(),
            str(arguments["cursor"]),
            int(str(arguments["limit"])),
        )


@blueprint.post("/known")
@needs(SIGNED_IN)
@blueprint.arguments(KnownArgumentsSchema)
@blueprint.response(200, KnownSchema)
def known(arguments: dict[str, list[str]]) -> Known:
    """Which of the phone's sent submissions, and which files of them, the server does not have."""
    with reading() as session:
        return what_is_known(session, current_actor(), arguments["instance_ids"])


@blueprint.get("/submissions/<uuid:instance_id>")
@needs("sync")
@blueprint.response(200, StoredSchema)
def own(instance_id: uuid.UUID) -> dict[str, object]:
    """The caller's own submission, as he pushed it, to be corrected on another phone."""
    with reading() as session:
        return own_submission(session, current_actor(), str(instance_id))


@blueprint.get("/snapshots")
@needs("sync")
@blueprint.response(200, SnapshotsSchema)
def snapshots() -> dict[str, object]:
    """The first-sync files of the caller's areas, with their sizes."""
    with reading() as session:
        actor = by_present_names(session, current_actor())
    offered = offer(actor)
    number, begun = (0, offered.last) if actor.bounded else (offered.number, 0)
    return {
        "epoch": offered.epoch,
        "cursor": str(Cursor(offered.epoch, actor.scope, number, begun)),
        "snapshots": [
            {
                "area": made.area,
                "level": "town" if made.area in actor.towns else "village",
                "name": actor.area_name(made.area),
                "households": made.households,
                "bytes": made.bytes,
                "sha256": made.sha256,
            }
            for made in offered.files
        ],
        "preparing": offered.preparing,
        "retry_after": ASK_AGAIN_S if offered.preparing else None,
    }


@blueprint.get("/snapshots/<area>")
@needs("sync")
@blueprint.response(200, SnapshotFileSchema)
def snapshot_file(area: str) -> Response:
    """The first-sync file of a village or a whole town: as it lies, or as JSON."""
    actor = current_actor()
    if area not in (actor.villages - actor.bounded) | actor.towns:
        raise NotFound
    with reading() as session:
        made = changes.snapshot(session, actor.view, area)
        epoch = changes.counter(session, current().county).epoch
    if made is None or made.epoch != epoch:
        raise SnapshotPreparing(retry_after=ASK_AGAIN_S)
    return send_snapshot(made)
