"""How it is given out: one household or a county, rendered, bound, kept."""
