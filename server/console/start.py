"""The first page of the desk: where the person's daily work begins."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from server.accounts.rights import SIGNED_IN, current_actor, needs
from server.console.blueprint import blueprint
from server.problems import RightMissing

#: The first right that a person has decides.
STARTS = (
    ("review", "console.review"),
    ("households", "console.households"),
    ("accounts", "console.people"),
    ("audit", "console.audit"),
)


@blueprint.get("/")
@needs(SIGNED_IN)
def start() -> Response:
    """Lead to the queue, the households or the accounts, by role."""
    actor = current_actor()
    for right, endpoint in STARTS:
        if actor.may(right):
            return redirect(url_for(endpoint))
    raise RightMissing("这个账号在电脑上还没有可以看的内容，请找县级管理员。")
