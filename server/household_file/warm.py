"""Prints a page when it is imported: what rendering processes are forked from is ready to print.

What is there then is frozen, so that no collector ever touches it and processes go on sharing it.
"""

import gc

from server.household_file.pdf import warm_up
from server.household_file.rendering import give_back

warm_up()
gc.collect()
gc.freeze()
give_back()
