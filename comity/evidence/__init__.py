"""Items, their custody, and what makes them admissible (docs/rooms/evidence.md)."""
