"""Dated policy values: every number, term and list of policy is data, never code."""
