"""Imports every module that does background work, so that each kind of job has its handler."""

from server.attachments import sweep
from server.intake import check
from server.sync import snapshot

__all__ = ["check", "snapshot", "sweep"]
