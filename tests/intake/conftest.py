"""The phones of the tests of sync, and the invariant that every story ends with."""

from tests.numbering import counter_last
from tests.sync.conftest import alice, charlie, dora, rebuilt

__all__ = ["alice", "charlie", "counter_last", "dora", "rebuilt"]
