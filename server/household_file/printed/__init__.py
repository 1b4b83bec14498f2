"""What was printed: versions, lists under way, what changed since, how versions differ."""
