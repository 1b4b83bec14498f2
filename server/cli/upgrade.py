"""Bringing a running county to what this release ships: policy, dictionary, forms, registers."""

from __future__ import annotations

from collections.abc import Iterator

from server import clock, jobs
from server.changes import queries as changes
from server.changes.queries import Changed
from server.cli.registers import walk
from server.config import current
from server.database import transaction
from server.forms import publish
from server.forms.compile import FormRefused
from server.forms.queries import newest_dictionary
from server.intake.readmit import published as tell_of
from server.policy import values


def bring_up_to_date() -> Iterator[str]:
    """Add what the database lacks of what we ship; says in Chinese what was done.

    What the county changed is left alone. A newer dictionary is followed by a rebuild of the
    registers at once. An empty database stays empty: nobody has set it up yet.
    """
    with transaction() as session:
        if newest_dictionary(session) is None:
            return
        policy = values.seed(session)
        renewed = publish.renew_dictionary(session, clock.now())
        county = current().county
        changes.append(session, county, [Changed("policy", key, county) for key in policy])
    if policy:
        yield f"补上政策参数 {len(policy)} 项。"
    if renewed:
        changed = sum(1 for _ in walk(keep=True))
        yield f"数据字典已换成新版，登记簿已按它重算，{changed} 处有变化。"
    yield from _forms()


def _forms() -> Iterator[str]:
    job = None
    try:
        with transaction() as session:
            new = publish.seed(session, clock.now())
            job = tell_of(session, new, clock.now())
    except FormRefused as error:
        yield "随版本带来的表没有发布：\n" + "\n".join(error.reasons)
        return
    if job:
        jobs.wake(job)
    yield from (f"已发布 {form_id} {version}" for form_id, version in new)
