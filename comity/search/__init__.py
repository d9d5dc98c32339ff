"""One index over what is written in private rows (docs/rooms/search.md)."""
