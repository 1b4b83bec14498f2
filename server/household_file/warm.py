"""Reads style and fonts when it is imported: what rendering processes are forked from has them."""

from server.household_file import rendering
from server.household_file.pdf import warm_up

assert rendering  # noqa: S101  imported to be there after the fork

warm_up()
