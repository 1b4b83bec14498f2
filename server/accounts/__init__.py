"""People, roles, areas, devices, tokens, rights and the audit trail."""
