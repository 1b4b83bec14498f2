"""Adding people and giving them roles."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy.orm import Session

from server.accounts import passwords, queries
from server.accounts.models import Person, RoleAssignment
from server.accounts.roles import ROLES


class PersonRefused(ValueError):
    """The account cannot be made; the message says why, in Chinese."""


def add(
    session: Session,
    *,
    username: str,
    name: str,
    password: str,
    role: str,
    area: str,
    now: datetime,
    valid_from: date,
) -> Person:
    """Make an account with one role.

    Raises PersonRefused for a taken user name, a short password, an unknown role or area.
    """
    if role not in ROLES:
        raise PersonRefused(f"没有“{role}”这个身份，可用：{'、'.join(ROLES)}")
    if len(password) < 8:
        raise PersonRefused("密码至少 8 位")
    if queries.person_by_username(session, username) is not None:
        raise PersonRefused(f"用户名 {username} 已经有人用了")
    if queries.area(session, area) is None:
        raise PersonRefused(f"没有代码为 {area} 的区划")
    person = Person(
        id=str(uuid.uuid4()),
        username=username,
        name=name,
        password_hash=passwords.hashed(password),
        created_at=now,
        failed_logins=0,
        phone="",
    )
    session.add(person)
    session.flush()
    session.add(RoleAssignment(person_id=person.id, role=role, area=area, valid_from=valid_from))
    session.flush()
    return person
