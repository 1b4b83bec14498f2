"""Backups of a running instance, and what brings one back: a backup, the journal, the phones."""
