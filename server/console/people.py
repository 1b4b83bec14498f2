"""人员与手机: who works here, on which phones; the county adds people and sets passwords anew."""

from __future__ import annotations

import secrets

from flask import Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from server import clock
from server.accounts import passwords
from server.accounts import people as adding
from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.accounts.rights import current_actor, needs
from server.accounts.roles import ROLES
from server.console import queries
from server.console.blueprint import blueprint
from server.console.page import page
from server.console.queries import Account
from server.database import reading, transaction
from server.problems import NotFound, RightMissing

#: Letters and digits that nobody mistakes for another when read aloud or copied.
CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"


@blueprint.get("/people/")
@needs("desk")
def people() -> Response:
    """Everybody of the actor's areas with phones."""
    return _screen()


@blueprint.post("/people/")
@needs("accounts")
def add_person() -> AnyResponse:
    """Add a person with one role; the password is shown once."""
    form = {
        name: request.form.get(name, "").strip() for name in ("username", "name", "role", "area")
    }
    password = _password()
    if not form["username"] or not form["name"]:
        return _screen(problem="请写用户名和姓名。", form=form)
    try:
        with transaction() as session:
            person = adding.add(
                session, **form, password=password, now=clock.now(), valid_from=clock.today()
            )
            accounts.audit(
                session,
                clock.now(),
                current_actor().person_id,
                "person.added",
                person.id,
                detail={"role": form["role"], "area": form["area"]},
            )
    except adding.PersonRefused as refused:
        return _screen(problem=f"{refused}。", form=form)
    return _screen(shown=(f"{form['name']}（{form['username']}）", password))


@blueprint.route("/people/<person_id>/password", methods=["GET", "POST"])
@needs("accounts")
def reset_password(person_id: str) -> AnyResponse:
    """Give a person a new password, shown once; open sessions of his end."""
    if request.method != "POST":
        return redirect(url_for("console.people"))
    password = _password()
    with transaction() as session:
        person = accounts.person(session, person_id)
        if person is None:
            raise NotFound("没有这个人。")
        person.password_hash = passwords.hashed(password)
        person.failed_logins, person.locked_until = 0, None
        accounts.audit(session, clock.now(), current_actor().person_id, "password.reset", person_id)
        who = f"{person.name}（{person.username}）"
    return _screen(shown=(who, password))


@blueprint.route("/people/<person_id>/disabled", methods=["GET", "POST"])
@needs("accounts")
def disable_person(person_id: str) -> AnyResponse:
    """Stop an account, or let it work again."""
    if request.method != "POST":
        return redirect(url_for("console.people"))
    actor = current_actor()
    if person_id == actor.person_id:
        raise RightMissing("不能停用自己的账号。")
    stop = request.form.get("stop") == "1"
    with transaction() as session:
        person = accounts.person(session, person_id)
        if person is None:
            raise NotFound("没有这个人。")
        person.disabled_at = clock.now() if stop else None
        action = "person.disabled" if stop else "person.enabled"
        accounts.audit(session, clock.now(), actor.person_id, action, person_id)
        flash(f"{person.name}：账号{'已停用' if stop else '已恢复'}。", "ok")
    return redirect(url_for("console.people"))


@blueprint.route("/people/devices/<device_id>/revoke", methods=["GET", "POST"])
@needs("desk")
def revoke_device(device_id: str) -> AnyResponse:
    """Make a phone's token worthless; what it has not sent stays on it."""
    if request.method != "POST":
        return redirect(url_for("console.people"))
    actor = current_actor()
    with transaction() as session:
        device = queries.device(session, device_id)
        mine = {one.person.id for one in queries.accounts(session, _areas(actor), clock.today())}
        if device is None or device.person_id not in mine:
            raise NotFound("没有这部手机，或者不归您管。")
        accounts.revoke(session, device_id, clock.now())
        accounts.audit(
            session,
            clock.now(),
            actor.person_id,
            "device.revoked",
            device_id,
            reason=request.form.get("reason", "")[:200],
        )
        flash(f"{device.name} 已停用。手机上没上传的记录还在，重新登录后会继续上传。", "ok")
    return redirect(url_for("console.people"))


def _areas(actor: Actor) -> frozenset[str] | None:
    """The areas whose people the actor may see; None for everybody. Raises RightMissing."""
    if actor.may("accounts"):
        return None
    if not actor.may("review"):
        raise RightMissing
    return actor.villages | {area for _, area in actor.roles}


def _password() -> str:
    return "-".join("".join(secrets.choice(CLEAR) for _ in range(4)) for _ in range(3))


def _screen(
    *,
    shown: tuple[str, str] | None = None,
    problem: str | None = None,
    form: dict[str, str] | None = None,
) -> Response:
    actor = current_actor()
    text = request.args.get("q", "").strip().lower()
    with reading() as session:
        found = queries.accounts(session, _areas(actor), clock.today())
        areas = {area.code: area for area in accounts.areas_on(session, clock.today())}
    return page(
        "people.html",
        "people",
        status=422 if problem else 200,
        people=[one for one in found if _matches(one, text)],
        total=len(found),
        text=text,
        areas=areas,
        roles=list(ROLES),
        shown=shown,
        problem=problem,
        form=form or {},
        now=clock.now(),
    )


def _matches(one: Account, text: str) -> bool:
    return text in f"{one.person.name} {one.person.username}".lower()
