"""Signing in on a phone, asking who one is, signing out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from server import clock
from server.accounts import devices, passwords, queries
from server.accounts.profile import profile
from server.accounts.rights import PUBLIC, SIGNED_IN, current_actor, needs
from server.accounts.schemas import ProfileSchema, SignedInSchema, SignIn, SignInSchema
from server.careful import Blueprint
from server.config import current
from server.database import reading, transaction
from server.problems import DeviceRevoked, Problem
from server.security import csrf, limiter

#: Per address. A whole office, or a village behind one mobile gateway, shares an address.
SIGN_INS = "60 per minute; 600 per hour"

blueprint = Blueprint("devices", __name__, url_prefix="/api/v1/devices", description="手机")
csrf.exempt(blueprint)


@blueprint.post("")
@limiter.limit(SIGN_INS)
@needs(PUBLIC)
@blueprint.arguments(SignInSchema)
@blueprint.response(201, SignedInSchema)
def sign_in(body: SignIn) -> dict[str, object]:
    """Sign in on this phone; the token in the answer is told only this once."""
    now = clock.now()
    with transaction() as session:
        answer = _enrol(session, body, now)
    if isinstance(answer, Problem):
        raise answer
    return answer


@blueprint.get("/me")
@needs(SIGNED_IN)
@blueprint.response(200, ProfileSchema)
def me() -> dict[str, object]:
    """Who holds this phone, with which roles, areas and policy."""
    with reading() as session:
        device = queries.device(session, current_actor().device_id or "")
        if device is None:
            raise DeviceRevoked
        return profile(session, device, current().county, clock.now())


@blueprint.delete("/me")
@needs(SIGNED_IN)
@blueprint.response(204)
def sign_out() -> None:
    """Make this phone's token worthless."""
    holder = current_actor()
    device_id, now = holder.device_id or "", clock.now()
    with transaction() as session:
        queries.revoke(session, device_id, now)
        queries.audit(
            session, now, holder.person_id, "device-signed-out", device_id, device_id=device_id
        )


def _enrol(session: Session, body: SignIn, now: datetime) -> dict[str, object] | Problem:
    """The new phone's profile with its token; a problem is returned, so that it is counted."""
    person, problem = passwords.check(session, body.username, body.password, now)
    if person is None or problem is not None:
        known = queries.person_by_username(session, body.username)
        # What was typed for an unknown name may be a password: it is not kept.
        queries.audit(session, now, known.id if known else None, "sign-in-refused", _slug(problem))
        return problem or Problem()
    device, token = devices.enrol(session, person.id, body.device_name, now)
    session.flush()
    queries.audit(session, now, person.id, "device-signed-in", device.id, device_id=device.id)
    session.flush()
    return {**profile(session, device, current().county, now), "token": token}


def _slug(problem: Problem | None) -> str:
    return problem.slug if problem else ""
