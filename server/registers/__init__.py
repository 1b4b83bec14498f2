"""The registers: what follows from the submissions, entity by entity."""
