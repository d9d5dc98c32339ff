"""How long what is kept, and the proof that it was deleted (docs/rooms/retention.md)."""
