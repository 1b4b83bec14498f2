"""Passwords: slow hashes, and the lock-out after repeated failures."""

from __future__ import annotations

from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy.orm import Session

from server.accounts import queries
from server.accounts.models import Person
from server.problems import CredentialsWrong, LockedOut, Problem

#: After this many wrong passwords in a row the account rests.
ATTEMPTS = 5
REST = timedelta(minutes=15)

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
#: Checked when the user name is unknown, so that both answers take the same time.
_NOBODY = _hasher.hash("nobody")


def hashed(password: str) -> str:
    """A salted argon2id hash of a password."""
    return _hasher.hash(password)


def check(
    session: Session, username: str, password: str, now: datetime
) -> tuple[Person | None, Problem | None]:
    """The person whose password this is, or the problem to answer with.

    A problem is returned, not raised, so that the counter of failures is committed.
    """
    person = queries.person_by_username(session, username)
    if person is None or person.disabled_at is not None:
        _matches(_NOBODY, password)
        return None, CredentialsWrong()
    if person.locked_until is not None and person.locked_until > now:
        return None, _locked(person.locked_until, now)
    if _matches(person.password_hash, password):
        person.failed_logins, person.locked_until = 0, None
        return person, None
    person.failed_logins += 1
    if person.failed_logins >= ATTEMPTS:
        person.failed_logins, person.locked_until = 0, now + REST
        return None, _locked(now + REST, now)
    left = ATTEMPTS - person.failed_logins
    return None, CredentialsWrong(f"用户名或密码不对，还可以试 {left} 次。", attempts_left=left)


def _locked(until: datetime, now: datetime) -> LockedOut:
    seconds = max(1, int((until - now).total_seconds()))
    minutes = -(-seconds // 60)
    return LockedOut(
        f"密码输错次数太多，账号先锁住了，请 {minutes} 分钟后再试，或请县里的管理员重设密码。",
        retry_after=seconds,
    )


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
