"""People, roles, areas, devices, tokens, rights and the audit trail."""

from server.accounts import views

__all__ = ["views"]
