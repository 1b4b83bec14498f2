"""What the township does with records: decide, settle, see what changed."""
