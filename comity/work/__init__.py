"""The work of a unit: triage, absence, urgency, figures (docs/rooms/work.md)."""
