"""Imports every module that does background work, so that each kind of job has its handler."""

from server.attachments import sweep
from server.carry import job as carry
from server.household_file.checkup import job as checkup
from server.household_file.issuing import job as household_file
from server.household_file.returned import batch as scans
from server.intake import again, check
from server.openrosa import waiting
from server.roster import run as roster
from server.roster import withdraw
from server.sync import first_sync, upkeep

__all__ = [
    "again",
    "carry",
    "check",
    "checkup",
    "first_sync",
    "household_file",
    "roster",
    "scans",
    "sweep",
    "upkeep",
    "waiting",
    "withdraw",
]
