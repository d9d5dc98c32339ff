"""People and things of a case, statement by statement (docs/rooms/subjects.md)."""
