"""Signing in at the desk, signing out, and ending sessions that are no longer welcome."""

from __future__ import annotations

import hashlib

from flask import flash, make_response, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from server import clock
from server.accounts import passwords, queries
from server.accounts.actor import actor
from server.accounts.models import Person
from server.accounts.rights import PUBLIC, needs
from server.console.blueprint import blueprint
from server.database import reading, transaction
from server.problems import Problem, RightMissing
from server.security import SignedIn, limiter

#: Tells the sign-in page that this browser was signed in before; says nothing else.
BEEN_HERE = "yihu_desk"
MONTH_S = 30 * 86400


@blueprint.before_request
def end_stale_session() -> None:
    """End the session of a disabled person, or one from before a password was set anew."""
    if not current_user.is_authenticated:
        return
    with reading() as database:
        person = queries.person(database, current_user.get_id())
    if person is None or person.disabled_at or session.get("stamp") != _stamp(person):
        logout_user()
        session.clear()


@blueprint.route("/sign-in", methods=["GET", "POST"])
@needs(PUBLIC)
@limiter.limit("30 per minute", methods=["POST"])
def sign_in() -> Response:
    """Ask for name and password; afterwards back to where the person wanted to go."""
    back = _inside(request.values.get("next", ""))
    problem: Problem | None = None
    if request.method == "POST":
        person, problem = _check(
            request.form.get("username", "").strip(), request.form.get("password", "")
        )
        if person is not None:
            return _welcome(person, back)
    elif current_user.is_authenticated:
        return redirect(back or url_for("console.start"))
    timed_out = bool(back) and request.method == "GET" and BEEN_HERE in request.cookies
    response = make_response(
        render_template(
            "console/sign_in.html",
            back=back,
            problem=problem,
            timed_out=timed_out,
            username=request.form.get("username", ""),
        ),
        int(problem.status) if problem else 200,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/sign-out", methods=["GET", "POST"])
@needs(PUBLIC)
def sign_out() -> Response:
    """End the session; a mere visit to the address ends nothing."""
    if request.method == "POST":
        logout_user()
        session.clear()
        flash("已退出登录。")
    response = redirect(url_for("console.sign_in"))
    response.delete_cookie(BEEN_HERE, path="/console")
    return response


def _check(username: str, password: str) -> tuple[Person | None, Problem | None]:
    now = clock.now()
    with transaction() as database:
        person, problem = passwords.check(database, username, password, now)
        if person is not None and not actor(database, person.id, clock.today()).may("desk"):
            return None, RightMissing("这个账号是在手机上用的，请在手机上打开一户登录。")
        if person is not None:
            queries.audit(database, now, person.id, "desk.sign_in", person.id)
    return person, problem


def _welcome(person: Person, back: str) -> Response:
    session.clear()
    session.permanent = True
    session["stamp"] = _stamp(person)
    login_user(SignedIn(person.id))
    response = redirect(back or url_for("console.start"))
    response.set_cookie(
        BEEN_HERE, "1", max_age=MONTH_S, path="/console", httponly=True, samesite="Lax"
    )
    return response


def _stamp(person: Person) -> str:
    return hashlib.sha256(person.password_hash.encode()).hexdigest()[:16]


def _inside(address: str) -> str:
    """An address of the desk to go back to; "" for anything else."""
    good = address.startswith("/console/") and "\\" not in address and "\n" not in address
    return address if good and not address.startswith("/console/sign-") else ""
