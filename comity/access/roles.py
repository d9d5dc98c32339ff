"""The six roles, in words."""

ROLES = ("clerk", "officer", "approver", "liaison", "auditor", "administrator")

# Nobody audits or administers one unit only: the log, the keys and the peers belong to the whole authority.
WHOLE_AUTHORITY_ONLY = ("auditor", "administrator")
