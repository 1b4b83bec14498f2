"""What engines of the same kind of database may share: how each statement is compiled for it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Dialect, Engine
from sqlalchemy.util import LRUCache

_dialects: dict[str, Dialect] = {}
_compiled: LRUCache[Any, Any] = LRUCache(2000)


def remember_statements(engine: Engine) -> None:
    """Compile a statement once in a process, not once for the fresh database of every test."""
    if engine.dialect.name not in _dialects:
        engine.connect().close()  # what a dialect knows of its server it learns now
        _dialects[engine.dialect.name] = engine.dialect
    engine.dialect = _dialects[engine.dialect.name]
    engine.update_execution_options(compiled_cache=_compiled)
