"""Prints a page when it is imported: what rendering processes are forked from is ready to print.

What is there then is frozen, so that no collector ever touches it and processes go on sharing it.
"""

import gc

from server.household_file.issuing.rendering import give_back
from server.household_file.typeset.pdf import warm_up

warm_up()
gc.collect()
gc.freeze()
give_back()
