"""Windows of disclosure: for the case that opens them, and for the visitor who looks through one."""
