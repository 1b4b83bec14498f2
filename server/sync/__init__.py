"""What phones speak with: push, pull, snapshots."""

from server.sync.api import api

__all__ = ["api"]
