"""The steps of computing everything anew: what is looked at, and how it is computed."""
