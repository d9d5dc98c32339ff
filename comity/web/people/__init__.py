"""Pages: users, roles, reads, one's own account."""
