"""Pages: from choosing an instrument to approving."""
