"""The journal: all that cannot be computed anew, on a second path, before the commit."""
