"""The right that every route names, and the actor of the running request."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import g, redirect, request, url_for

from server import clock
from server.accounts import basic, devices, queries
from server.accounts.actor import Actor, actor, at_desk
from server.accounts.roles import RIGHTS
from server.database import reading, transaction
from server.problems import CredentialsWrong, DeviceRevoked, RightMissing

P = ParamSpec("P")
R = TypeVar("R")

#: The right of a route that is open to anybody; the guard test lists them.
PUBLIC = "public"
#: The right of a route that any signed-in person may call.
SIGNED_IN = "signed-in"


def needs(right: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a view run only for an actor with this right; marks the view for the guard test."""
    if right not in RIGHTS | {PUBLIC, SIGNED_IN}:
        raise ValueError(f"no role has the right {right!r}")

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if right != PUBLIC:
                caller = _identify()
                if caller is None:
                    return _sign_in()  # type: ignore[return-value]
                if right != SIGNED_IN and not caller.may(right):
                    raise RightMissing
            return view(*args, **kwargs)

        guarded.right = right  # type: ignore[attr-defined]
        return guarded

    return decorate


def current_actor() -> Actor:
    """Who makes the running request; only inside a view that needs a right."""
    found: Actor = g.actor
    return found


def _identify() -> Actor | None:
    if request.path.startswith("/console"):
        found = _console_actor()
    elif request.path.startswith("/openrosa/"):
        found = _basic_actor()
    else:
        found = _device_actor()
    g.actor = found
    return found


def _device_actor() -> Actor:
    header = request.headers.get("Authorization", "")
    token = header.removeprefix("Bearer ").strip()
    now = clock.now()
    with reading() as session:
        device = devices.by_token(session, token, now) if token else None
        if device is None:
            raise DeviceRevoked
        found = actor(session, device.person_id, clock.today(), device.id)
    if devices.is_to_be_noted(device, now):
        with transaction() as session:
            queries.seen(session, {device.id: device.clock_error_s}, now)
    return found


def _basic_actor() -> Actor:
    basic.check_channel(
        secure=request.is_secure,
        address=request.remote_addr,
        forwarded="X-Forwarded-For" in request.headers,
    )
    said = request.authorization
    if said is None or said.type != "basic":
        raise CredentialsWrong("请输入用户名和密码。")
    now = clock.now()
    person_id = basic.person_of(
        said.username or "", said.password or "", request.remote_addr or "", now
    )
    with reading() as session:
        return actor(session, person_id, clock.today())


def _console_actor() -> Actor | None:
    from flask_login import current_user

    if not current_user.is_authenticated:
        return None
    with reading() as session:
        return at_desk(session, current_user.get_id(), clock.today())


def _sign_in() -> object:
    return redirect(url_for("console.sign_in", next=request.full_path))
