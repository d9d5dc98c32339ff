"""Pages: lists of work."""
