"""The journal: everything that cannot be computed anew, on a second path, before it is committed."""
