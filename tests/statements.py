"""What engines of the same kind of database may share: how each statement is compiled for it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Dialect, Engine
from sqlalchemy.util import LRUCache

_dialects: dict[str, Dialect] = {}
_compiled: LRUCache[Any, Any] = LRUCache(2000)


def remember_statements(engine: Engine) -> None:
    """Compile a statement once in a process, not once for the fresh database of every test."""
    engine.dialect = _dialects.setdefault(engine.dialect.name, engine.dialect)
    engine.update_execution_options(compiled_cache=_compiled)
