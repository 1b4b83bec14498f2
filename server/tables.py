"""Imports every table, so that migrations and guards see the whole schema."""

from server.accounts import models as accounts
from server.attachments import models as attachments
from server.changes import models as changes
from server.followup import models as followup
from server.forms import models as forms
from server.household_file import models as household_file
from server.household_file.checkup import models as checkup
from server.household_file.printed import models as exported
from server.household_file.sheets import models as sheets
from server.jobs import models as jobs
from server.openrosa import models as openrosa
from server.policy import models as policy
from server.registers import models as registers
from server.roster import models as roster
from server.submissions import models as submissions

__all__ = [
    "accounts",
    "attachments",
    "changes",
    "checkup",
    "exported",
    "followup",
    "forms",
    "household_file",
    "jobs",
    "openrosa",
    "policy",
    "registers",
    "roster",
    "sheets",
    "submissions",
]
