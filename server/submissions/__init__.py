"""What was recorded: kept for ever as it came, with the writes extracted from it."""
