"""The change feed: numbered last, in commit order, newest state only."""
