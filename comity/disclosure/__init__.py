"""What the defence may look at, for how long, and that nothing listed is withheld (docs/rooms/disclosure.md)."""
