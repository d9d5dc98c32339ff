"""Pages: peers and the log."""
