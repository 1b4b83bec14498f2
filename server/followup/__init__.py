"""Derived from the registers: due visits, list rows, tasks."""
