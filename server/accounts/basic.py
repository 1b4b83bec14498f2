"""HTTP Basic, for clients that know no device token: the person of a user name and a password.

Argon2 is slow on purpose, and such a client sends its password with every request. So a password
that was right is remembered for some minutes, in this process's memory only, under a keyed hash;
it is forgotten at once when the stored hash is another one or the account is disabled.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from limits import parse

from server.accounts import passwords, queries
from server.database import reading, transaction
from server.problems import ChannelInsecure, CredentialsWrong, Problem, TooManyRequests
from server.security import limiter

KEPT_FOR = timedelta(minutes=5)
MOST_KEPT = 2_000
#: Passwords that have to be checked, per address; what is remembered is not counted.
CHECKS = parse("60 per minute")
HERE = frozenset({"127.0.0.1", "::1"})
LONGEST = 200

_key = secrets.token_bytes(32)
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Remembered:
    person_id: str
    password_hash: str
    until: datetime


_remembered: dict[bytes, _Remembered] = {}


def check_channel(*, secure: bool, address: str | None, forwarded: bool) -> None:
    """Refuse a password that travels in the clear, before anybody is asked for one.

    Only over HTTPS, or from this very computer; a proxy in between must say that it speaks HTTPS.
    Raises ChannelInsecure.
    """
    if not secure and (forwarded or address not in HERE):
        raise ChannelInsecure


def person_of(username: str, password: str, address: str, now: datetime) -> str:
    """The id of the person whose name and password these are.

    Raises CredentialsWrong, LockedOut (like a sign-in on a phone) and TooManyRequests.
    """
    username = username.strip()
    if not username or not password or max(len(username), len(password)) > LONGEST:
        raise CredentialsWrong
    name = _name_of(username, password)
    found = _remembered.get(name)
    if found is not None and found.until > now and _still_holds(found):
        return found.person_id
    if not limiter.limiter.hit(CHECKS, "basic", address):
        raise TooManyRequests
    with transaction() as session:
        person, problem = passwords.check(session, username, password, now)
        known = person or queries.person_by_username(session, username)
        action = "sign-in-refused" if problem else "basic-signed-in"
        detail = problem.slug if problem else address
        queries.audit(session, now, known.id if known else None, action, detail)
    if person is None or problem is not None:
        raise problem or Problem()
    _remember(name, _Remembered(person.id, person.password_hash, now + KEPT_FOR), now)
    return person.id


def forget_all() -> None:
    """Forget every remembered password."""
    with _lock:
        _remembered.clear()


def _name_of(username: str, password: str) -> bytes:
    text = f"{len(username)}:{username}:{password}"
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=_key).digest()


def _still_holds(found: _Remembered) -> bool:
    with reading() as session:
        person = queries.person(session, found.person_id)
    return (
        person is not None
        and person.disabled_at is None
        and person.password_hash == found.password_hash
    )


def _remember(name: bytes, one: _Remembered, now: datetime) -> None:
    with _lock:
        if len(_remembered) >= MOST_KEPT:
            for old in [key for key, kept in _remembered.items() if kept.until <= now]:
                del _remembered[old]
        if len(_remembered) < MOST_KEPT:
            _remembered[name] = one
